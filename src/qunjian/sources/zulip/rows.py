"""Turns the rows of a Zulip export into message columns, membership columns and rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_records import places
from qunjian.sources.zulip.export import Person
from qunjian.sources.zulip.text import mentions, only_uploads, plain, quoted, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qunjian.sources.zulip.records import Audit, Message, Subscription

PLATFORM = "zulip"
_NOTICE = 2
_JOINS, _LEAVES = frozenset({"301", "302"}), frozenset({"303"})
_OPTIONAL = frozenset({"reply_to", "mentions", "reactions", "attachments", "edited_at"})
_NOBODY = Person(None, "member")
_MESSAGE = (
    "scope", "community_id", "message_id", "sent_at", "account_id", "name_then", "kind", "text", "reply_to",
    "thread_id", "mentions", "reactions", "attachments", "edited_at",
)  # fmt: skip
_PASSAGE = (
    "scope", "community_id", "message_id", "sent_at", "account_id", "name_then", "kind", "actor_id", "detail",
)  # fmt: skip
_MEMBER = ("community_id", "account_id", "name", "role", "complete")
_SENT, _EDITED = _MESSAGE.index("sent_at"), _MESSAGE.index("edited_at")


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
    """Rows of messages, of membership events or of a roster, and what was rejected."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.rows: list[tuple[Any, ...]] = []
        self.rejects: list[Reject] = []

    @property
    def newest(self) -> int:
        """Return the newest time in them."""
        newest = max((row[_SENT] for row in self.rows), default=0) if "sent_at" in self.names else 0
        return max(newest, *(row[_EDITED] or 0 for row in self.rows), 0) if self.names is _MESSAGE else newest


def columns_of(rows: Sequence[Rows]) -> dict[str, Any]:
    """Return the columns of rows of one kind, in order."""
    whole = [row for one in rows for row in one.rows]
    columns: dict[str, Any] = dict(zip(rows[0].names, zip(*whole, strict=True), strict=True))
    columns |= {name: None for name in _OPTIONAL & columns.keys() if not any(columns[name])}
    columns["platform"] = PLATFORM
    if "sent_at" in columns:
        columns["channel_id"] = ""
    return columns


def community_of(realm: str, stream: int) -> str:
    """Return the community id of a stream."""
    return f"{PLATFORM}:{realm}/{stream}"


def messages_of(records: Iterable[Message], first: int, place: Place) -> Rows:
    """Return the message rows; talks between persons are nobody's community."""
    made = Rows(_MESSAGE)
    communities = {stream: place.community(stream) for stream in set(place.stream_of.values())}
    for at, one in zip(places(records, first), records, strict=False):
        sent = epoch_micros(one.date_sent if one.date_sent is not None else one.pub_date)
        stream = place.stream_of.get(one.recipient)
        if stream is None:
            made.rejects.append(Reject("private_chat", at))
        elif sent is None:
            made.rejects.append(Reject("bad_time", at, (one.content or "")[:80]))
        else:
            made.rows.append(_message(one, sent, stream, communities[stream], place))
    return made


def _message(one: Message, sent: int, stream: int, community: str, place: Place) -> tuple[Any, ...]:
    """Return the values of _MESSAGE."""
    person = place.people.get(one.sender, _NOBODY)
    text = one.content or ""
    files = uploads(text) if "/user_uploads/" in text else []
    counts = place.reactions.get(one.id)
    notice = person.server or one.type == _NOTICE
    return (
        f"{PLATFORM}:{place.realm}",
        community,
        str(one.id),
        sent,
        f"{PLATFORM}:{one.sender}",
        person.name,
        "system" if notice else files[0]["kind"] if files and only_uploads(text) else "text",
        plain(text),
        quoted(text),
        f"{stream}/{one.subject or ''}",
        mentions(text, one.rendered_content),
        [{"emoji": f":{name}:", "count": count} for name, count in counts.items()] if counts else None,
        files or None,
        _edited(one) if one.last_edit_time is not None or one.edit_history else None,
    )


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
    made = Rows(_PASSAGE)
    for one in records:
        kind, sent = str(one.event_type), epoch_micros(one.event_time)
        if kind not in _JOINS | _LEAVES or one.backfilled or sent is None or one.modified_user is None:
            continue
        if one.modified_stream is None:
            continue
        by_other = one.acting_user is not None and one.acting_user != one.modified_user
        made.rows.append(
            (
                f"{PLATFORM}:{place.realm}",
                place.community(one.modified_stream),
                f"audit/{one.id}",
                sent,
                f"{PLATFORM}:{one.modified_user}",
                place.people.get(one.modified_user, _NOBODY).name,
                _became(kind in _JOINS, by_other),
                f"{PLATFORM}:{one.acting_user}" if one.acting_user is not None else None,
                kind,
            )
        )
    return made


def _became(came: bool, by_other: bool) -> str:
    if came:
        return "invited" if by_other else "joined"
    return "kicked" if by_other else "left"


def roster_of(records: Iterable[Subscription], place: Place) -> Rows:
    """Return who is in which stream now."""
    made = Rows(_MEMBER)
    for one in records:
        stream, person = place.stream_of.get(one.recipient), place.people.get(one.user_profile)
        if stream is not None and one.active is not False and person is not None and person.active:
            who = f"{PLATFORM}:{one.user_profile}"
            made.rows.append((place.community(stream), who, person.name, person.role, True))
    return made
