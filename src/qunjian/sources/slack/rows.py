"""Turns Slack records into message rows and membership rows, edits and deletions included."""

from __future__ import annotations

from typing import Any

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.slack.records import Profile, Record
from qunjian.sources.slack.text import mentions, of_cards, plain
from qunjian.sources.times import EARLIEST, LATEST

_TALK = frozenset({
    None, "bot_message", "me_message", "file_share", "file_mention", "file_comment", "thread_broadcast",
    "reply_broadcast", "reminder_add", "slackbot_response", "bot_response", "assistant_app_thread",
})  # fmt: skip
_JOINS = frozenset({"channel_join", "group_join"})
_LEAVES = frozenset({"channel_leave", "group_leave"})
_SYSTEM = frozenset({
    "channel_topic", "channel_purpose", "channel_name", "channel_archive", "channel_unarchive",
    "channel_convert_to_private", "channel_posting_permissions", "group_topic", "group_purpose", "group_name",
    "group_archive", "group_unarchive",
    "pinned_item", "unpinned_item", "bot_add", "bot_remove", "bot_enable", "bot_disable", "huddle_thread",
    "sh_room_created", "sh_room_shared", "reminder_delete", "joiner_notification", "app_conversation_join",
    "app_conversation_leave", "channel_canvas_updated",
})  # fmt: skip
# Slack repeats a thread's first message when it is answered: it says nothing new.
_ECHO = "message_replied"


class MessageRow(msgspec.Struct):
    """One message; `bot`: no person wrote it."""

    message_id: str
    channel: str
    sent_at: int
    account_id: str | None
    name_then: str | None
    kind: str
    text: str
    reply_to: str | None
    thread_id: str | None
    mentions: list[str] | None
    reactions: list[dict[str, Any]] | None
    attachments: list[dict[str, Any]] | None
    edited_at: int | None
    bot: bool


class EventRow(msgspec.Struct):
    """One membership event."""

    message_id: str
    channel: str
    sent_at: int
    account_id: str | None
    name_then: str | None
    kind: str
    actor_id: str | None
    detail: str | None


class Rows(msgspec.Struct):
    """What a slice's records became."""

    messages: list[MessageRow] = []
    events: list[EventRow] = []
    rejects: list[Reject] = []
    unknown: dict[str, int] = {}
    newest: int | None = None


def rows_of(records: list[Record], first: int, channel: str) -> Rows:
    """Return the rows of records; `channel` is the one they are of where they do not say."""
    rows = Rows()
    for at, outer in zip(places(records, first), records, strict=False):
        one = outer.event or outer if outer.type == "event_callback" else outer
        if not one.type:
            rows.rejects.append(Reject("no_type", at, (one.text or "")[:80]))
            continue
        if one.type != "message":
            rows.unknown[one.type] = rows.unknown.get(one.type, 0) + 1
            continue
        if one.subtype == _ECHO:
            continue
        if (reason := _add(rows, one, one.channel if isinstance(one.channel, str) else channel)) is not None:
            rows.rejects.append(Reject(reason, at, (one.text or str(one.ts or ""))[:80]))
    return rows


def micros(stamp: str | float | None) -> int | None:
    """Return the microseconds of a Slack time ("1517436010.000936"), or None."""
    if stamp is None:
        return None
    seconds, _, fraction = (stamp if isinstance(stamp, str) else f"{stamp:.6f}").partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        return None
    if fraction and not (fraction.isascii() and fraction.isdecimal()):
        return None
    value = int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0") or 0)
    return value if EARLIEST <= value < LATEST else None


def _name(stamp: str | float | None) -> str | None:
    return None if stamp is None else stamp if isinstance(stamp, str) else f"{stamp:.6f}"


def _add(rows: Rows, one: Record, channel: str) -> str | None:
    """Add the row of one record; returns the reason when there is none."""
    content, at, changed = one, one.ts, None
    if one.subtype == "message_changed" and one.message is not None:
        content, at = one.message, one.message.ts
        if not _previewed(content, one.previous_message):
            changed = micros(one.event_ts or one.ts)
    elif one.subtype == "message_deleted":
        content, at = one.previous_message or one, one.deleted_ts
        changed = micros(one.event_ts or one.ts)
    sent, name = micros(at), _name(at)
    if sent is None or name is None:
        return "bad_time"
    seen = micros(one.ts)
    rows.newest = max(rows.newest or sent, sent, seen or sent)
    if content.subtype in _JOINS or content.subtype in _LEAVES:
        rows.events.append(_event(content, name, channel, sent))
        return None
    row = _message(rows, content, name, channel, sent)
    if one.subtype == "message_deleted" or content.subtype == "tombstone":
        _empty(row, one.previous_message if content.subtype == "tombstone" else content)
    if changed is not None:
        row.edited_at = changed
    rows.messages.append(row)
    return None


def _previewed(now: Record, before: Record | None) -> bool:
    """Return whether nothing changed but that Slack added a preview of a link."""
    return now.edited is None and before is not None and before.text == now.text and now.attachments is not None


def _event(one: Record, name: str, channel: str, sent: int) -> EventRow:
    account, called, _ = _author(one)
    inviter = f"slack:{one.inviter}" if one.inviter else None
    kind = "left" if one.subtype in _LEAVES else "invited" if inviter else "joined"
    return EventRow(name, channel, sent, account, called, kind, inviter or account, one.subtype)


def _message(rows: Rows, one: Record, name: str, channel: str, sent: int) -> MessageRow:
    account, called, bot = _author(one)
    raw = one.text or (one.comment.comment if one.comment else None) or ""
    files = [each for each in (one.files or ([one.file] if one.file else [])) if each is not None]
    thread = _name(one.thread_ts)
    return MessageRow(
        message_id=name,
        channel=channel,
        sent_at=sent,
        account_id=account,
        name_then=called,
        kind=_kind(rows, one, files),
        text=plain(raw or of_cards(one.attachments)),
        reply_to=thread if thread != name else None,
        thread_id=thread,
        mentions=mentions(raw),
        reactions=[{"emoji": f":{each.name}:", "count": each.count} for each in one.reactions or ()] or None,
        attachments=[_attachment(each) for each in files] or None,
        edited_at=micros(one.edited.ts) if one.edited is not None else None,
        bot=bot,
    )


def _empty(row: MessageRow, author: Record | None) -> None:
    """Make a row that of a deleted message: who wrote it and when stays, what it said does not."""
    row.kind, row.text = "recall", ""
    row.mentions = row.reactions = row.attachments = None
    row.account_id, row.name_then, row.bot = _author(author) if author is not None else (None, None, False)


def _author(one: Record) -> tuple[str | None, str | None, bool]:
    user = one.user if isinstance(one.user, str) and one.user else None
    if one.comment is not None and one.comment.user:
        user = one.comment.user
    bot = one.subtype == "bot_message" or (user is None and bool(one.bot_id))
    native = user or one.bot_id or None
    called = _called(one.user_profile) or one.username or _called(one.bot_profile) or None
    if native is None:
        return f"slack:name:{called}" if called else None, called, bot
    return f"slack:{native}", called, bot


def _called(profile: Profile | None) -> str | None:
    return None if profile is None else profile.display_name or profile.real_name or profile.name


def _kind(rows: Rows, one: Record, files: list[Any]) -> str:
    if files and one.subtype != "file_comment":
        return _file_kind(files[0].mimetype)
    if one.subtype in _TALK:
        return "text"
    if one.subtype == "tombstone":
        return "recall"
    if one.subtype in _SYSTEM:
        return "system"
    name = str(one.subtype)
    if name not in ("message_changed", "message_deleted"):
        rows.unknown[name] = rows.unknown.get(name, 0) + 1
    return "other"


def _file_kind(mimetype: str | None) -> str:
    family = (mimetype or "").partition("/")[0]
    return {"image": "image", "video": "video", "audio": "voice"}.get(family, "file")


def _attachment(file: Any) -> dict[str, Any]:
    return {"kind": _file_kind(file.mimetype), "name": file.name or file.title, "size": file.size, "digest": None}
