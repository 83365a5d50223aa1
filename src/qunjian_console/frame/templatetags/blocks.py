"""Draws the blocks of the engine's reports in a page: headline figures, tables, charts, sentences."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from qunjian_console.bridge.drawing import STATUS_TITLES, score_tone, specs
from qunjian_console.language import current

register = template.Library()
SHOWN_ROWS = 30
FILTER_FROM = 16
WIDE = 8  # characters of a text that a narrow screen must not break into a column of syllables


@register.simple_tag
def block_of(what: Any) -> str:
    """Return one block (Figures, Table, Chart or Paragraph of a report) as HTML."""
    kind = str(what.__struct_config__.tag)
    context: dict[str, Any] = {"block": what}
    if kind == "table":
        sortable = len(what.rows) > 1 and not what.key.startswith("score-")
        context |= {"long": len(what.rows) > SHOWN_ROWS, "sortable": sortable}
        context["searched"] = sortable and len(what.rows) >= FILTER_FROM
    elif kind == "chart":
        names = [series.name for series in what.series] if what.kind == "line" else [""]
        context["plots"] = list(zip(names, specs(what), strict=True))
    return render_to_string(f"frame/blocks/{kind}.html", context)


@register.filter
def paired(row: Any, columns: Any) -> list[tuple[Any, Any]]:
    """Return each cell of a row with its column."""
    return list(zip(row, columns, strict=True))


@register.filter
def attributes(cell: Any, column: Any) -> SafeString:
    """Return the class of a table's cell, and the value it is sorted by."""
    kinds = "number" if column.kind in ("number", "percent", "score") else "wide" if len(cell.shown) > WIDE else ""
    tone = "" if cell.tone in ("plain", "muted") else f"tone-{cell.tone}"
    muted = "text-secondary" if cell.tone == "muted" else ""
    sorting = cell.value if isinstance(cell.value, int | float) else "" if cell.value is None else None
    named = format_html(' class="{}"', " ".join(filter(None, (kinds, tone, muted)))) if kinds or tone or muted else ""
    return mark_safe(named + ("" if sorting is None else format_html(' data-v="{}"', sorting)))  # noqa: S308 (both escaped)


@register.filter
def gauge(value: float, scale: float = 1.04) -> str:
    """Return where a score of 0 to 100 stands on a bar 104 units wide."""
    return f"{scale * value:.1f}"


@register.filter
def minus(high: float, low: float) -> float:
    """Return a difference."""
    return high - low


@register.filter
def signed(value: float) -> str:
    """Return a difference with its sign."""
    return f"{value:+,}".replace("-", "−") if value else "±0"


@register.filter
def told(phrase: Any) -> str:
    """Return a phrase of the engine in the reader's language."""
    return str(phrase.said(current()))


@register.filter
def edition(version: str) -> str:
    """Return a version as people name it: without the hash of its content."""
    return version.partition("@")[0]


@register.filter
def health(score: Any) -> str:
    """Return the tone of a score."""
    return str(score_tone(score.value))


@register.filter
def status(score: Any) -> str:
    """Return in words whether there is a score, and if not, what is missing."""
    return str(STATUS_TITLES[score.status].said(current()))
