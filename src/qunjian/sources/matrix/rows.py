"""Turns Matrix events into message rows, membership rows and roles."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_records import places
from qunjian.sources.matrix.records import Content, Event, Unsigned
from qunjian.sources.matrix.relations import target
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.sources.matrix.relations import Beside

PLATFORM = "matrix"
_KINDS = {
    "m.text": "text", "m.notice": "text", "m.emote": "text", "m.server_notice": "text", "m.image": "image",
    "m.video": "video", "m.audio": "voice", "m.file": "file", "m.location": "location",
    "m.key.verification.request": "system",
}  # fmt: skip
_FILES = frozenset({"image", "video", "voice", "file", "sticker"})
_POLLS = frozenset({"m.poll.start", "org.matrix.msc3381.poll.start"})
_CALLS = ("m.call.", "org.matrix.msc3401.call")
# The quoted words older clients put before a reply; they are not the writer's.
_FALLBACK = late(r"\A(?:> [^\n]*(?:\n|\Z))+\n?")
_PILL = late(r"https://matrix\.to/#/(@[^\"'?<>\s]+|%40[^\"'?<>\s]+)")
_ADMIN = 50
_MANY, _HUGE = 2**31, 2**63
UNREADABLE = "encrypted"


class MessageRow(msgspec.Struct):
    """One message."""

    message_id: str | None
    sent_at: int
    account_id: str | None
    name_then: str | None
    kind: str
    text: str
    reply_to: str | None = None
    thread_id: str | None = None
    mentions: list[str] | None = None
    reactions: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    edited_at: int | None = None


class EventRow(msgspec.Struct):
    """One coming, going or renaming."""

    message_id: str | None
    sent_at: int
    account_id: str | None
    name_then: str | None
    kind: str
    actor_id: str | None
    detail: str | None


class Rows:
    """What the events of a slice became; `roles`: (account, role, since when)."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self.messages: list[MessageRow] = []
        self.events: list[EventRow] = []
        self.rejects: list[Reject] = []
        self.unknown: dict[str, int] = {}
        self.roles: list[tuple[str, str, int]] = []

    def add(self, events: Iterable[Event], first: int) -> None:
        """Take in events in order."""
        for at, one in zip(places(events, first), events, strict=False):
            sent = epoch_micros(one.origin_server_ts)
            if not one.type or sent is None:
                self.rejects.append(Reject("bad_time" if one.type else "no_type", at, str(one.event_id or "")[:80]))
            elif (about := target(one)) is not None:
                self._about(one, about, sent, at)
            elif one.type == "m.room.member":
                self._member(one, sent)
            else:
                self.messages.append(self._message(one, sent))

    def _about(self, one: Event, about: str, sent: int, at: int) -> None:
        """Keep what changes a message only where there is no such message; else that message shows it."""
        if one.event_id not in self._beside.orphans:
            return
        if one.type == "m.room.redaction":
            row = MessageRow(one.event_id, sent, account(one.sender), self._name(one.sender, sent), "recall", "")
            row.reply_to = about
            self.messages.append(row)
            return
        reason = "reaction_without_message" if one.type == "m.reaction" else "edit_without_message"
        self.rejects.append(Reject(reason, at, str(one.event_id or "")[:80]))

    def _message(self, one: Event, sent: int) -> MessageRow:
        content = one.content or Content()
        row = MessageRow(
            one.event_id, sent, account(one.sender), self._name(one.sender, sent), self._kind(one, content), ""
        )
        if row.kind == "system":
            row.text = " ".join(part for part in (one.type, content.name, content.topic, content.body) if part)
            self._roles(one, content, sent)
            return row
        relation = one.relation
        reply = relation.reply.event_id if relation.reply else None
        row.thread_id = relation.event_id if relation.rel_type == "m.thread" else None
        row.reply_to = row.thread_id if row.thread_id and (relation.is_falling_back or not reply) else reply
        if row.kind == "recall" or one.event_id in self._beside.redacted:
            row.kind = "recall"
            return row
        if UNREADABLE in (one.type.rpartition(".")[2], (content.msgtype or "").rpartition(".")[2]):
            return row
        edit = self._beside.edits.get(one.event_id or "")
        row.text = _words(content, row.kind, edit.body if edit else content.body or "", quoting=reply is not None)
        if one.type in _POLLS:
            row.text = row.text or _question(content)
        row.edited_at = edit.at if edit else _edited(one)
        row.mentions = _mentions(content)
        row.reactions = self._reactions(one)
        if row.kind in _FILES:
            row.attachments = [_attachment(content, row.kind)]
        return row

    def _kind(self, one: Event, content: Content) -> str:
        if one.state_key is not None or one.type.startswith(_CALLS):
            return "system"
        if one.unsigned is not None and one.unsigned.redacted_because is not None:
            return "recall"
        if one.type == "m.sticker":
            return "sticker"
        if one.type in _POLLS:
            return "other"
        name = content.msgtype or "" if one.type == "m.room.message" else one.type
        if one.type == "m.room.message" and name in _KINDS:
            return _KINDS[name]
        if one.type == "m.room.message" and not name:  # redacted: nothing is left of it
            return "recall"
        name = UNREADABLE if name.rpartition(".")[2] == UNREADABLE else name
        self.unknown[name] = self.unknown.get(name, 0) + 1
        return "other"

    def _member(self, one: Event, sent: int) -> None:
        """Take in a state of membership: a passage, a renaming, or a mere note."""
        now, unsigned = one.content or Content(), one.unsigned or Unsigned()
        before = unsigned.prev_content or Content()
        who, actor = account(one.state_key), account(one.sender)
        known = now.displayname or before.displayname
        kind, detail = _became(one, now, before), now.membership
        if kind == "invited":
            actor = account(unsigned.prev_sender) or actor
        if kind == "renamed":
            known, detail = before.displayname, now.displayname
        if kind is None:
            text = " ".join(part for part in (one.type, now.membership, one.state_key) if part)
            self.messages.append(MessageRow(one.event_id, sent, actor, self._name(one.sender, sent), "system", text))
            return
        self.events.append(EventRow(one.event_id, sent, who, known, kind, actor, detail))

    def _roles(self, one: Event, content: Content, sent: int) -> None:
        if one.type == "m.room.create" and (creator := account(content.creator or one.sender)):
            self.roles.append((creator, "owner", sent))
        if one.type != "m.room.power_levels" or content.users is None:
            return
        before = (one.unsigned.prev_content if one.unsigned else None) or Content()
        for who in {**(before.users or {}), **content.users}:
            role = "admin" if _level(content.users.get(who)) >= _ADMIN else "member"
            self.roles.append((f"{PLATFORM}:{who}", role, sent))

    def _name(self, who: str | None, sent: int) -> str | None:
        names = self._beside.names.get(who or "")
        place = bisect_right(names, sent, key=lambda named: named[0]) if names else 0
        return names[place - 1][1] if names and place else None

    def _reactions(self, one: Event) -> list[dict[str, Any]] | None:
        counts = self._beside.reactions.get(one.event_id or "")
        if counts is None:
            relations = one.unsigned.relations if one.unsigned else None
            chunk = (relations.annotation.chunk if relations and relations.annotation else None) or ()
            counts = {each.key: each.count for each in chunk if each.key and 0 < each.count < _MANY}
        return [{"emoji": key, "count": count} for key, count in counts.items()] or None


def account(native: str | None) -> str | None:
    """Return the account of a user id."""
    return f"{PLATFORM}:{native}" if native else None


def _became(one: Event, now: Content, before: Content) -> str | None:
    """Return what happened to a member; None for invitations, knocks, pictures and lifted bans."""
    itself = one.sender == one.state_key
    if now.membership == "join":
        if before.membership != "join":
            return "invited" if before.membership == "invite" else "joined"
        changed = before.displayname and now.displayname and before.displayname != now.displayname
        return "renamed" if changed else None
    if now.membership == "ban":
        return None if before.membership in ("leave", "invite", "knock") else "kicked"
    if now.membership == "leave" and before.membership in (None, "join"):
        return "left" if itself else "kicked"
    return None


def _words(content: Content, kind: str, body: str, *, quoting: bool) -> str:
    """Return what the writer wrote: no quoted words, no file name."""
    if kind in _FILES:
        return body if kind == "sticker" or (content.filename and content.filename != body) else ""
    return _FALLBACK.sub("", body) if quoting else body


def _question(content: Content) -> str:
    poll = content.poll or content.old_poll or {}
    question = poll.get("question")
    if not isinstance(question, dict):
        return ""
    text = question.get("m.text") or question.get("org.matrix.msc1767.text") or question.get("body")
    if isinstance(text, list):
        text = next((each.get("body") for each in text if isinstance(each, dict)), "")
    return text if isinstance(text, str) else ""


def _edited(one: Event) -> int | None:
    relations = one.unsigned.relations if one.unsigned else None
    return epoch_micros(relations.replace.origin_server_ts) if relations and relations.replace else None


def _mentions(content: Content) -> list[str] | None:
    found = list((content.mentions.user_ids if content.mentions else None) or ())
    if content.mentions is None and content.formatted_body and "matrix.to" in content.formatted_body:
        found = [unquote(each) for each in _PILL.findall(content.formatted_body)]
    return list(dict.fromkeys(f"{PLATFORM}:{each}" for each in found if each)) or None


def _attachment(content: Content, kind: str) -> dict[str, Any]:
    info = content.info
    name = content.filename or (content.body if kind != "sticker" else None)
    size = info.size if info and info.size is not None and 0 <= info.size < _HUGE else None
    return {"kind": kind, "name": name, "size": size, "digest": None}


def _level(written: float | str | None) -> float:
    try:
        return float(written or 0)
    except (ValueError, OverflowError):
        return 0.0
