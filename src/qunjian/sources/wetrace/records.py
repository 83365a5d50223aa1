"""The records of Wetrace Plus's JSON, version 1, as far as they are read."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, gc=False):
    """One message: `time` or `timestamp`, either as text or as a number; `is_self` goes before `direction`."""

    id: str | int | None = None
    time: str | int | float | None = None
    timestamp: str | int | float | None = None
    sender_id: str | None = None
    sender_name: str | None = None
    direction: str | None = None
    is_self: bool | None = None
    type: int | None = None
    subtype: int | None = None
    content: str | None = None

    @property
    def sent_by_exporter(self) -> bool:
        """Return whether the exporter wrote it."""
        if self.is_self is not None:
            return self.is_self
        return (self.direction or "").lower() in ("outgoing", "sent")


class Account(msgspec.Struct):
    """Whose client was exported."""

    id: str | None = None
    name: str | None = None


class Conversation(msgspec.Struct):
    """One talk."""

    id: str | None = None
    name: str | None = None
    type: str | None = None


class Header(msgspec.Struct):
    """What stands before the talks."""

    version: int | str | None = None
    account: Account | None = None


class Context(msgspec.Struct):
    """What a slice needs to know: its talk, the exporter, whether the talk is private, whether it was cut short."""

    talk: Conversation
    account: Account
    broken: bool = False
    private: bool = False
    strange: bool = False
