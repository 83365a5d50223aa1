"""Turns a team's scorecard sheet (项目, 分值, 标准, 一票否决) into the items of the human review form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qunjian.model.language import Phrase
from qunjian.standards.basics import Said
from qunjian.standards.schema import ReviewItem
from qunjian.standards.sheet_headings import Grid, Header, Note, cell, find_header, is_total, plain, says_yes

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def is_scorecard(grid: Grid) -> bool:
    """Return whether the headings are those of a scorecard: an item, and its weight or whether it is critical."""
    header = find_header(grid)
    return header is not None and "item" in header.columns and bool({"weight", "critical"} & header.columns.keys())


def read_scorecard(grid: Grid) -> tuple[list[ReviewItem], list[Note]]:
    """Return the review items of a sheet and what was understood."""
    header = find_header(grid)
    if header is None:
        return [], []
    rows: list[tuple[str, str, str, bool, int]] = []
    notes: list[Note] = []
    part = ""
    for line, row in enumerate(grid.rows[header.row + 1 :], header.row + 2):
        part = cell(row, header, "part") or part
        name = cell(row, header, "item")
        if not name or is_total(name) or is_total(cell(row, header, "part")):
            continue
        weight, critical = cell(row, header, "weight"), _critical(row, header)
        if not weight and not critical:
            said = Phrase(f"第 {line} 行“{name}”没有分值", f"row {line} '{name}' has no weight")
            notes.append(Note("skipped", grid.where, said))
            continue
        title = f"{part}·{name}" if part and part != name else name
        rows.append((title, weight, cell(row, header, "criteria"), critical, line))
    weights, assumed = _weights([weight for _, weight, *_ in rows], grid.where)
    items = [
        ReviewItem(
            id=f"item_{number}", name=Said(zh=title, en=title), weight=weight, criteria=criteria, critical=critical
        )
        for number, ((title, _, criteria, critical, _), weight) in enumerate(zip(rows, weights, strict=True), 1)
    ]
    vetoes = sum(item.critical for item in items)
    zh = f"按评分表读：{len(items)} 项，其中一票否决 {vetoes} 项，分值合计 {sum(weights)}"
    en = f"read as a scorecard: {len(items)} items, {vetoes} of them critical, weights add up to {sum(weights)}"
    return items, [Note("understood", grid.where, Phrase(zh, en)), *assumed, *notes]


def _critical(row: tuple[str, ...], header: Header) -> bool:
    return says_yes(cell(row, header, "critical")) or "一票否决" in plain(cell(row, header, "weight"))


def _weights(texts: Sequence[str], where: str) -> tuple[list[int], list[Note]]:
    """Return whole weights of at most 100; shares (0.2, 20 %) become percent, larger scales are scaled down."""
    found = [float(match[0]) if (match := _NUMBER.search(text)) else 0.0 for text in texts]
    notes = []
    if found and 0 < max(found) <= 1:
        found = [value * 100 for value in found]
        said = Phrase("分值是小数，按百分比读", "weights are fractions, read as percent")
        notes.append(Note("assumed", where, said))
    elif found and max(found) > 100:
        scale = sum(found) / 100
        found = [value / scale for value in found]
        said = Phrase("分值超过 100，按比例折算为合计 100", "weights over 100 were scaled to add up to 100")
        notes.append(Note("assumed", where, said))
    return [round(value) for value in found], notes
