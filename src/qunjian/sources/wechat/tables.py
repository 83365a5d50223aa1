"""Cuts CSV files into slices of whole rows and reads their cells; headings are matched without case and signs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import BAD_BYTES
from qunjian.sources.json_stream import MAX_RECORD
from qunjian.sources.mapping.slicing import row_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.encodings import Utf8Stream

csv.field_size_limit(MAX_RECORD)
_LONGEST_HEADER = 8192


def plain_head(cell: str) -> str:
    """Return a heading without case, spaces, underscores, hyphens."""
    return cell.strip().lstrip("\ufeff").casefold().replace("_", "").replace(" ", "").replace("-", "")


def first_row(head: bytes) -> list[str]:
    """Return the plain headings of the first row of a document's head; empty where it is no table."""
    line = head.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if line.startswith((b"{", b"[")) or len(line) > _LONGEST_HEADER:
        return []
    try:
        return [plain_head(cell) for cell in next(csv.reader([line.decode("utf-8", "replace").rstrip("\r")]), [])]
    except csv.Error:
        return []


def table_slices(stream: Utf8Stream, size: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole rows) of about `size` bytes; the first row of all is the header."""
    rest, line = b"", 1
    for chunk in stream:
        rest += chunk
        while len(rest) > size and (cut := row_end(rest, size, quoted=True)):
            yield line, rest[:cut]
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
        if len(rest) > MAX_RECORD:
            raise LimitError(
                Phrase("有一行超过 64 MB（引号没有配对？）", "a row over 64 MB (an odd quote?)"), where=name
            )
    if rest.strip():
        yield line, rest


def cells(data: bytes, cleaned: dict[str, int]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line within the slice, cells) of every row that is not empty."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        cleaned[BAD_BYTES] = cleaned.get(BAD_BYTES, 0) + text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 0
    for row in reader:
        if row:
            yield line, row
        line = reader.line_num
