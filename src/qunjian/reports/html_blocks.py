"""Writes the blocks of a report as HTML: every text escaped and isolated, no style or handler in the markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qunjian.reports.charts import Spec, specs
from qunjian.reports.report import Cell, Chart, Column, Evidence, Figures, Paragraph, Table

if TYPE_CHECKING:
    from qunjian.model.language import Language
    from qunjian.reports.report import Block, Line

SHOWN_ROWS = 30
FILTER_FROM = 16
LONG_TEXT = 14
MANY_SCORES = 5  # scores side by side for which a table is set closer


class BlockWriter:
    """Writes blocks in one language and collects the specifications of their charts."""

    def __init__(self, language: Language) -> None:
        self.zh = language == "zh"
        self.charts: list[Spec] = []

    def say(self, zh: str, en: str) -> str:
        """Return a text of the page itself."""
        return zh if self.zh else en

    def block(self, block: Block) -> str:
        """Return one block."""
        if isinstance(block, Paragraph):
            return _paragraph(block)
        if isinstance(block, Figures):
            return _figures(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Chart):
            return self.chart(block)
        return self.evidence(block)

    def table(self, table: Table) -> str:
        """Return a table in a card: sortable, long ones cut until asked for, very long ones with a filter."""
        head = "".join(f'<th scope="col"{_numeric(column)}>{escape(column.title)}</th>' for column in table.columns)
        rows = []
        for place, cells in enumerate(table.rows):
            more = ' class="more"' if place >= SHOWN_ROWS else ""
            body = "".join(_cell(cell, column) for cell, column in zip(cells, table.columns, strict=True))
            rows.append(f"<tr{more}>{body}</tr>")
        sortable = len(table.rows) > 1 and not table.key.startswith("score-")
        dense = sum(column.kind == "score" for column in table.columns) >= MANY_SCORES
        classes = " ".join(name for name, has in (("sortable", sortable), ("dense", dense)) if has)
        named = f' class="{classes}"' if classes else ""
        inner = (
            f'<div class="scroll" tabindex="0"><table{named} aria-label="{escape(table.title)}">'
            f"<thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )
        if len(table.rows) > SHOWN_ROWS:
            label = self.say(f"显示全部 {len(table.rows)} 行", f"Show all {len(table.rows)} rows")
            inner += f'<button type="button" class="showall" hidden>{label}</button>'
        notes = [table.note] if table.note else []
        if table.of is not None:
            notes.append(
                self.say(
                    f"共 {table.of} 行，这里列出 {len(table.rows)} 行。",
                    f"{len(table.rows)} of {table.of} rows are listed.",
                )
            )
        inner += "".join(f'<p class="tnote">{escape(note)}</p>' for note in notes)
        search = ""
        if sortable and len(table.rows) >= FILTER_FROM:
            label = self.say("筛选…", "Filter…")
            search = f'<input type="search" hidden placeholder="{label}" aria-label="{label}">'
        if table.folded:
            extra = f'<div class="tablehead"><span></span>{search}</div>' if search else ""
            count = f'<span class="badge">{len(table.rows)}</span>'
            return (
                f'<details class="card"><summary><h4>{escape(table.title)}</h4>{count}</summary>'
                f'<div class="body">{extra}{inner}</div></details>'
            )
        return f'<div class="card"><div class="tablehead"><h4>{escape(table.title)}</h4>{search}</div>{inner}</div>'

    def chart(self, chart: Chart) -> str:
        """Return a chart's place; the page's script draws it, the caption says in words what it shows."""
        plots = []
        many = chart.kind == "line"
        for place, spec in enumerate(specs(chart)):
            name = f'<p class="plotname">{escape(chart.series[place].name)}</p>' if many else ""
            self.charts.append(spec)
            label = escape(f"{chart.title}. {chart.alternative}")
            plots.append(
                f'{name}<div class="plot" role="img" aria-label="{label}" data-chart="{len(self.charts) - 1}"></div>'
            )
        return (
            f'<div class="card"><h4>{escape(chart.title)}</h4><figure>{"".join(plots)}'
            f"<figcaption>{escape(chart.alternative)}</figcaption></figure></div>"
        )

    def evidence(self, block: Evidence) -> str:
        """Return one finding with its context."""
        tone = {"critical": "bad", "major": "warn", "minor": "info"}.get(block.severity, "")
        head = (
            f'<span class="badge {tone}">{escape(block.severity_title)}</span><span '
            f'class="where">{_bdi(block.community)}</span>'
            f"<span>{escape(block.at)}</span><span>{escape(block.standing)}</span>"
            f'<span class="muted">{self.say("置信", "confidence")} {block.confidence:.2f}</span>'
        )
        foot = [
            (self.say("依据", "Basis"), block.basis),
            (self.say("辨认方式", "Seen by"), block.transformations),
            (self.say("细节", "Detail"), block.detail),
            (self.say("静音", "Silenced"), block.silenced),
            (self.say("规则", "Rule"), block.rule),
        ]
        colon = self.say("：", ": ")
        listed = "".join(f"<div>{title}{colon}{_bdi(text)}</div>" for title, text in foot if text)
        return (
            f'<article class="evidence" id="{escape(block.key)}"><div class="head">{head}</div>'
            f'<ol>{"".join(_line(line) for line in block.lines)}</ol><div class="foot">{listed}</div></article>'
        )


def _bdi(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _numeric(column: Column) -> str:
    return "" if column.kind in ("text", "date") else ' class="n"'


def _paragraph(block: Paragraph) -> str:
    if block.tone in ("plain", "muted"):
        return f'<p class="{block.tone}">{escape(block.text)}</p>'
    return f'<p class="say {block.tone}"><span>{escape(block.text)}</span></p>'


def _figures(block: Figures) -> str:
    items = "".join(
        f'<div class="figure"><div class="label">{escape(item.label)}</div><div '
        f'class="value {item.tone}">{escape(item.shown)}</div>'
        + "".join(f'<div class="note">{escape(text)}</div>' for text in (item.change, item.note) if text)
        + "</div>"
        for item in block.items
    )
    return f'<div class="figures">{items}</div>'


def _cell(cell: Cell, column: Column) -> str:
    tone = "" if cell.tone == "plain" else cell.tone
    shown = _bdi(cell.shown) if column.kind == "text" else escape(cell.shown)
    if column.kind == "score" and isinstance(cell.value, int | float):
        shown = _score(cell, tone)
        tone = ""
    elif tone and tone != "muted" and column.key in ("severity", "state"):
        shown = f'<span class="badge {tone}">{shown}</span>'
        tone = ""
    elif column.kind not in ("text", "date") and "[" in cell.shown:  # an interval goes under its number
        number, _, interval = cell.shown.partition("[")
        shown = f'{escape(number.strip())}<i class="ci">[{escape(interval)}</i>'
    elif column.key == "id":
        shown = shown.replace(".", ".<wbr>").replace("_", "_<wbr>")
    if cell.link:
        shown = f'<a href="#{escape(cell.link)}">{shown}</a>'
    kinds = {"text": "t", "date": "d"}.get(column.kind, "n")
    if column.kind == "text" and column.key != "id" and len(cell.shown) > LONG_TEXT:
        kinds += " long"
    sort = ""
    if isinstance(cell.value, int | float):
        sort = f' data-v="{cell.value:.10g}"'
    elif cell.value is None:
        sort = ' data-v=""'
    return f'<td class="{kinds}{" " + tone if tone else ""}"{sort}>{shown}</td>'


def _score(cell: Cell, tone: str) -> str:
    value = float(cell.value or 0)
    marks = '<rect class="track" x="0" y="2" width="104" height="3" rx="1.5"/>'
    interval = ""
    if cell.low is not None and cell.high is not None:
        interval = f"<i>[{cell.low:.1f}, {cell.high:.1f}]</i>"
        start, length = 1.04 * cell.low, 1.04 * (cell.high - cell.low)
        marks += f'<rect class="range" x="{start:.1f}" y="1" width="{length:.1f}" height="5" rx="2"/>'
    marks += f'<circle class="point" cx="{1.04 * value:.1f}" cy="3.5" r="3"/>'
    return (
        f'<span class="sc {tone}"><b>{escape(cell.shown)}</b>{interval or "<i></i>"}<svg viewBox="0 0 104 '
        f'7" aria-hidden="true">{marks}</svg></span>'
    )


def _line(line: Line) -> str:
    what = "".join(f"<mark>{_bdi(piece.text)}</mark>" if piece.hit else _bdi(piece.text) for piece in line.pieces)
    own = ' class="subject"' if line.subject else ""
    return (
        f'<li{own}><span class="when">{escape(line.at)}</span><span class="who">{_bdi(line.who)}</span>'
        f'<span class="what">{what}</span></li>'
    )
