"""Finds the records of a JSON document however its pages were kept: an array, an object around one, or JSON lines.

What an interface answers page by page is kept in many ways: each answer as one file, all answers as lines, the records
taken out of them as one array or as lines. All of these are read alike.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream, checked_encoding, utf8_head
from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import Block, MalformedError, Path, Walker, json_lines
from qunjian.sources.json_structure import value_end
from qunjian.sources.reader import Slice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.records import Reject
    from qunjian.sources.document import Document
    from qunjian.sources.reader import Options

T = TypeVar("T")
# First keys that tell an answer of an interface from a record.
_PAGE_KEYS = ("code", "msg", "errcode", "errmsg", "success", "total", "has_more", "page_token", "next_cursor")


class Layout(msgspec.Struct, frozen=True):
    """Where the records stand inside one answer, and what the format is called.

    Without arrays the answers themselves are the records.
    """

    arrays: tuple[Path, ...]
    title: Phrase

    def page(self, start: bytes) -> bool:
        """Return whether JSON text begins like an answer that holds records."""
        if not self.arrays:
            return False
        keys = {*_PAGE_KEYS, *(path[0] for path in self.arrays)}
        return re.match(rb'\s*\{\s*"(?:%b)"\s*:' % "|".join(sorted(keys)).encode(), start) is not None


class _Context(msgspec.Struct):
    """Whether the slice holds lines; whether the document ended inside its last record; whether the records stand
    one after the other without commas.
    """

    lines: bool
    broken: bool = False
    apart: bool = False


def record_slices(document: Document, options: Options, layout: Layout) -> Iterator[Slice]:
    """Yield the records in slices; refuses a document without any place for them."""
    start = utf8_head(document.head(), checked_encoding(options.encoding)).lstrip(b" \t\r\n")
    if not start:
        return
    stream = Utf8Stream(document, options.encoding)
    if _are_lines(start, layout):
        context = msgspec.json.encode(_Context(lines=True))
        place = 0
        for first, data in json_lines(stream, options.slice_bytes):
            yield Slice(first, data, context, document.name, stream.take_cleaned(), stream.stored(place))
            place += len(data)
    else:
        yield from _structured(document, stream, options, layout, start)


def decoded(piece: Slice, decoder: Decoder[T], cleaned: dict[str, int]) -> tuple[list[T], list[Reject]]:
    """Return the records of a slice and the rejects."""
    context = msgspec.json.decode(piece.context, type=_Context)
    if context.lines:
        return decoder.lines(piece.data, piece.first, cleaned)
    data = b",".join(_values(piece.data)) if context.apart else piece.data
    return decoder.elements(data, piece.first, cleaned, broken=context.broken)


def _values(data: bytes) -> Iterator[bytes]:
    """Yield the objects that stand one after the other; what is none stands at the end."""
    while data := data.strip(b" \t\r\n,"):
        end = value_end(data) if data.startswith(b"{") else -1
        yield data[:end] if end > 0 else data
        data = data[end:] if end > 0 else b""


def _are_lines(start: bytes, layout: Layout) -> bool:
    """Return whether every line is a record; answers kept one a line are walked like those laid out over many."""
    if start.startswith(b"[") or layout.page(start):
        return False
    line, newline, _ = start.partition(b"\n")
    return not newline or not line.startswith(b"{") or value_end(line) == len(line.rstrip())


class _Pages(Walker):
    """Walks one answer after the other."""

    def every_block(self) -> Iterator[Block]:
        yield from self.blocks()
        while self._peek():
            yield from self.blocks()


def _structured(
    document: Document, stream: Utf8Stream, options: Options, layout: Layout, start: bytes
) -> Iterator[Slice]:
    chunks, apart = iter(stream), False
    if start.startswith(b"["):
        inside = start[1:]
        paths = {("*", *path) for path in layout.arrays} if layout.page(inside) else {()}
    elif layout.page(start):
        paths = set(layout.arrays)
    else:  # records, each indented over many lines
        chunks, paths, apart = chain((b"[",), chunks, (b"]",)), {()}, True
    number, found = 0, False
    try:
        for block in _Pages(chunks, frozenset(paths), options.slice_bytes).every_block():
            found = True
            if block.count:
                context = msgspec.json.encode(_Context(lines=False, broken=block.broken, apart=apart))
                begin = stream.stored(block.begin - apart)  # one byte was set before the records
                yield Slice(number + 1, block.data, context, document.name, stream.take_cleaned(), begin)
                number += block.count
    except MalformedError:
        raise BadInputError(
            Phrase(f"不是完整的 JSON（{layout.title.zh}）", f"not a whole JSON file ({layout.title.en})"),
            where=document.name,
            todo=Phrase("请重新导出", "export it again"),
        ) from None
    if not found:
        names = ", ".join(".".join(path) for path in layout.arrays)
        raise BadInputError(
            Phrase(f"文件里没有找到记录（{layout.title.zh}）", f"no records were found in it ({layout.title.en})"),
            where=document.name,
            todo=Phrase(f"记录应在这些数组里：{names}", f"records are looked for in these arrays: {names}"),
        )
