"""Cuts a WhatsApp export at the beginnings of messages, and looks through all of it for how dates are written."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.sources.day_order import Decision, decide
from qunjian.sources.json_stream import MAX_RECORD
from qunjian.sources.whatsapp.heads import HEAD, dates_of
from qunjian.sources.whatsapp.phrases import bare, told
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD_BYTES = 256
_PREFIX = late(
    r"(?i)^(?:WhatsApp[ _-]+Chat(?:[ _]+(?:with|mit|-))?|Chat[ _]+(?:de[ _]+)?WhatsApp[ _]+(?:con|com)"
    r"|Conversa[ _]+(?:no|do)[ _]+WhatsApp[ _]+com|(?:Discussion|Chat)[ _]+WhatsApp[ _]+(?:avec|con|-)"
    r"|WhatsApp[ _]+聊天"
    r"|Чат[ _]+WhatsApp[ _]+с|WhatsApp-chat[ _]+met|Chat[ _]+WhatsApp[ _]+dengan|与|與|和)[ _:-]*"
)
_SUFFIX = late(r"(?i)[ _]*(?:的[ _]*WhatsApp[ _]*(?:聊天|對話|对话)(?:记录|記錄)?|ile[ _]+WhatsApp[ _]+Sohbeti)$")
_COPY = late(r" ?\(\d+\)$")


class Outline(msgspec.Struct, frozen=True):
    """What concerns the whole document: its group (`named`: it says which), how its dates are written."""

    title: str
    named: bool
    dates: Decision


def outline(name: str, chunks: Iterable[bytes]) -> Outline:
    """Return the outline of a document; reads all of it."""
    dates: dict[tuple[int, int, int], None] = {}
    title = ""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for chunk in chunks:
        text = rest + decoder.decode(chunk).replace("\r\n", "\n")
        for head in HEAD.finditer(text):
            dates[dates_of(head)] = None
            if not title and len(dates) < 3:
                title = _created(text[head.end() : head.end() + 300].partition("\n")[0])
        rest = text[-_HEAD_BYTES:].rpartition("\n")[2] if len(text) > _HEAD_BYTES else text
    title = _of_name(name) or title
    return Outline(title or "chat", bool(title), decide(dates))


def _created(line: str) -> str:
    said = told(line.partition(": ")[2] if ": \u200e" in line else line)
    return said.detail or "" if said is not None and said.kind == "title" else ""


def _of_name(name: str) -> str:
    """Return the group's name out of the document's: "WhatsApp Chat with X.txt", "WhatsApp Chat - X.zip/_chat.txt"."""
    parts = PurePosixPath(name).parts
    stem = PurePosixPath(parts[-1]).stem if parts else ""
    if stem.casefold() in ("_chat", "chat"):
        if len(parts) < 2:
            return ""
        stem = re.sub(r"(?i)\.zip$", "", parts[-2])
    return _SUFFIX.sub("", _PREFIX.sub("", _COPY.sub("", bare(stem)))).strip(" _-")


def cuts(chunks: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole messages) of about `size` bytes."""
    rest, line = b"", 1
    for chunk in chunks:
        rest += chunk
        while len(rest) > size + _HEAD_BYTES and (cut := _start(rest, size, len(rest) - _HEAD_BYTES)):
            yield line, rest[:cut]
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
        if len(rest) > MAX_RECORD:
            raise LimitError(Phrase("64 MB 内没有一条消息的开头", "no message starts within 64 MB"))
    while len(rest) > size and (cut := _start(rest, size, len(rest))):
        yield line, rest[:cut]
        line += rest.count(b"\n", 0, cut)
        rest = rest[cut:]
    if rest.strip():
        yield line, rest


def _start(data: bytes, size: int, end: int) -> int:
    """Return where the last message within `size` bytes begins, else the first one after it (before `end`), else 0."""
    place = data.rfind(b"\n", 0, size)
    while place >= 0:
        if _is_head(data, place + 1):
            return place + 1
        place = data.rfind(b"\n", 0, place)
    place = data.find(b"\n", size)
    while 0 <= place < end:
        if _is_head(data, place + 1):
            return place + 1
        place = data.find(b"\n", place + 1)
    return 0


def _is_head(data: bytes, place: int) -> bool:
    line = data[place : place + _HEAD_BYTES].decode("utf-8", "replace")
    return HEAD.match(line) is not None
