"""Reads a small table whole, from a sheet or from separated text, as rows of cells: rosters and answers come so."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.mapping.slicing import workbook_rows
from qunjian.sources.reader import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qunjian.sources.document import Document
    from qunjian.sources.reader import Options

_CAP = 64 * 2**20
_ROWS = 20_000


def table_rows(document: Document, options: Options, called: Phrase) -> Iterator[list[str]]:
    """Yield the rows of a table with something in them; `called`: what the table is, in an error's sentence."""
    if document.name.lower().endswith((".xlsx", ".xls")):
        for cells in workbook_rows(document):
            yield [cell or "" for cell in cells]
        return
    text = b"".join(Utf8Stream(document, options.encoding)).decode("utf-8", "replace").replace("\0", "")
    if len(text) > _CAP:
        raise BadInputError(Phrase(f"{called.zh}超过 64 MB", f"{called.en} is larger than 64 MB"), where=document.name)
    first = text.split("\n", 1)[0]
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ","):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise BadInputError(
            Phrase(f"{called.zh}不是能读的表格", f"{called.en} is no readable table"), where=document.name
        ) from error


def row_slices(rows: Iterable[list[str]], context: bytes, document: Document) -> Iterator[Slice]:
    """Yield the rows below the heading in slices, a JSON list of cells each line."""
    number, lines = 2, list[bytes]()
    for row in rows:
        lines.append(msgspec.json.encode(row))
        if len(lines) == _ROWS:
            yield Slice(number, b"\n".join(lines), context, document.name)
            number, lines = number + len(lines), []
    if lines:
        yield Slice(number, b"\n".join(lines), context, document.name)
