"""Turns the rows of a Zulip export into message columns, membership columns and rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.zulip.export import Person
from qunjian.sources.zulip.text import mentions, only_uploads, plain, quoted, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.sources.zulip.records import Audit, Message, Subscription

PLATFORM = "zulip"
_NOTICE = 2
_JOINS, _LEAVES = frozenset({"301", "302"}), frozenset({"303"})
_OPTIONAL = ("reply_to", "mentions", "reactions", "attachments", "edited_at")


class Place(msgspec.Struct):
    """What the rows of a slice need to know of the export."""

    realm: str
    stream_of: dict[int, int] = {}
    people: dict[int, Person] = {}
    reactions: dict[int, dict[str, int]] = {}
    forced: str | None = None

    def community(self, stream: int) -> str:
        """Return the community of a stream."""
        return self.forced or community_of(self.realm, stream)


class Rows:
    """Columns of messages or of membership events, and what was rejected."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.rejects: list[Reject] = []

    def columns(self) -> dict[str, Any]:
        """Return the columns."""
        made: dict[str, Any] = {name: [row[name] for row in self.rows] for name in self.rows[0]}
        return {name: None if name in _OPTIONAL and not any(column) else column for name, column in made.items()}


def community_of(realm: str, stream: int) -> str:
    """Return the community id of a stream."""
    return f"{PLATFORM}:{realm}/{stream}"


def messages_of(records: Iterable[Message], first: int, place: Place) -> Rows:
    """Return the message rows; talks between persons are nobody's community."""
    made = Rows()
    for at, one in enumerate(records, first):
        sent = epoch_micros(one.date_sent if one.date_sent is not None else one.pub_date)
        stream = place.stream_of.get(one.recipient)
        if stream is None:
            made.rejects.append(Reject("private_chat", at))
        elif sent is None:
            made.rejects.append(Reject("bad_time", at, (one.content or "")[:80]))
        else:
            made.rows.append(_message(one, sent, stream, place))
    return made


def _message(one: Message, sent: int, stream: int, place: Place) -> dict[str, Any]:
    person = place.people.get(one.sender) or Person(None, "member")
    text = one.content or ""
    files = uploads(text)
    counts = place.reactions.get(one.id) or {}
    notice = person.server or one.type == _NOTICE
    return {
        "platform": PLATFORM,
        "scope": f"{PLATFORM}:{place.realm}",
        "community_id": place.community(stream),
        "channel_id": "",
        "message_id": str(one.id),
        "sent_at": sent,
        "account_id": f"{PLATFORM}:{one.sender}",
        "name_then": person.name,
        "kind": "system" if notice else files[0]["kind"] if files and only_uploads(text) else "text",
        "text": plain(text),
        "reply_to": quoted(text),
        "thread_id": f"{stream}/{one.subject or ''}",
        "mentions": mentions(text, one.rendered_content),
        "reactions": [{"emoji": f":{name}:", "count": count} for name, count in counts.items()] or None,
        "attachments": files or None,
        "edited_at": _edited(one),
    }


def _edited(one: Message) -> int | None:
    """Return when the words were last changed; moving a message to another topic changes none."""
    history = one.edit_history
    if isinstance(history, str):
        try:
            history = msgspec.json.decode(history, type=list[dict[str, Any]])
        except (msgspec.DecodeError, RecursionError):
            history = None
    if not history:
        return epoch_micros(one.last_edit_time)
    stamps = [each.get("timestamp") for each in history if "prev_content" in each]
    return max((epoch_micros(at) or 0 for at in stamps if isinstance(at, (int, float))), default=0) or None


def passages_of(records: Iterable[Audit], place: Place) -> Rows:
    """Return who subscribed to and unsubscribed from streams; what was only reconstructed later has no true time."""
    made = Rows()
    for one in records:
        kind, sent = str(one.event_type), epoch_micros(one.event_time)
        if kind not in _JOINS | _LEAVES or one.backfilled or sent is None or one.modified_user is None:
            continue
        if one.modified_stream is None:
            continue
        by_other = one.acting_user is not None and one.acting_user != one.modified_user
        person = place.people.get(one.modified_user)
        made.rows.append(
            {
                "platform": PLATFORM,
                "scope": f"{PLATFORM}:{place.realm}",
                "community_id": place.community(one.modified_stream),
                "channel_id": "",
                "message_id": f"audit/{one.id}",
                "sent_at": sent,
                "account_id": f"{PLATFORM}:{one.modified_user}",
                "name_then": person.name if person else None,
                "kind": _became(kind in _JOINS, by_other),
                "actor_id": f"{PLATFORM}:{one.acting_user}" if one.acting_user is not None else None,
                "detail": kind,
            }
        )
    return made


def _became(came: bool, by_other: bool) -> str:
    if came:
        return "invited" if by_other else "joined"
    return "kicked" if by_other else "left"


def roster_of(records: Iterable[Subscription], place: Place) -> Rows:
    """Return who is in which stream now."""
    made = Rows()
    for one in records:
        stream, person = place.stream_of.get(one.recipient), place.people.get(one.user_profile)
        if stream is None or one.active is False or person is None or not person.active:
            continue
        made.rows.append(
            {
                "platform": PLATFORM,
                "community_id": place.community(stream),
                "account_id": f"{PLATFORM}:{one.user_profile}",
                "name": person.name,
                "role": person.role,
                "complete": True,
            }
        )
    return made
