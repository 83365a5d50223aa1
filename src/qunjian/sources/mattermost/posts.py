"""Turns Mattermost posts and the threads under them into message rows and membership rows."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.slack.text import of_cards
from qunjian.text.late import late

if TYPE_CHECKING:
    from qunjian.sources.mattermost.records import Attachment, Post, Props

PLATFORM = "mattermost"
_TALK = frozenset({"", "me", "slack_attachment", "system_generic", "reminder"})
_PASSAGES = {
    "system_join_channel": "joined", "system_guest_join_channel": "joined", "system_join_team": "joined",
    "system_leave_channel": "left", "system_leave_team": "left",
    "system_add_to_channel": "invited", "system_add_guest_to_chan": "invited", "system_add_to_team": "invited",
    "system_remove_from_channel": "kicked", "system_remove_from_team": "kicked",
}  # fmt: skip
# Servers before 2017 wrote one type for both ways; only the words tell which.
_OLD = (
    (late(r"^@?(?P<who>\S+) (?:has )?joined the (?:channel|team)"), "joined"),
    (late(r"^@?(?P<who>\S+) (?:has )?left the (?:channel|team)"), "left"),
    (late(r"^@?(?P<who>\S+) (?:was )?added to the (?:channel|team) by @?(?P<by>\S+?)\.?$"), "invited"),
    (late(r"^@?(?P<who>\S+) was removed from the (?:channel|team)"), "kicked"),
)
_OLD_TYPES = frozenset({"system_join_leave", "system_add_remove"})
_MENTION = late(r"(?<![\w@./])@([A-Za-z0-9][\w.-]*)")
_EVERYONE = frozenset({"all", "channel", "here"})
_SUFFIXES = {
    "image": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic", ".svg"),
    "video": (".mp4", ".mov", ".webm", ".mkv", ".avi"),
    "voice": (".mp3", ".m4a", ".ogg", ".wav", ".amr", ".opus"),
}


class MessageRow(msgspec.Struct):
    """One message."""

    community: str
    channel: str
    message_id: str
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


class EventRow(msgspec.Struct):
    """One coming or going."""

    community: str
    channel: str
    message_id: str
    sent_at: int
    account_id: str | None
    name_then: str | None
    kind: str
    actor_id: str | None
    detail: str | None


class Rows:
    """What the posts of a slice became."""

    def __init__(self, forced: str | None) -> None:
        self._forced = forced
        self.messages: list[MessageRow] = []
        self.events: list[EventRow] = []
        self.rejects: list[Reject] = []
        self.unknown: dict[str, int] = {}
        self.bots: dict[tuple[str, str], None] = {}

    def refuse(self, post: Post, at: int, reason: str) -> None:
        """Count a post and its replies as rejected; what was said stays unsaid."""
        self.rejects.extend([Reject(reason, at)] * (1 + len(post.replies or ())))

    def add(self, post: Post, at: int) -> None:
        """Take in a post and its replies."""
        if not post.channel or not (post.team or self._forced):
            self.refuse(post, at, "no_community")
            return
        community = self._forced or f"{PLATFORM}:{post.team}"
        root = self._one(post, post, community, at, None)
        for reply in post.replies or ():
            self._one(reply, post, community, at, root)

    def _one(self, post: Post, top: Post, community: str, at: int, root: str | None) -> str | None:
        """Take in one post; return what replies to it call it."""
        sent = epoch_micros(post.create_at)
        if sent is None:
            self.rejects.append(Reject("bad_time", at, (post.message or "")[:80]))
            return None
        native = identifier(top, post.user, sent)
        called = f"{native}.1"
        place = (community, top.channel or "", native, sent)
        if (passage := _passage(post)) is not None:
            self.events.append(EventRow(*place, *passage, detail=post.type))
            return called
        props = post.props
        if props is not None and post.user and (_true(props.from_bot) or _true(props.from_webhook)):
            self.bots[community, account(post.user)] = None
        edited = epoch_micros(post.edit_at)
        text = post.message or of_cards(props.attachments if props else None)
        files = [_attachment(one) for one in post.attachments or () if one.path]
        self.messages.append(
            MessageRow(
                *place,
                account(post.user) if post.user else None,
                (props.override_username if props else None) or post.user or None,
                self._kind(post, files),
                text,
                root,
                root or (called if post.replies else None),
                mentions(text) if not (post.type or "").startswith("system_") else None,
                _reactions(post),
                files or None,
                edited,
            )
        )
        return called

    def _kind(self, post: Post, files: list[dict[str, Any]]) -> str:
        kind = post.type or ""
        if files:
            return str(files[0]["kind"])
        if kind in _TALK:
            return "text"
        if kind.startswith("system_"):
            return "system"
        self.unknown[kind] = self.unknown.get(kind, 0) + 1
        return "other"


def account(name: str) -> str:
    """Return the account of a user name."""
    return f"{PLATFORM}:{name.strip().lstrip('@').lower()}"


def identifier(top: Post, user: str | None, sent: int) -> str:
    """Return the fingerprint of a post: the export has no ids, but an edit changes neither place, author nor time."""
    told = "\x1f".join((top.team or "", top.channel or "", user or "", str(sent // 1_000)))
    return "~" + blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()


def mentions(text: str) -> list[str] | None:
    """Return the accounts a text calls by name; whether they exist is not known here."""
    if "@" not in text:
        return None
    names = [name.rstrip(".-_").lower() for name in _MENTION.findall(text)]
    return list(dict.fromkeys(account(name) for name in names if name not in _EVERYONE)) or None


def _passage(post: Post) -> tuple[str | None, str | None, str, str | None] | None:
    """Return who came or went, by name, how, and by whose doing; None for what is no passage."""
    author, props = post.user or None, post.props
    if post.type in _OLD_TYPES:
        for form, kind in _OLD:
            if (hit := form.match(post.message or "")) is not None:
                by = hit.groupdict().get("by") or author
                return _told(hit["who"].rstrip("."), kind, by)
        return None
    way = _PASSAGES.get(post.type or "")
    if way is None:
        return None
    return _told(_moved(props, way) or author, way, author)


def _moved(props: Props | None, way: str) -> str | None:
    if props is None:
        return None
    return props.added if way == "invited" else props.removed if way == "kicked" else props.username


def _told(who: str | None, kind: str, by: str | None) -> tuple[str | None, str | None, str, str | None]:
    return account(who) if who else None, who, kind, account(by) if by else None


def _true(flag: bool | int | str | None) -> bool:
    return str(flag).casefold() in ("true", "1")


def _reactions(post: Post) -> list[dict[str, Any]] | None:
    counts: dict[str, int] = {}
    for one in post.reactions or ():
        if one.emoji_name:
            counts[one.emoji_name] = counts.get(one.emoji_name, 0) + 1
    return [{"emoji": f":{name}:", "count": count} for name, count in counts.items()] or None


def _attachment(one: Attachment) -> dict[str, Any]:
    name = PurePosixPath((one.path or "").replace("\\", "/")).name
    suffix = PurePosixPath(name).suffix.lower()
    kind = next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), "file")
    return {"kind": kind, "name": name or None, "size": None, "digest": None, "file": one.path}
