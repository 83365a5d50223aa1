"""The events of OneBot 11 and 12, as far as they are read; both versions' names side by side."""

from __future__ import annotations

import msgspec

Id = str | int | None


class Data(msgspec.Struct, gc=False):
    """What a segment holds, over all types of segment."""

    text: str | None = None
    qq: Id = None
    user_id: Id = None
    id: Id = None
    message_id: Id = None
    file: str | None = None
    file_id: str | None = None
    file_name: str | None = None
    name: str | None = None
    file_size: int | float | str | None = None
    size: int | float | str | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None


class Segment(msgspec.Struct, gc=False):
    """One part of a message; 12 also has mention, mention_all, audio, voice."""

    type: str = ""
    data: Data | None = None


class Sender(msgspec.Struct, gc=False):
    """Who wrote, with the role at that moment."""

    user_id: Id = None
    nickname: str | None = None
    card: str | None = None
    role: str | None = None


class Myself(msgspec.Struct, gc=False):
    """The bot, in version 12."""

    platform: str = ""
    user_id: Id = None


class File(msgspec.Struct, gc=False):
    """An uploaded group file."""

    id: Id = None
    name: str | None = None
    size: int | float | str | None = None


class Event(msgspec.Struct, gc=False):
    """One event. Version 11 says `post_type`, version 12 `type` and `detail_type`."""

    time: int | float | None = None
    post_type: str | None = None
    type: str | None = None
    detail_type: str | None = None
    message_type: str | None = None
    notice_type: str | None = None
    sub_type: str | None = None
    myself: Myself | None = msgspec.field(default=None, name="self")
    platform: str | None = None
    self_id: Id = None
    group_id: Id = None
    group_name: str | None = None
    user_id: Id = None
    user_name: str | None = msgspec.field(default=None, name="user_nickname")
    operator_id: Id = None
    target_id: Id = None
    sender_id: Id = None
    message_id: Id = None
    message: str | list[Segment] | None = None
    raw_message: str | None = None
    alt_message: str | None = None
    sender: Sender | None = None
    file: File | None = None
    duration: int | float | None = None
    card_new: str | None = None
    card_old: str | None = None
    title: str | None = None
    honor_type: str | None = None
    name_new: str | None = None
