"""The records of the ChatLab format 0.0.2, as far as they are read."""

from __future__ import annotations

import msgspec


class Role(msgspec.Struct, gc=False):
    """owner, admin or a custom role."""

    id: str = ""
    name: str | None = None


class Line(msgspec.Struct, gc=False):
    """A message or a member; JSON Lines mark which with `_type`. Real producers write `timestamp` as a string."""

    line: str = msgspec.field(default="", name="_type")
    sender: str | int | None = None
    account: str | None = msgspec.field(default=None, name="accountName")
    nickname: str | None = msgspec.field(default=None, name="groupNickname")
    timestamp: int | float | None = None
    type: int = 0
    content: str | None = None
    id: str | int | None = msgspec.field(default=None, name="platformMessageId")
    reply_to: str | int | None = msgspec.field(default=None, name="replyToMessageId")
    member: str | int | None = msgspec.field(default=None, name="platformId")
    roles: list[Role] | None = None


class Stamp(msgspec.Struct):
    """The `chatlab` object: version and time of the export."""

    version: str = ""
    exported_at: int | float | None = msgspec.field(default=None, name="exportedAt")


class Meta(msgspec.Struct):
    """The `meta` object: the chat."""

    name: str = ""
    platform: str = ""
    type: str = "group"
    group: str | int | None = msgspec.field(default=None, name="groupId")
    owner: str | int | None = msgspec.field(default=None, name="ownerId")


class Header(msgspec.Struct):
    """What stands before the members and messages."""

    chatlab: Stamp | None = None
    meta: Meta | None = None
