"""Cuts a CSV file into slices of whole rows, outside quotes, and reads rows whatever their number of columns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.json_records import excerpt
from qunjian.sources.json_stream import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_QUOTE, _NEWLINE = 0x22, 0x0A


class Cut(msgspec.Struct, frozen=True):
    """Whole rows: `first` is the number of the first line; `broken`: the file ended inside a quoted value."""

    first: int
    data: bytes
    broken: bool = False


class Row(msgspec.Struct):
    """One row and the number of its first line."""

    at: int
    cells: list[str]


def row_cuts(chunks: Iterable[bytes], size: int) -> Iterator[Cut]:
    """Yield the rows in pieces of about `size` bytes."""
    rest, line = b"", 1
    for chunk in chunks:
        rest += chunk
        while len(rest) >= size and (end := _row_end(rest, size)):
            yield Cut(line, rest[:end])
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if len(rest) > MAX_RECORD:
            raise LimitError(Phrase("有一行超过 64 MB（引号没有配对？）", "a row over 64 MB (an odd quote?)"))
    while end := _row_end(rest, size):
        yield Cut(line, rest[:end])
        line += rest.count(b"\n", 0, end)
        rest = rest[end:]
    if rest:
        yield Cut(line, rest, rest.count(b'"') % 2 == 1)


def _row_end(data: bytes, size: int) -> int:
    """Return the end of the last row within `size` bytes, else of the first row after, else 0."""
    window = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(window == _QUOTE)
    ends = np.flatnonzero(window == _NEWLINE)
    ends = ends[(np.searchsorted(quotes, ends) & 1) == 0]
    if len(ends) == 0:
        return 0
    place = int(np.searchsorted(ends, size))
    return int(ends[max(place - 1, 0)]) + 1


def rows(text: str, first: int, delimiter: str, *, broken: bool) -> tuple[list[Row], list[Reject]]:
    """Return the rows of a text that are not empty; a row cut off by the end of the file is rejected."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[Row] = []
    rejects: list[Reject] = []
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            rejects.append(Reject("bad_row", first + before, str(error)))
            before = reader.line_num
            continue
        if cells is None:
            break
        if "".join(cells).strip():
            found.append(Row(first + before, cells))
        before = reader.line_num
    if broken and found:
        last = found.pop()
        rejects.append(Reject("truncated", last.at, excerpt(delimiter.join(last.cells).encode("utf-8", "replace"))))
    return found, rejects
