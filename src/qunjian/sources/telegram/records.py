"""The records of a Telegram Desktop result.json, as far as they are read."""

from __future__ import annotations

import msgspec


class Entity(msgspec.Struct, gc=False):
    """A piece of formatted text: a mention, a link, bold."""

    type: str = ""
    text: str = ""
    user_id: int | str | None = None


class Reaction(msgspec.Struct, gc=False):
    """How often one emoji was set; custom emojis have a document id."""

    count: int = 0
    emoji: str = ""
    type: str = ""
    document_id: str = ""


class Poll(msgspec.Struct, gc=False):
    """A poll: only its question is read."""

    question: str | list[str | Entity] = ""


class Record(msgspec.Struct, gc=False):
    """A message or a service message; `members` are names, never ids."""

    id: int
    type: str = "message"
    date: str = ""
    date_unixtime: int | None = None
    edited: str | None = None
    edited_unixtime: int | None = None
    sender: str | None = msgspec.field(default=None, name="from")
    from_id: str | int | None = None
    actor: str | None = None
    actor_id: str | int | None = None
    action: str | None = None
    members: list[str | None] | None = None
    inviter: str | None = None
    title: str | None = None
    reply_to_message_id: int | None = None
    reply_to_peer_id: str | None = None
    forwarded_from: str | None = None
    media_type: str | None = None
    file: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    mime_type: str | None = None
    photo: str | None = None
    photo_file_size: int | None = None
    sticker_emoji: str | None = None
    poll: Poll | None = None
    location_information: dict[str, object] | None = None
    contact_information: dict[str, object] | None = None
    text: str | list[str | Entity] = ""
    reactions: list[Reaction] | None = None


class Chat(msgspec.Struct):
    """What stands before a chat's messages."""

    id: int | str | None = None
    name: str | None = None
    type: str = ""
