"""The records of DingTalk's robot callbacks, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec

Number = int | float | str | None


class At(msgspec.Struct):
    """Somebody mentioned; only people of the company have a `staffId`."""

    dingtalk: str | None = msgspec.field(default=None, name="dingtalkId")
    staff: str | None = msgspec.field(default=None, name="staffId")


class Replied(msgspec.Struct):
    """The message a text answers, in newer callbacks."""

    message_id: str | None = msgspec.field(default=None, name="msgId")


class Piece(msgspec.Struct):
    """A piece of rich text: text, or a picture."""

    text: str | None = None
    type: str | None = None


class Content(msgspec.Struct):
    """The content of any type; `recognition` is DingTalk's own reading of a voice."""

    content: Any = None
    rich: list[Piece] | str | None = msgspec.field(default=None, name="richText")
    recognition: str | None = None
    file: str | None = msgspec.field(default=None, name="fileName")
    replied: Replied | None = msgspec.field(default=None, name="repliedMsg")


Kept = Content | list[Any] | str | None


class Record(msgspec.Struct):
    """One callback, or a frame of the stream connection that carries one as text in `data`."""

    message_id: str | None = msgspec.field(default=None, name="msgId")
    type: str | None = msgspec.field(default=None, name="msgtype")
    created: Number = msgspec.field(default=None, name="createAt")
    conversation: str | None = msgspec.field(default=None, name="conversationId")
    conversation_type: str | int | None = msgspec.field(default=None, name="conversationType")
    title: str | None = msgspec.field(default=None, name="conversationTitle")
    sender: str | None = msgspec.field(default=None, name="senderId")
    staff: str | None = msgspec.field(default=None, name="senderStaffId")
    nick: str | None = msgspec.field(default=None, name="senderNick")
    robot: str | None = msgspec.field(default=None, name="chatbotUserId")
    ats: list[At] | None = msgspec.field(default=None, name="atUsers")
    original: str | None = msgspec.field(default=None, name="originalMsgId")
    text: Kept = None
    content: Kept = None
    data: Any = None
