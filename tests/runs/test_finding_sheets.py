"""Findings as a spreadsheet: no cell becomes a formula, and nothing breaks the file."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from qunjian.runs.finding_sheets import SheetRow, write_csv, write_xlsx

HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "'=1",
    "a\x00b\x0b",
    "\ud800",
    "x" * 40_000,
]


def row(text: str) -> SheetRow:
    return SheetRow("2026-11-02 09:00", "严重", "a.b", text, "群", text, "qq:1", text, "拼音", 0.85, "待处理", "f")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_workbook_holds_texts_and_no_formula(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx([row(text)], "zh"))).active
    assert sheet is not None
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    assert sheet.cell(1, 1).value == "时间"
    assert sheet.cell(2, 8).value == {"a\x00b\x0b": "ab", "\ud800": "?", "x" * 40_000: "x" * 32_000 + "…"}.get(
        text, text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    written = write_csv([row(text)], "en").decode("utf-8-sig")
    heading, cells = list(csv.reader(io.StringIO(written, newline="")))
    assert heading[0] == "time"
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")]
    assert cells[7].removeprefix("'") == {"\ud800": "?", "'=1": "'=1"}.get(text, text)
