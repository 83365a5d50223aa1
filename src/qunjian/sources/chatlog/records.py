"""The records of chatlog's JSON, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec


class Message(msgspec.Struct, gc=False, rename="camel"):
    """One message; `contents` holds what a message of another kind than text carries."""

    time: str = ""
    talker: str = ""
    talker_name: str = ""
    is_chat_room: bool = False
    sender: str = ""
    sender_name: str = ""
    is_self: bool = False
    type: int = 0
    sub_type: int = 0
    content: str = ""
    contents: dict[str, Any] | None = None


class Context(msgspec.Struct):
    """What a slice is: a piece of JSON (cut short or not), of a table (its headings), or of text (its times)."""

    shape: str
    broken: bool = False
    heads: list[str] = []
    time_length: int = 0
