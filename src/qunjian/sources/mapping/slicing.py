"""Cuts documents of a mapping into whole records: logs at starts, tables outside quotes, JSON by depth, XML by tags."""

from __future__ import annotations

import csv
import datetime as dt
import io
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import re2
from python_calamine import CalamineError

from qunjian.model.errors import BadInputError, LimitError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.encodings import Utf8Stream
from qunjian.sources.json_stream import MAX_RECORD, MalformedError, Walker, json_lines
from qunjian.sources.mapping.inputs import start_pattern, used_fields
from qunjian.sources.mapping.xml import xml_slices
from qunjian.sources.reader import Slice
from qunjian.sources.workbooks import open_workbook, panicked, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping
    from qunjian.sources.reader import Options

MAX_WORKBOOK = 200 * 2**20
_CARRIED_BYTES = 64 * 1024


def slices(mapping: Mapping, document: Document, options: Options) -> Iterator[Slice]:
    """Yield the document in slices of whole records."""
    if mapping.format == "xlsx":
        yield from _workbook(mapping, document, options.slice_bytes)
        return
    stream = Utf8Stream(document, options.encoding or mapping.encoding)
    cut = {"log": _log, "json": _json, "jsonl": _lines, "xml": _xml}.get(mapping.format, _table)
    for first, data, context in cut(mapping, stream, options.slice_bytes, document.name):
        yield Slice(first, data, context, document.name, stream.take_cleaned())


Cut = tuple[int, bytes, bytes]
_NO_CONTEXT = msgspec.json.encode((msgspec.Raw(b"{}"), False))


def _lines(_: Mapping, stream: Utf8Stream, size: int, _name: str) -> Iterator[Cut]:
    for first, data in json_lines(stream, size):
        yield first, data, b""


def _json(mapping: Mapping, stream: Utf8Stream, size: int, name: str) -> Iterator[Cut]:
    if mapping.json_.whole:
        data = b"".join(stream)
        if len(data) > MAX_RECORD:
            raise LimitError(Phrase("单个 JSON 超过 64 MB", "a single JSON value over 64 MB"), where=name)
        if data.strip():
            yield 1, data, msgspec.json.encode((msgspec.Raw(b"{}"), False))
        return
    target = tuple(mapping.json_.records.split(".")) if mapping.json_.records else ()
    chunks = iter(stream)
    if not target:
        first = next(chunks, b"")
        second = next(chunks, None)
        if second is None and (whole := first.strip(b" \t\r\n")).startswith(b"[") and whole.endswith(b"]"):
            yield 1, whole[1:-1], _NO_CONTEXT  # small, and one array: nothing to look for
            return
        chunks = chain([first] if second is None else [first, second], chunks)
    arrays = 0
    try:
        for block in Walker(chunks, frozenset({target}), size).blocks():
            arrays += 1
            yield block.first, block.data, msgspec.json.encode((msgspec.Raw(block.context), block.broken))
    except MalformedError:
        raise BadInputError(
            Phrase("不是完整的 JSON", "not a whole JSON file"), where=name, todo=Phrase("请重新导出", "export it again")
        ) from None
    if not arrays:
        path = mapping.json_.records
        raise BadInputError(
            Phrase(f"里面没有 json.records 写的列表“{path}”", f"holds no list at json.records '{path}'"),
            where=name,
            todo=Phrase(
                "从最外层写起，用点连起各级的名字；路过的列表写 *，最后那个列表只写名字，如 data.*.messages",
                "join the names from the outermost one by dots; lists passed on the way are *, the last list is its "
                "name alone, as in data.*.messages",
            ),
        )


def _xml(mapping: Mapping, stream: Utf8Stream, size: int, name: str) -> Iterator[Cut]:
    assert mapping.xml is not None  # noqa: S101 (the schema says so)
    for first, data in xml_slices(stream, mapping.xml.records, frozenset(used_fields(mapping)), size, name):
        yield first, data, b""


def _log(mapping: Mapping, stream: Utf8Stream, size: int, _name: str) -> Iterator[Cut]:
    start = re2.compile(start_pattern(mapping))
    carry = bool(mapping.log and mapping.log.carry)
    rest, context, line = b"", b"", 1
    for chunk in stream:
        rest += chunk
        while len(rest) > size and (cut := _record_start(start, rest, size)) > 0:
            yield line, rest[:cut], context
            context = _tail(start, context + rest[:cut]) if carry else b""
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
        if len(rest) > MAX_RECORD:
            raise LimitError(Phrase("64 MB 内没有一条记录的开头", "no record starts within 64 MB"), where=_name)
    if rest.strip():
        yield line, rest, context


def _record_start(start: Any, data: bytes, after: int) -> int:
    """Return the place of the first record that starts on a line after `after` and whose head is all there, or 0."""
    line = data.find(b"\n", max(after - 1, 0))
    while line >= 0:
        text = data[line + 1 : line + 1 + (1 << 18)].decode("utf-8", "replace")
        hit = start.search(text)
        if hit and "\n" in text[hit.end() :]:
            # Replaced bytes change lengths: count lines instead of characters.
            place = line + 1
            for _ in range(text.count("\n", 0, hit.start())):
                place = data.index(b"\n", place) + 1
            return place
        if line + 1 + (1 << 18) >= len(data):
            return 0
        line = data.find(b"\n", line + (1 << 17))
    return 0


def _tail(start: Any, data: bytes) -> bytes:
    """Return the last records of a slice, from which the next may carry values."""
    if len(data) <= _CARRIED_BYTES:
        return data
    cut = _record_start(start, data, len(data) - _CARRIED_BYTES)
    return data[cut:] if cut else data


def _table(mapping: Mapping, stream: Utf8Stream, size: int, name: str) -> Iterator[Cut]:
    rest, names, row = b"", b"", 1
    skip = mapping.table.skip_lines
    for chunk in stream:
        rest += chunk
        while skip and b"\n" in rest:
            rest = rest[rest.index(b"\n") + 1 :]
            skip -= 1
            row += 1
        if skip:
            continue
        if not names:
            found = _names(mapping, rest, name)
            if found is None:
                continue
            names, used = found
            rest = rest[used:]
            row += 1 if used else 0
        while len(rest) > size and (cut := row_end(rest, size, quoted=mapping.table.quoted)):
            yield row, rest[:cut], names
            row += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
        if len(rest) > MAX_RECORD:
            raise LimitError(
                Phrase("有一行超过 64 MB（引号没有配对？）", "a row over 64 MB (an odd quote?)"), where=name
            )
    if not names and rest.strip():
        found = _names(mapping, rest + b"\n", name, last=True)
        if found is None:
            raise BadInputError(
                Phrase("表头读不出来（引号没有配对？）", "the header row cannot be read (an odd quote?)"), where=name
            )
        names, rest = found[0], rest[found[1] :]
    if rest.strip():
        yield row, rest, names


def row_end(data: bytes, size: int, *, quoted: bool) -> int:
    """Return the end of the last row within `size` bytes (outside quotes), or of the first one after, or 0."""
    if not quoted:
        return data.rfind(b"\n", 0, size) + 1 or data.find(b"\n", size) + 1
    parity = data.count(b'"', 0, size) & 1
    place = size
    while (line := data.rfind(b"\n", 0, place)) >= 0:
        parity ^= data.count(b'"', line, place) & 1
        if not parity:
            return line + 1
        place = line
    parity = data.count(b'"', 0, size) & 1
    place = size
    while (line := data.find(b"\n", place)) >= 0:
        parity ^= data.count(b'"', place, line) & 1
        if not parity:
            return line + 1
        place = line + 1
    return 0


def _names(mapping: Mapping, data: bytes, name: str, *, last: bool = False) -> tuple[bytes, int] | None:
    """Return (column names as JSON, bytes of the header row); None while the first two rows are not all there."""
    table = mapping.table
    header = 0
    if table.header:
        header = row_end(data, 1, quoted=table.quoted)
        if not header:
            return None
    second = row_end(data[header:], 1, quoted=table.quoted)
    if not second and not last:
        return None
    delimiter = table.delimiter if mapping.format == "csv" else "\t"
    rows = [_cells(data[:header], delimiter), _cells(data[header : header + second], delimiter)]
    names = list(table.columns) if table.columns else rows[0] if table.header else []
    if not names:
        raise BadInputError(
            Phrase("没有表头，映射里也没写 table.columns", "no header row and no table.columns in the mapping"),
            where=name,
        )
    if table.columns and not table.header:  # the mapping says how many there are: a row of more is refused, not cut
        return msgspec.json.encode(distinct(names)), header
    # Some exporters write a value more than names.
    names += [f"column_{n + 1}" for n in range(len(names), len(rows[1]))]
    return msgspec.json.encode(distinct(names)), header


def distinct(names: list[str]) -> list[str]:
    """Return column names trimmed and each its own."""
    out: list[str] = []
    for n, raw in enumerate(names):
        name = raw.strip().lstrip("\ufeff") or f"column_{n + 1}"
        out.append(name if name not in out else f"{name}_{n + 1}")
    return out


def _cells(row: bytes, delimiter: str) -> list[str]:
    text = row.decode("utf-8", "replace").replace("\0", "")
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:  # a cell past the library's own limit: no name, and nothing to count columns by
        return []


def _workbook(mapping: Mapping, document: Document, size: int) -> Iterator[Slice]:
    rows = workbook_rows(document, mapping.table.sheet)
    for _ in range(mapping.table.skip_lines):
        next(rows, None)
    names = list(mapping.table.columns)
    if mapping.table.header:
        found = next(rows, [])
        names = names or [cell or "" for cell in found]
    context = msgspec.json.encode(distinct(names))
    number = 1 + mapping.table.skip_lines + int(mapping.table.header)
    encode = msgspec.json.encode
    lines: list[bytes] = []
    held = 0
    for row in rows:
        lines.append(encode(row))
        held += len(lines[-1])
        if held > size:
            yield Slice(number, b"\n".join(lines), context, document.name)
            number, held, lines = number + len(lines), 0, []
    if lines:
        yield Slice(number, b"\n".join(lines), context, document.name)


def workbook_rows(document: Document, sheet: str | None = None) -> Iterator[list[str | None]]:
    """Yield the rows of a sheet (the first, or the named one) as text; empty rows are left out."""
    data = document.content(MAX_WORKBOOK)
    book = open_workbook(data, document.name)
    if sheet is not None and sheet not in book.sheet_names:
        raise UnknownNameError(Phrase("工作表", "sheet"), sheet, book.sheet_names, where=document.name)
    try:
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        for row in found.iter_rows():
            cells = [_cell(value) for value in row]
            if any(cells):
                yield cells
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable(document.name) from error
    except BaseException as error:
        raise panicked(error, document.name) from error


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
