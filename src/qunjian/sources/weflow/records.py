"""The records of WeFlow's and EchoTrace's JSON, as far as they are read; keys differ between versions."""

from __future__ import annotations

from typing import Any

import msgspec


class Line(msgspec.Struct, gc=False, rename="camel"):
    """One message, or one member of the list of a group's members; `is_send` is 0, 1, a boolean, or null."""

    create_time: int | float | None = None
    type: str | None = None
    local_type: int | str | None = None
    content: str | None = None
    is_send: int | str | bool | None = None
    sender_username: str | None = None
    sender_display_name: str | None = None
    sender_id: int | None = msgspec.field(default=None, name="senderID")
    source: str | None = None
    platform_message_id: int | str | None = None
    reply_to_message_id: int | str | None = None
    quoted_sender: str | None = None
    quoted_content: str | None = None
    emoji_md5: str | None = None
    # of a member
    account_id: str | None = None
    display_name: str | None = None
    group_nickname: str | None = None
    nickname: str | None = None


class Session(msgspec.Struct, rename="camel"):
    """The talk. Its id is `wxid`, in newer files `accountId`, in old ones of EchoTrace `username`."""

    wxid: str | None = None
    account_id: str | None = None
    username: str | None = None
    display_name: str | None = None
    nickname: str | None = None
    type: str = ""

    @property
    def id(self) -> str:
        """Return the talk's id, or its name."""
        return self.wxid or self.account_id or self.username or self.name or "chat"

    @property
    def name(self) -> str:
        """Return the talk's name: the group's own before the exporter's word for it."""
        return self.nickname or self.display_name or ""


class Stamp(msgspec.Struct, rename="camel"):
    """The `weflow` object: version and time of the export, in seconds or milliseconds."""

    exported_at: Any = None


class Sender(msgspec.Struct, rename="camel"):
    """One sender of the compact variant (arkme-json), whose messages only number their senders."""

    sender_id: int = msgspec.field(default=0, name="senderID")
    account_id: str | None = None
    display_name: str | None = None


class Header(msgspec.Struct):
    """What stands beside the messages."""

    session: Session | None = None
    weflow: Stamp | None = None
    senders: list[Sender] = []


class Context(msgspec.Struct):
    """What a slice needs to know: the header, whether it holds members, whether the document was cut short."""

    header: Header
    members: bool = False
    broken: bool = False
    private: bool = False
