"""Shows the first rows of a workbook as text, so that its headings tell its format; reads little and trusts nothing."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.document import Document

ROWS = 5
_READ = 256 * 1024
_HELD = 64 * 2**20  # a member of an archive cannot be sought in: it is held
_ROW = late(rb"<(?:\w+:)?row\b[^>]*>(.*?)</(?:\w+:)?row>", re.DOTALL)
_CELL = late(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_VALUE = late(rb"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]*)</")
_SHARED = late(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_SHEET = late(r"\Axl/worksheets/sheet(\d+)\.xml\Z")


def sheet_head(document: Document) -> bytes | None:
    """Return the first rows of the first sheet as tab-separated lines; None when it cannot be seen cheaply."""
    try:
        with _seekable(document) as stream, zipfile.ZipFile(stream) as book:
            sheets = {int(found[1]): name for name in book.namelist() if (found := _SHEET.match(name))}
            if not sheets:
                return None
            rows = list(_rows(_start(book, sheets[min(sheets)])))
            shared = []
            if any(by_number for row in rows for by_number, _ in row) and "xl/sharedStrings.xml" in book.namelist():
                shared = [_words(item) for item in _SHARED.findall(_start(book, "xl/sharedStrings.xml"))]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, MemoryError):
        return None
    lines = ["\t".join(_cell(one, shared) for one in row).rstrip("\t") for row in rows]
    return "\n".join(line for line in lines if line).encode("utf-8", "ignore") or None


def _seekable(document: Document) -> io.BufferedIOBase:
    stream = document.opened()
    if stream.seekable():
        return stream  # type: ignore[return-value]
    with stream:
        return io.BytesIO(stream.read(_HELD))


def _start(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as stream:
        return stream.read(_READ)


def _rows(sheet: bytes) -> Iterator[list[tuple[bool, str]]]:
    """Yield cells as (stands among the shared texts, text or number)."""
    for number, row in enumerate(_ROW.finditer(sheet)):
        if number == ROWS:
            return
        yield [(b't="s"' in cell[1], _words(cell[2] or b"")) for cell in _CELL.finditer(row[1])]


def _words(written: bytes) -> str:
    text = b"".join(_VALUE.findall(written)).decode("utf-8", "replace")
    return " ".join(unescape(text).split())


def _cell(one: tuple[bool, str], shared: list[str]) -> str:
    by_number, text = one
    if not by_number:
        return text
    return shared[int(text)] if text.isdecimal() and len(text) < 9 and int(text) < len(shared) else ""
