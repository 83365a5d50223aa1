"""The records of a DiscordChatExporter JSON file, as far as they are read."""

from __future__ import annotations

import msgspec


class Guild(msgspec.Struct, gc=False):
    """A server; id 0 stands for direct messages."""

    id: str | int | None = None
    name: str | None = None


class Channel(msgspec.Struct, gc=False, rename="camel"):
    """The channel (or thread) a file is of."""

    id: str | int | None = None
    type: str | int | None = None
    category: str | None = None
    name: str | None = None


class Header(msgspec.Struct, rename="camel"):
    """What stands before the messages."""

    guild: Guild | None = None
    channel: Channel | None = None
    exported_at: str | None = None


class Person(msgspec.Struct, gc=False, rename="camel"):
    """An author or somebody mentioned."""

    id: str | int | None = None
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = False


class Attachment(msgspec.Struct, gc=False, rename="camel"):
    """A file."""

    file_name: str | None = None
    file_size_bytes: int | None = None
    url: str | None = None


class Sticker(msgspec.Struct, gc=False):
    """A sticker."""

    name: str | None = None


class Emoji(msgspec.Struct, gc=False):
    """An emoji; the server's own ones have an id."""

    id: str | int | None = None
    name: str | None = None


class Reaction(msgspec.Struct, gc=False):
    """An emoji and how often it was set."""

    emoji: Emoji
    count: int = 0


class EmbedField(msgspec.Struct, gc=False):
    """One line of a card."""

    name: str | None = None
    value: str | None = None


class Embed(msgspec.Struct, gc=False):
    """A bot's card, or a preview of a link."""

    title: str | None = None
    description: str | None = None
    fields: list[EmbedField] | None = None


class Reference(msgspec.Struct, gc=False, rename="camel"):
    """The message another one answers, forwards or pins."""

    type: str | None = None
    message_id: str | int | None = None


class Forwarded(msgspec.Struct, gc=False):
    """What was forwarded."""

    content: str | None = None
    attachments: list[Attachment] | None = None
    stickers: list[Sticker] | None = None
    embeds: list[Embed] | None = None


class Record(msgspec.Struct, gc=False, rename="camel"):
    """One message, service messages included."""

    id: str | int
    type: str | int | None = None
    timestamp: str | None = None
    timestamp_edited: str | None = None
    content: str | None = None
    author: Person | None = None
    attachments: list[Attachment] | None = None
    embeds: list[Embed] | None = None
    stickers: list[Sticker] | None = None
    reactions: list[Reaction] | None = None
    mentions: list[Person] | None = None
    reference: Reference | None = None
    forwarded_message: Forwarded | None = None
