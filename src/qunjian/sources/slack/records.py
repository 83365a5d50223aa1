"""The records of a Slack export and of Slack's event stream, as far as they are read."""

from __future__ import annotations

import msgspec


class Edited(msgspec.Struct, gc=False):
    """When a message was last edited."""

    ts: str | float | None = None


class Profile(msgspec.Struct, gc=False):
    """How an author was called."""

    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class File(msgspec.Struct, gc=False):
    """A file that hangs on a message; `mode` says tombstone when it was deleted."""

    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str | None = None


class Reaction(msgspec.Struct, gc=False):
    """An emoji and how often it was set."""

    name: str = ""
    count: int = 0


class Card(msgspec.Struct, gc=False):
    """What Slack calls an attachment: a bot's card, or a preview of a link."""

    pretext: str | None = None
    title: str | None = None
    text: str | None = None
    fallback: str | None = None


class Comment(msgspec.Struct, gc=False):
    """A comment on a file, as it was until 2018: its author stands here."""

    user: str | None = None
    comment: str | None = None


class Record(msgspec.Struct, gc=False):
    """A message of an export, or an event of the stream (then `channel` is there)."""

    type: str = ""
    subtype: str | None = None
    ts: str | float | None = None
    event_ts: str | float | None = None
    deleted_ts: str | float | None = None
    thread_ts: str | float | None = None
    channel: str | dict[str, object] | None = None
    user: str | dict[str, object] | None = None
    bot_id: str | None = None
    username: str | None = None
    user_profile: Profile | None = None
    bot_profile: Profile | None = None
    inviter: str | None = None
    text: str | None = None
    edited: Edited | None = None
    attachments: list[Card] | None = None
    files: list[File] | None = None
    file: File | None = None
    comment: Comment | None = None
    reactions: list[Reaction] | None = None
    message: Record | None = None
    previous_message: Record | None = None
    event: Record | None = None


class User(msgspec.Struct, gc=False):
    """One entry of users.json."""

    id: str
    team_id: str | None = None
    name: str | None = None
    real_name: str | None = None
    deleted: bool = False
    is_bot: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_admin: bool = False
    updated: int | None = None
    profile: Profile | None = None


class Channel(msgspec.Struct, gc=False):
    """One entry of channels.json or groups.json."""

    id: str
    name: str = ""
