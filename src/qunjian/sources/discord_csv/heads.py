"""Knows the headings of DiscordChatExporter's CSV, and what a file's name says of server and channel."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import msgspec

from qunjian.text.late import late

# Since 2019: ids; since 2021: commas. Both may end in one delimiter too many.
_HEADING = late(r'\A"?(AuthorID)?"?([;,]?)"?Author"?([;,])"?Date"?\3"?Content"?(?:\3"?Attachments"?)?(.*)\Z')
_PART = late(r"\s*\[part \d+\]\s*$", re.IGNORECASE)
_RANGE = late(r"\s*\((?:after|before|\d{4}-\d\d-\d\d to)[^()]*\)\s*$")
_ID = late(r"\s*\[(\d{15,20})\]\s*$")


class Heading(msgspec.Struct, frozen=True):
    """The delimiter and the names of the columns."""

    delimiter: str
    names: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """What a file's name tells: "Server - Category - channel [123].csv"."""

    server: str
    channel: str
    channel_id: str


def heading(head: bytes) -> Heading | None:
    """Return the heading of a file, or None where it is another's."""
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    hit = _HEADING.match(line)
    if hit is None or bool(hit[1]) != bool(hit[2]) or (hit[2] and hit[2] != hit[3]):
        return None
    names = [cell.strip().strip('"') for cell in line.split(hit[3])]
    if not {"Author", "Date", "Content"} <= set(names):
        return None
    return Heading(hit[3], tuple(names[:-1] if names[-1] == "" else names))


def told(name: str) -> Told:
    """Return what the name of a document says."""
    stem = PurePosixPath(name).name.removesuffix(".csv").removesuffix(".CSV")
    stem = _RANGE.sub("", _PART.sub("", stem))
    hit = _ID.search(stem)
    channel_id = hit[1] if hit else ""
    parts = [part.strip() for part in _ID.sub("", stem).split(" - ")]
    channel = " / ".join(parts[1:])
    return Told(parts[0] or "server", channel, channel_id or channel)
