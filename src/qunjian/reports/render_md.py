"""Writes a report as Markdown: what a person pastes into a chat or a wiki; nothing in it can become markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.reports.report import Cell, Chart, Evidence, Figures, Paragraph, Report, Table

if TYPE_CHECKING:
    from qunjian.reports.report import Block

MOST_ROWS = 100
_ESCAPES = str.maketrans({character: "\\" + character for character in "\\`*_{}[]<>#|~!$"} | {"\n": " ", "\r": " "})


def render_md(report: Report) -> bytes:
    """Return the report as Markdown in UTF-8."""
    zh = report.language == "zh"
    lines = [f"# {plain(report.title)}", "", plain(report.subtitle), ""]
    standard, made = ("标准", "生成于") if zh else ("Standard", "Made")
    lines += [
        f"{standard}: {plain(report.standard_title)} {plain(report.version)}  ",
        f"{made}: {plain(report.made_at)}",
        "",
    ]
    for part in report.parts:
        lines += [f"## {plain(part.title)}", ""]
        if part.lead:
            lines += [plain(part.lead), ""]
        for block in part.blocks:
            lines += _block(block, zh)
        for section in part.sections:
            badge = f"（{plain(section.badge)}）" if section.badge else ""
            lines += [f"### {plain(section.title)}{badge}", ""]
            for block in section.blocks:
                lines += _block(block, zh)
    return ("\n".join(lines).rstrip() + "\n").encode()


def plain(text: str) -> str:
    """Return text in which no character means anything to Markdown or HTML."""
    escaped = text.translate(_ESCAPES)
    start = escaped[:1]
    return "\\" + escaped if start in ("+", "-", "=") else escaped


def _block(block: Block, zh: bool) -> list[str]:
    if isinstance(block, Paragraph):
        return [plain(block.text), ""]
    if isinstance(block, Figures):
        notes = [(item, " · ".join(each for each in (item.change, item.note) if each)) for item in block.items]
        shown = [
            f"- {plain(item.label)}: **{plain(item.shown)}**{f' ({plain(note)})' if note else ''}"
            for item, note in notes
        ]
        return [*shown, ""]
    if isinstance(block, Table):
        return _table(block, zh)
    if isinstance(block, Chart):
        return [f"*{plain(block.title)}*: {plain(block.alternative)}", ""]
    return _evidence(block)


def _table(table: Table, zh: bool) -> list[str]:
    lines = [f"**{plain(table.title)}**", ""]
    lines.append("| " + " | ".join(plain(column.title) or " " for column in table.columns) + " |")
    lines.append(
        "|" + "|".join(" --- " if column.kind in ("text", "date") else " ---: " for column in table.columns) + "|"
    )
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table.rows[:MOST_ROWS]]
    lines.append("")
    whole = table.of or len(table.rows)
    if whole > min(len(table.rows), MOST_ROWS):
        shown = min(len(table.rows), MOST_ROWS)
        lines += [f"共 {whole} 行，这里列出 {shown} 行。" if zh else f"{shown} of {whole} rows are listed.", ""]
    if table.note:
        lines += [plain(table.note), ""]
    return lines


def _cell(cell: Cell) -> str:
    interval = f" \\[{cell.low:.1f}, {cell.high:.1f}\\]" if cell.low is not None and cell.high is not None else ""
    return plain(cell.shown) + interval


def _evidence(block: Evidence) -> list[str]:
    lines = [
        f"- **{plain(block.severity_title)}** {plain(block.community)} {plain(block.at)} · {plain(block.standing)}"
    ]
    for line in block.lines:
        what = "".join(
            f"**{plain(piece.text)}**" if piece.hit and piece.text.strip() else plain(piece.text)
            for piece in line.pieces
        )
        lines.append(f"  - {plain(line.at)} {plain(line.who)}: {what}")
    notes = (block.basis, block.transformations, block.detail, block.silenced, block.rule)
    return [*lines, *(f"  - {plain(text)}" for text in notes if text), ""]
