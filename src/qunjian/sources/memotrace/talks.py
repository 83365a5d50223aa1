"""Says of which talk a MemoTrace file is: the program writes 聊天记录/name(id)/name.csv."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import msgspec

from qunjian.text.late import late

# An id of WeChat: a group's has an @; a person's begins with a letter ("wxid_…") and is not too short.
_NAMED = late(r"^(?P<name>.*?)\s*\((?P<id>[A-Za-z0-9_.\-]+@[a-z.]+|[A-Za-z][A-Za-z0-9_\-]{5,})\)$", re.DOTALL)
_COPY = late(r"\s*[(（]\d{1,3}[)）]$")
_SUFFIXES = ("_utf8", "-utf8", "_聊天记录", "-聊天记录")
_WHOLE = late(r"^messages?(?:[_\-( ].*)?$", re.IGNORECASE)


class Talk(msgspec.Struct, frozen=True):
    """The talk a file is of: an id where the folder or file holds one, and a name; `id` falls back to the name."""

    id: str
    name: str
    native: bool


def talk_of(document: str) -> Talk:
    """Return the talk that a document's name tells."""
    path = PurePosixPath(document)
    stem = _COPY.sub("", path.stem)
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    for written in (path.parent.name, stem):
        if (found := _NAMED.match(written)) is not None:
            return Talk(found["id"], found["name"] or found["id"], native=True)
    return Talk(stem, stem, native=False)


def is_whole_account(document: str) -> bool:
    """Return whether a file has the name the program proposes for all talks in one table."""
    return _WHOLE.match(PurePosixPath(document).stem) is not None
