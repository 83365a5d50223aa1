"""Turns Discord's messages into message columns and its service messages into membership columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.times import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.discord.records import Attachment, Embed, Person, Reaction, Record

# DiscordChatExporter names the kinds it knows and gives Discord's number for the others.
_TALK = frozenset({"Default", "Reply", "0", "19", "20", "23", "ChatInputCommand", "ContextMenuCommand", "None"})
_JOIN, _ADD, _REMOVE = (
    frozenset({"GuildMemberJoin", "7"}),
    frozenset({"RecipientAdd", "1"}),
    frozenset({"RecipientRemove", "2"}),
)
_EVENTS = _JOIN | _ADD | _REMOVE
_SYSTEM = frozenset({
    "Call", "ChannelNameChange", "ChannelIconChange", "ChannelPinnedMessage", "ThreadCreated",
    "UserPremiumGuildSubscription", "UserPremiumGuildSubscriptionTier1", "UserPremiumGuildSubscriptionTier2",
    "UserPremiumGuildSubscriptionTier3", "ChannelFollowAdd", "GuildDiscoveryDisqualified",
    "GuildDiscoveryRequalified", "ThreadStarterMessage", "GuildInviteReminder", "AutoModerationAction",
    *map(str, (3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 21, 22, 24, 25, 26, 27, 28, 29, 31, 32, 36, 37, 38,
               39, 44, 46)),
})  # fmt: skip
# Whoever deleted the account writes under this one id: it is nobody.
DELETED_USER = "456226577798135808"
_IMAGES = frozenset(["png", "jpg", "jpeg", "gif", "webp", "bmp", "heic", "avif", "svg"])
_VIDEOS = frozenset(["mp4", "mov", "webm", "mkv", "avi", "m4v"])


def timed(records: list[Record], first: int) -> tuple[list[tuple[Record, int]], list[Reject]]:
    """Return the records with the UTC microseconds they were sent at, and those without a readable time."""
    good: list[tuple[Record, int]] = []
    rejects: list[Reject] = []
    for at, one in zip(places(records, first), records, strict=False):
        sent = utc(one.timestamp)
        if sent is None:
            rejects.append(Reject("bad_time" if one.timestamp else "no_time", at, (one.timestamp or "")[:40]))
        else:
            good.append((one, sent))
    return good, rejects


def utc(written: str | None) -> int | None:
    """Return the UTC microseconds of an ISO time; one without an offset is taken for UTC, as the exporter means it."""
    if not written:
        return None
    try:
        found = dt.datetime.fromisoformat(written)
        found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found
        micros = (found - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None
    return micros if EARLIEST <= micros < LATEST else None


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def is_event(one: Record) -> bool:
    """Return whether a message tells of a join or a leave."""
    return str(one.type) in _EVENTS


def message_columns(rows: Sequence[tuple[Record, int]]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the columns of messages and the kinds nobody knows, counted."""
    unknown: dict[str, int] = {}
    records = [one for one, _ in rows]
    columns: dict[str, Any] = {
        "message_id": [str(one.id) for one in records],
        "sent_at": [sent for _, sent in rows],
        "account_id": [account(one.author) for one in records],
        "name_then": [called(one.author) for one in records],
        "kind": [_kind(one, unknown) for one in records],
        "text": [_text(one) for one in records],
        "reply_to": _optional([_reply(one) for one in records]),
        "mentions": _optional([_mentions(one.mentions) for one in records]),
        "reactions": _optional([_reactions(one.reactions) for one in records]),
        "attachments": _optional([_attachments(one) for one in records]),
        "edited_at": _optional([utc(one.timestamp_edited) for one in records]),
    }
    return columns, unknown


def membership_columns(rows: Sequence[tuple[Record, int]]) -> dict[str, Any]:
    """Return the columns of joins and leaves; whom a group took in or out is the one mentioned."""
    events: list[tuple[str, Person | None]] = []
    for one, _ in rows:
        other = next(
            (who for who in one.mentions or () if str(who.id) != str(one.author.id if one.author else "")), None
        )
        if str(one.type) in _JOIN:
            events.append(("joined", one.author))
        elif str(one.type) in _ADD:
            events.append(("invited", other) if other else ("joined", one.author))
        else:
            events.append(("kicked", other) if other else ("left", one.author))
    return {
        "message_id": [str(one.id) for one, _ in rows],
        "sent_at": [sent for _, sent in rows],
        "account_id": [account(who) for _, who in events],
        "name_then": [called(who) for _, who in events],
        "kind": [kind for kind, _ in events],
        "actor_id": [account(one.author) for one, _ in rows],
        "detail": [str(one.type) for one, _ in rows],
    }


def account(who: Person | None) -> str | None:
    """Return the account id, or None for a deleted account."""
    if who is None or str(who.id) == DELETED_USER:
        return None
    if who.id in (None, ""):
        return f"discord:name:{who.name}" if who.name else None
    return f"discord:{who.id}"


def called(who: Person | None) -> str | None:
    """Return the name an author had in the server."""
    return None if who is None or str(who.id) == DELETED_USER else who.nickname or who.name


def file_kind(name: str) -> str:
    """Return the kind of a file by its name."""
    ending = name.split("?")[0].rpartition(".")[2].lower()
    if name.startswith("voice-message"):
        return "voice"
    return "image" if ending in _IMAGES else "video" if ending in _VIDEOS else "file"


def _optional(values: list[Any]) -> list[Any] | None:
    return values if any(value is not None for value in values) else None


def _kind(one: Record, unknown: dict[str, int]) -> str:
    kind = str(one.type)
    if kind not in _TALK:
        if kind not in _SYSTEM:
            unknown[kind] = unknown.get(kind, 0) + 1
            return "other"
        return "system"
    if one.forwarded_message is not None:
        return "forward"
    if one.attachments:
        return file_kind(_file_name(one.attachments[0]))
    return "sticker" if one.stickers and not one.content else "text"


def _text(one: Record) -> str:
    if one.content:
        return one.content
    if one.forwarded_message is not None:
        return one.forwarded_message.content or _cards(one.forwarded_message.embeds)
    return _cards(one.embeds)


def _cards(embeds: Sequence[Embed] | None) -> str:
    """Return the words of a bot's cards, for messages that have no text of their own."""
    words: list[str | None] = []
    for card in embeds or ():
        words += [card.title, card.description]
        words += [" ".join(part for part in (line.name, line.value) if part) for line in card.fields or ()]
    return "\n".join(word for word in words if word)


def _reply(one: Record) -> str | None:
    if one.reference is None or not one.reference.message_id or str(one.type) not in ("Reply", "19"):
        return None
    return str(one.reference.message_id)


def _mentions(people: Sequence[Person] | None) -> list[str] | None:
    found = [who for who in map(account, people or ()) if who is not None]
    return list(dict.fromkeys(found)) or None


def _reactions(reactions: Sequence[Reaction] | None) -> list[dict[str, Any]] | None:
    shown = [
        {"emoji": f":{each.emoji.name}:" if each.emoji.id else each.emoji.name, "count": each.count}
        for each in reactions or ()
    ]
    return shown or None


def _file_name(file: Attachment) -> str:
    return file.file_name or (file.url or "").split("?")[0].rpartition("/")[2]


def _attachments(one: Record) -> list[dict[str, Any]] | None:
    carried = one.forwarded_message
    files = [*(one.attachments or ()), *((carried.attachments or ()) if carried else ())]
    stickers = [*(one.stickers or ()), *((carried.stickers or ()) if carried else ())]
    shown: list[dict[str, Any]] = [
        {"kind": file_kind(_file_name(each)), "name": _file_name(each), "size": each.file_size_bytes, "digest": None,
         "file": None if "://" in (each.url or "://") else each.url}
        for each in files
    ]  # fmt: skip
    shown += [{"kind": "sticker", "name": each.name, "size": None, "digest": None} for each in stickers]
    return shown or None
