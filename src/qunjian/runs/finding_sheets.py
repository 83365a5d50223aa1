"""Writes findings as a table people open in a spreadsheet: CSV or XLSX, every text a text and never a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec
import xlsxwriter

from qunjian.model.language import Language, Phrase
from qunjian.sources.qunjian.layout import FORMULA_SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BOM = "\ufeff"  # without it a Chinese Excel takes the file for GBK
_MOST_TEXT = 32_000  # what a cell holds
_WIDTHS = {"text": 60, "rule_name": 30, "sent_at": 17, "community": 24}


class SheetRow(msgspec.Struct, frozen=True):
    """One finding as a table shows it; texts are masked by whoever fills it."""

    sent_at: str
    severity: str
    rule: str
    rule_name: str
    community: str
    author: str
    account: str
    text: str
    steps: str
    confidence: float
    state: str
    finding_id: str


HEADINGS: dict[str, Phrase] = {
    "sent_at": Phrase("时间", "time"),
    "severity": Phrase("严重程度", "severity"),
    "rule": Phrase("规则", "rule"),
    "rule_name": Phrase("规则名称", "rule's name"),
    "community": Phrase("社群", "community"),
    "author": Phrase("发言人", "author"),
    "account": Phrase("账号", "account"),
    "text": Phrase("消息（命中处在【】内）", "message (hits between 【 and 】)"),
    "steps": Phrase("识破的伪装", "seen through"),
    "confidence": Phrase("把握", "confidence"),
    "state": Phrase("状态", "state"),
    "finding_id": Phrase("问题编号", "finding"),
}


def write_csv(rows: Iterable[SheetRow], language: Language) -> bytes:
    """Return a CSV file; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    out.write(_BOM)
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_headings(language))
    table.writerows([_safe(cell) for cell in _cells(row)] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def write_xlsx(rows: Iterable[SheetRow], language: Language) -> bytes:
    """Return a workbook of one sheet, its heading fixed and filters on."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet("问题" if language == "zh" else "Findings")
    bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, heading) in enumerate(zip(HEADINGS, _headings(language), strict=True)):
        sheet.set_column(column, column, _WIDTHS.get(name, 14), plain)
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(_cells(row)):
            if isinstance(cell, float):
                sheet.write_number(last, column, cell)
            else:
                sheet.write_string(last, column, _clean(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(HEADINGS) - 1)
    book.close()
    return buffer.getvalue()


def _headings(language: Language) -> list[str]:
    return [heading.said(language) for heading in HEADINGS.values()]


def _cells(row: SheetRow) -> Sequence[str | float]:
    return [getattr(row, name) for name in HEADINGS]


def _safe(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("'", *FORMULA_SIGNS)) else cell


def _clean(text: str) -> str:
    """Return text a cell can hold: no character XML forbids, and not too long."""
    kept = "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))
    kept = kept.encode("utf-8", "replace").decode()
    return kept if len(kept) <= _MOST_TEXT else kept[:_MOST_TEXT] + "…"
