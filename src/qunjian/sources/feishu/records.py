"""The records of Feishu's message interfaces and event subscriptions, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec

Number = int | float | str | None


class Ids(msgspec.Struct):
    """The ids of one person in an event."""

    open_id: str | None = None
    union_id: str | None = None
    user_id: str | None = None

    @property
    def best(self) -> str | None:
        """Return the id the message interface gives by default."""
        return self.open_id or self.union_id or self.user_id


class Sender(msgspec.Struct):
    """Who sent: `id` in the interface, `sender_id` in events."""

    id: str | None = None
    sender_type: str | None = None
    sender_id: Ids | str | None = None


class Mention(msgspec.Struct):
    """Who stands behind "@_user_1" in a text."""

    key: str | None = None
    id: str | Ids | None = None
    name: str | None = None


class User(msgspec.Struct):
    """Who came or left, in an event."""

    name: str | None = None
    user_id: Ids | None = None


class Box(msgspec.Struct):
    """The body: JSON in a string."""

    content: Any = None


class Header(msgspec.Struct):
    """The head of an event."""

    event_id: str | None = None
    event_type: str | None = None
    create_time: Number = None


class Message(msgspec.Struct):
    """A message: `msg_type` and `body` in the interface, `message_type` and `content` in events."""

    message_id: str | None = None
    root_id: str | None = None
    parent_id: str | None = None
    thread_id: str | None = None
    upper_message_id: str | None = None
    msg_type: str | None = None
    message_type: str | None = None
    create_time: Number = None
    update_time: Number = None
    deleted: bool | int | str | None = None
    updated: bool | int | str | None = None
    chat_id: str | None = None
    chat_type: str | None = None
    sender: Sender | None = None
    body: Box | str | None = None
    content: Any = None
    mentions: list[Mention] | None = None


class Event(Message):
    """What an event is about: a message, a recalled one, or people who came or left."""

    message: Message | None = None
    recall_time: Number = None
    operator_id: Ids | None = None
    users: list[User] | None = None
    name: str | None = None


class Record(Message):
    """One record of a file: a message, or an event around one."""

    header: Header | None = None
    event: Event | None = None
