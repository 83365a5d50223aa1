"""Hostile workbooks: entities, dimensions, bombs, formulas, damage: a sentence or the very same rows, no crash."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from tests.hostile.damage import records, workbook
from tests.hostile.test_damage import outcome

from qunjian.model.errors import LimitError, QunjianError
from qunjian.sources import workbooks
from qunjian.sources.document import memory_document
from qunjian.sources.mapping.slicing import workbook_rows
from qunjian.sources.tables import rows

NAME = "group_读书会_700800901_20260102_090000.xlsx"
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def made(cells: list[tuple[int, int, str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, column, text in cells:
        if text.startswith("="):
            sheet.write_formula(row, column, text, None, "42")
        else:
            sheet.write_string(row, column, text)
    book.close()
    return out.getvalue()


def changed(data: bytes, part: str, content: bytes) -> bytes:
    """Return the workbook with another content of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def read(data: bytes) -> list[list[str | None]]:
    return list(workbook_rows(memory_document("a.xlsx", data)))


def row_of(place: str, text: str) -> bytes:
    return f'<row><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
            "实体",
        ),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>', "实体"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]><worksheet><c><v>&a;</v></c></worksheet>', "实体"),
        (PLAIN + row_of("A1", "x") + row_of("XFD1048576", "y") + b"</sheetData></worksheet>", "万个"),
        (PLAIN + row_of("A1", "x") + row_of("ZZZ999999999", "y") + b"</sheetData></worksheet>", "万个"),
        (PLAIN.decode().encode("utf-16"), "读不了"),
        (PLAIN + b"<row><c" * 3000, "读不了"),
    ],
    ids=["billion-laughs", "external-dtd", "external-entity", "huge-dimension", "no-such-place", "utf-16", "cut-xml"],
)
def test_a_hostile_sheet_is_refused(content: bytes, words: str) -> None:
    data = changed(made([(0, 0, "a"), (1, 0, "b")]), SHEET, content)
    with pytest.raises(QunjianError) as error:
        read(data)
    assert words in error.value.sentence("zh")
    assert error.value.where == "a.xlsx"
    assert error.value.todo is not None


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made([(0, 0, "a" * 30_000)])
    assert read(data) == [["a" * 30_000]]
    monkeypatch.setattr(workbooks, "MAX_XML", 20_000)
    with pytest.raises(LimitError):
        read(data)


def test_too_many_cells_without_places_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_CELLS", 1000)
    content = PLAIN + b"<row>" + b"<c><v>1</v></c>" * 2000 + b"</row></sheetData></worksheet>"
    with pytest.raises(LimitError):
        read(changed(made([(0, 0, "a")]), SHEET, content))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(made([(0, 0, "a" * 9000)]))
    central = data.rindex(b"PK\x01\x02", 0, data.index(SHEET.encode(), data.index(b"PK\x01\x02")))
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    with pytest.raises(QunjianError):
        read(bytes(data))


def test_formulas_come_as_their_values_and_words_as_they_are() -> None:
    assert read(made([(0, 0, "=1+41"), (0, 1, "@SUM(1)"), (0, 2, "-2+3")])) == [["42", "@SUM(1)", "-2+3"]]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(5000), b"<html>", bytes(9999)])
def test_what_is_no_workbook_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(QunjianError):
        read(data)
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(QunjianError):
        list(rows(tmp_path / "a.xlsx"))


def test_an_opendocument_sheet_is_refused_for_it_can_repeat_a_cell_a_billion_times() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", "<x/>")
    with pytest.raises(QunjianError):
        read(out.getvalue())


def test_the_unchanged_workbook_is_read() -> None:
    said = records(random.Random(1))
    assert outcome(NAME, workbook(said), "qce_sheet") == ([one.text for one in said], 0)


def test_bad_times_are_rejected_and_counted() -> None:
    said = records(random.Random(2))
    for number, time in enumerate(("gestern", "2025/13/45 99:99:99", "9" * 5000, "-1", "Infinity")):
        expected = [one.text for n, one in enumerate(said) if n != number]
        assert outcome(NAME, workbook(said, {number: time}), "qce_sheet") == (expected, 1)


def test_two_hundred_damaged_workbooks_are_refused_or_read_the_same() -> None:
    """A zip guards each part by a checksum: damage to the parts that count is refused, the rest changes nothing."""
    chance = random.Random(3)
    said = records(chance)
    whole = workbook(said)
    texts = [one.text for one in said]
    refused = 0
    for number in range(200):
        data = bytearray(whole)
        kind = number % 5
        at = chance.randrange(len(data) - 40)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 3:
            data[at:at] = chance.randbytes(chance.randint(1, 40))
        else:
            data[at : at + 16] = bytes(16)
        try:
            found = outcome(NAME, bytes(data), "qce_sheet")
        except QunjianError:
            refused += 1
            continue
        assert found == (texts, 0), number
    assert 100 < refused < 200
