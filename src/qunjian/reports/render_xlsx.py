"""Writes a report as a workbook: a sheet per part, native charts, every text a string and never a formula."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from qunjian.reports.report import Cell, Chart, Column, Evidence, Figures, Paragraph, Report, Table

if TYPE_CHECKING:
    from qunjian.reports.report import Block, ReportPart

# The date line says when the report was made; the file's own stamp must not make equal reports differ.
CREATED = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - a constant, and the library wants it without zone
MOST_TEXT = 32_000
_FORMATS = {"percent": "0.0%", "score": "0.0"}
_INK = {"bad": "#B3261E", "warn": "#97590A", "good": "#1F7A4A", "info": "#1565A8", "muted": "#6B7488"}
_KINDS: dict[str, dict[str, str]] = {
    "line": {"type": "line"},
    "bar": {"type": "bar"},
    "interval": {"type": "bar"},
    "stack": {"type": "bar", "subtype": "stacked"},
}


def render_xlsx(report: Report) -> bytes:
    """Return the report as an .xlsx file."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties(
        {"title": _clean(report.title), "subject": report.period, "created": CREATED, "author": "Qunjian"}
    )
    writer = _Writer(book, report)
    for part in report.parts:
        writer.part(part)
    writer.data()
    book.close()
    return buffer.getvalue()


def _clean(text: str) -> str:
    """Return text a cell can hold: the workbook's length limit, and no character XML forbids."""
    if len(text) <= MOST_TEXT and text.isprintable():  # nearly every cell: nothing forbidden is printable
        return text
    kept = "".join(
        character for character in text if character in "\t\n" or (character >= " " and character not in "\ufffe\uffff")
    )
    return kept if len(kept) <= MOST_TEXT else kept[:MOST_TEXT] + "…"


class _Writer:
    """Writes parts to sheets, top to bottom; the numbers behind charts stand on a sheet of their own."""

    def __init__(self, book: Any, report: Report) -> None:
        self.book = book
        self.report = report
        self.zh = report.language == "zh"
        self.formats: dict[tuple[object, ...], Any] = {}
        self.names: set[str] = set()
        self.drawn: list[tuple[int, Chart]] = []
        self.data_row = 0
        self.data_name = self._name("图表数据" if self.zh else "Chart data")

    def style(self, **properties: object) -> Any:
        """Return a cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_size": 10, "valign": "top", **properties})
        return self.formats[key]

    def part(self, part: ReportPart) -> None:
        """Write one part on a sheet of its own."""
        sheet = self.book.add_worksheet(self._name(part.title))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 12, 14)
        sheet.write_string(0, 0, _clean(part.title), self.style(bold=True, font_size=16))
        row = 1
        if part.key == self.report.parts[0].key:
            facts = (
                self.report.title,
                self.report.subtitle,
                f"{self.report.standard_title} {self.report.version}",
                self.report.made_at,
            )
            for text in facts:
                sheet.write_string(row, 0, _clean(text), self.style(font_color="#6B7488"))
                row += 1
        if part.lead:
            sheet.write_string(row, 0, _clean(part.lead), self.style(font_color="#6B7488"))
            row += 1
        row += 1
        for block in part.blocks:
            row = self.block(sheet, row, block) + 1
        for section in part.sections:
            badge = f"  {section.badge}" if section.badge else ""
            sheet.write_string(row, 0, _clean(section.title + badge), self.style(bold=True, font_size=13))
            row += 1
            for block in section.blocks:
                row = self.block(sheet, row, block) + 1
            row += 1

    def data(self) -> None:
        """Write the numbers behind the charts on a hidden sheet, the last."""
        if not self.drawn:
            return
        sheet = self.book.add_worksheet(self.data_name)
        sheet.hide()
        for top, chart in self.drawn:
            for place, series in enumerate(chart.series, 1):
                sheet.write_string(top, place, _clean(series.name))
                for offset, value in enumerate(series.values, 1):
                    if value is not None:
                        sheet.write_number(top + offset, place, value)
            for offset, category in enumerate(chart.categories, 1):
                sheet.write_string(top + offset, 0, _clean(category))

    def _name(self, title: str) -> str:
        base = "".join(character for character in title if character not in "[]:*?/\\'")[:28] or "Sheet"
        name, number = base, 2
        while name.lower() in self.names:
            name, number = f"{base} {number}", number + 1
        self.names.add(name.lower())
        return name

    def block(self, sheet: Any, row: int, block: Block) -> int:
        """Write one block and return the first free row."""
        if isinstance(block, Paragraph):
            ink = {"font_color": _INK[block.tone]} if block.tone in _INK else {}
            sheet.write_string(row, 0, _clean(block.text), self.style(**ink))
            return row + 1
        if isinstance(block, Figures):
            for place, item in enumerate(block.items):
                sheet.write_string(row, place, _clean(item.label), self.style(font_color="#6B7488"))
                sheet.write_string(row + 1, place, _clean(item.shown), self.style(bold=True, font_size=14))
                sheet.write_string(
                    row + 2,
                    place,
                    _clean(" ".join(each for each in (item.change, item.note) if each)),
                    self.style(font_color="#6B7488"),
                )
            return row + 3
        if isinstance(block, Table):
            return self.table(sheet, row, block)
        if isinstance(block, Chart):
            return self.heat(sheet, row, block) if block.kind == "heat" else self.chart(sheet, row, block)
        return self.evidence(sheet, row, block)

    def table(self, sheet: Any, row: int, table: Table) -> int:
        """Write a table with real numbers; a score's interval gets two columns of its own."""
        sheet.write_string(row, 0, _clean(table.title), self.style(bold=True))
        row += 1
        head = self.style(bold=True, bottom=1, text_wrap=True, font_color="#4A5468")
        place = 0
        for column in table.columns:
            titles = [column.title] + (["≥", "≤"] if column.kind == "score" else [])
            for title in titles:
                sheet.write_string(row, place, _clean(title), head)
                place += 1
        for cells in table.rows:
            row += 1
            place = 0
            for cell, column in zip(cells, table.columns, strict=True):
                self.cell(sheet, row, place, cell, column)
                if column.kind == "score":
                    for offset, end in enumerate((cell.low, cell.high), 1):
                        if end is not None:
                            sheet.write_number(
                                row, place + offset, end, self.style(num_format="0.0", font_color="#6B7488")
                            )
                    place += 2
                place += 1
        notes = [table.note] if table.note else []
        if table.of is not None:
            notes.append(
                f"共 {table.of} 行，这里列出 {len(table.rows)} 行。"
                if self.zh
                else f"{len(table.rows)} of {table.of} rows are listed."
            )
        for note in notes:
            row += 1
            sheet.write_string(row, 0, _clean(note), self.style(font_color="#6B7488"))
        return row + 1

    def cell(self, sheet: Any, row: int, place: int, cell: Cell, column: Column) -> None:
        """Write one cell: a number where it is one, else the text people read."""
        ink: dict[str, object] = {"font_color": _INK[cell.tone]} if cell.tone in _INK else {}
        numeric = isinstance(cell.value, int | float) and column.kind != "text" and not isinstance(cell.value, bool)
        if numeric and (
            column.kind in ("percent", "score")
            or cell.shown.replace(",", "").replace(" %", "").lstrip("+−±").replace(".", "").isdigit()
        ):
            shape = _FORMATS.get(
                column.kind,
                "0.0%" if cell.shown.endswith("%") else "#,##0" if float(cell.value or 0).is_integer() else "#,##0.00",
            )
            sheet.write_number(row, place, cell.value, self.style(num_format=shape, **ink))
        else:
            sheet.write_string(row, place, _clean(cell.shown), self.style(text_wrap=len(cell.shown) > 40, **ink))

    def evidence(self, sheet: Any, row: int, block: Evidence) -> int:
        """Write a finding and the messages around it, the hits between brackets."""
        bold = self.style(
            bold=True,
            font_color=_INK.get(
                {"critical": "bad", "major": "warn", "minor": "info"}.get(block.severity, "muted"), "#000000"
            ),
        )
        for place, text in enumerate(
            (block.severity_title, block.title, block.community, block.at, block.standing, block.basis)
        ):
            sheet.write_string(row, place, _clean(text), bold if place == 0 else self.style(bold=place < 4))
        for line in block.lines:
            row += 1
            text = "".join(f"【{piece.text}】" if piece.hit else piece.text for piece in line.pieces)
            ink = {} if line.subject else {"font_color": "#6B7488"}
            sheet.write_string(row, 1, _clean(line.at), self.style(**ink))
            sheet.write_string(row, 2, _clean(line.who), self.style(**ink))
            sheet.write_string(row, 3, _clean(text), self.style(**ink))
        if block.silenced:
            row += 1
            sheet.write_string(row, 1, _clean(block.silenced), self.style(font_color="#6B7488"))
        return row + 1

    def heat(self, sheet: Any, row: int, chart: Chart) -> int:
        """Write a heat map as cells under a colour scale."""
        sheet.write_string(row, 0, _clean(chart.title), self.style(bold=True))
        row += 1
        for place, category in enumerate(chart.categories):
            sheet.write_string(row, place + 1, _clean(category), self.style(font_color="#6B7488"))
        first = row + 1
        for series in chart.series:
            row += 1
            sheet.write_string(row, 0, _clean(series.name), self.style())
            for place, value in enumerate(series.values):
                sheet.write_number(row, place + 1, value or 0, self.style(num_format="#,##0"))
        scale = {"type": "2_color_scale", "min_color": "#F5F6F8", "max_color": "#3559C7"}
        sheet.conditional_format(first, 1, row, len(chart.categories), scale)
        return row + 1

    def chart(self, sheet: Any, row: int, chart: Chart) -> int:
        """Place a native chart whose numbers stand on the data sheet."""
        top, name, many = self.data_row, self.data_name, len(chart.categories)
        self.drawn.append((top, chart))
        self.data_row = top + many + 2
        drawn = self.book.add_chart(_KINDS[chart.kind])
        for place, series in enumerate(chart.series):
            body: dict[str, object] = {
                "name": [name, top, place + 1],
                "categories": [name, top + 1, 0, top + many, 0],
                "values": [name, top + 1, place + 1, top + many, place + 1],
            }
            if series.tone in _INK:
                body["fill"] = {"color": _INK[series.tone]}
            if chart.kind == "interval":
                body["y_error_bars"] = {
                    "type": "custom",
                    "plus_values": [
                        max(0.0, (high or 0) - (value or 0))
                        for value, high in zip(series.values, series.high, strict=True)
                    ],
                    "minus_values": [
                        max(0.0, (value or 0) - (low or 0))
                        for value, low in zip(series.values, series.low, strict=True)
                    ],
                }
            drawn.add_series(body)
        drawn.set_title({"name": _clean(chart.title), "name_font": {"size": 11, "bold": False}})
        if chart.kind != "line":
            drawn.set_y_axis({"reverse": True})
        if len(chart.series) == 1:
            drawn.set_legend({"none": True})
        height = 280 if chart.kind == "line" else max(180, 90 + 26 * many)
        drawn.set_size({"width": 820, "height": height})
        sheet.insert_chart(row, 0, drawn, {"description": _clean(chart.alternative)})
        row += height // 20 + 1
        sheet.write_string(row, 0, _clean(chart.alternative), self.style(font_color="#6B7488"))
        return row + 1
