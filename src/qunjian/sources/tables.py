"""Reads the tables a team keeps (CSV, TSV, XLSX: rosters, duties, registers) as rows of text under their headings."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import detect_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CAP = 64 * 1024 * 1024


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a small table under the headings of its first row; empty rows are left out."""
    if path.stat().st_size > _CAP:
        raise BadInputError(Phrase("表格超过 64 MB", "the table is larger than 64 MB"), where=str(path))
    lines = _sheet(path) if path.suffix.lower() == ".xlsx" else _separated(path)
    header = [cell.strip() for cell in next(lines, [])]
    for line in lines:
        if any(cell.strip() for cell in line):
            yield {head: cell for head, cell in zip(header, line, strict=False) if head}


def _separated(path: Path) -> Iterator[list[str]]:
    data = path.read_bytes()
    text = data.decode(detect_encoding(data[:65536]), "replace").removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    yield from csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")


def _sheet(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError

    from qunjian.sources.workbooks import open_workbook, panicked, unreadable

    try:
        cells = open_workbook(path.read_bytes(), str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable(str(path)) from error
    except BadInputError:
        raise
    except BaseException as error:
        raise panicked(error, str(path)) from error
    for row in cells:
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)
