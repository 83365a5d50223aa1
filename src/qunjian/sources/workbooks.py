"""Opens workbooks (XLSX, XLS) only after a look at what they would become in memory: sizes, dimensions, entities."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_XML = 256 * 2**20  # all parts of a workbook, unpacked
MAX_CELLS = 10_000_000  # of one sheet, the empty ones within its corners included: each takes memory
MAX_OLD = 64 * 2**20  # an .xls, which cannot be looked into before it is read
_CHUNK = 1 << 20
_OVERLAP = 64
_PLACE = late(rb"""<(?:\w+:)?c\s[^>]{0,48}?\br=["']([A-Za-z]{1,3})(\d{1,9})["']""")
_SHEET = late(r"\Axl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
_OLD = b"\xd0\xcf\x11\xe0"
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OverflowError, EOFError, OSError, struct.error,
    zlib.error,
)  # fmt: skip
_AS_CSV = Phrase("请在 Excel 里另存为 CSV", "save it as CSV in Excel")


def open_workbook(data: bytes, name: str) -> CalamineWorkbook:
    """Return the workbook; refuses what is none, what is encrypted, and what would fill the memory."""
    if data.startswith(b"PK"):
        _check(data, name)
    elif not data.startswith(_OLD):
        raise unreadable(name)
    elif len(data) > MAX_OLD:
        raise LimitError(
            Phrase(f"旧版 .xls 超过 {MAX_OLD >> 20} MB", f"an old .xls larger than {MAX_OLD >> 20} MB"),
            where=name,
            todo=Phrase("请在 Excel 里另存为 .xlsx 或 CSV", "save it as .xlsx or CSV in Excel"),
        )
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, ValueError, OSError) as error:
        if data.startswith(_OLD):
            raise _locked(name) from error
        raise unreadable(name) from error
    except BaseException as error:
        raise panicked(error, name) from error


def panicked(error: BaseException, name: str) -> BaseException:
    """Return the refusal for a panic of the library, which is no ordinary exception; any other error as it is."""
    return unreadable(name) if type(error).__name__ == "PanicException" else error


def unreadable(name: str) -> BadInputError:
    """Return the error for what is no workbook."""
    return BadInputError(
        Phrase("读不了这个表格文件", "cannot read this workbook"),
        where=name,
        todo=Phrase("请用 Excel 重新另存为 .xlsx", "save it again as .xlsx"),
    )


def _locked(name: str) -> BadInputError:
    return BadInputError(
        Phrase("这个表格有密码，或是损坏的旧版 .xls", "the workbook is encrypted, or a damaged old .xls"),
        where=name,
        todo=Phrase("请去掉密码，另存为 .xlsx", "remove the password and save it as .xlsx"),
    )


def _check(data: bytes, name: str) -> None:
    """Read every part of the workbook once, bit by bit, holding none."""
    left = MAX_XML
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [part for part in book.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
            if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
                raise unreadable(name)
            for part in parts:
                left -= part.file_size
                if left < 0:
                    raise _too_large(name)
                _check_part(_chunks(book, part), name, sheet=_SHEET.match(part.filename) is not None)
    except _BROKEN as error:
        raise unreadable(name) from error


def _chunks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _check_part(chunks: Iterator[bytes], name: str, *, sheet: bool) -> None:
    tail = b""
    columns, rows, cells = [1 << 30, 0], [1 << 30, 0], 0
    for chunk in chunks:
        window = tail + chunk
        if not tail and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise unreadable(name)  # UTF-16, which no spreadsheet program writes, would hide what is looked for
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            raise BadInputError(
                Phrase("表格里有 XML 实体声明，像是 XML 炸弹", "the workbook declares XML entities, like an XML bomb"),
                where=name,
                todo=Phrase("请用 Excel 重新另存为 .xlsx", "save it again as .xlsx"),
            )
        if sheet:
            for letters, digits in _PLACE.findall(window):
                column, row = _number(letters), int(digits)
                columns = [min(columns[0], column), max(columns[1], column)]
                rows = [min(rows[0], row), max(rows[1], row)]
            cells += chunk.count(b"<c") + chunk.count(b":c")
            span = (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) if columns[1] else 0
            if max(span, cells) > MAX_CELLS:
                raise LimitError(
                    Phrase(
                        f"工作表跨越的单元格超过 {MAX_CELLS // 10_000} 万个",
                        f"a sheet spans more than {MAX_CELLS:,} cells",
                    ),
                    where=name,
                    todo=_AS_CSV,
                )
        tail = window[-_OVERLAP:]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(name: str) -> LimitError:
    return LimitError(
        Phrase(f"表格解压后超过 {MAX_XML >> 20} MB", f"the workbook is larger than {MAX_XML >> 20} MB when unpacked"),
        where=name,
        todo=_AS_CSV,
    )
