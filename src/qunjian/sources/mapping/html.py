"""Turns a column of HTML bodies into plain text, column-wise; only rows with rare entities are touched one by one."""

from __future__ import annotations

from html import unescape

import pyarrow as pa
import pyarrow.compute as pc

# RE2, applied in this order. What is rare is done to the rows that have it.
_RARE = r"(?i)<(?:script|style|img)\b|<!--"
_RARE_STEPS = (
    (r"(?is)<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->", ""),
    (r"(?is)<img\b[^>]*?\b(?:alt|title)=\"([^\">]*)\"[^>]*>", r"\1"),
    (r"(?is)<img\b[^>]*?\balt='?([^\s'>]+)[^>]*>", r"\1"),
)
_STEPS = (
    (r"(?i)<br\s*/?>\n?|</(?:p|div|li|tr|h[1-6]|blockquote|pre)\s*>\n?", "\n"),
    (r"(?s)<[a-zA-Z/!][^>]*>", ""),
)
_LINES = ((r"\n{3,}", "\n\n"),)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "))


def html_text(column: pa.Array) -> pa.Array:
    """Return the text people see: tags gone, images as their alt text, paragraphs as lines, entities as characters."""
    marked = pc.match_substring(column, "<")
    if pc.any(marked).as_py():
        column = _stepped(column, pc.match_substring_regex(column, _RARE), _RARE_STEPS)
        column = _stepped(column, marked, _STEPS)
    column = _stepped(column, pc.match_substring(column, "\n\n\n"), _LINES)
    if not pc.any(pc.match_substring(column, "&")).as_py():
        return column
    for entity, char in _ENTITIES:
        column = pc.replace_substring(column, entity, char)
    column = pc.replace_substring(column, "&amp;", "&")
    rest = pc.fill_null(pc.match_substring_regex(column, r"&#?[0-9a-zA-Z]{2,10};"), False)
    if pc.any(rest).as_py():
        mended = [unescape(text) for text in column.filter(rest).to_pylist()]
        mended = [text.encode("utf-8", "replace").decode("utf-8") for text in mended]
        column = pc.replace_with_mask(column, rest, pa.array(mended, pa.string()))
    return column


def _stepped(column: pa.Array, rows: pa.Array, steps: tuple[tuple[str, str], ...]) -> pa.Array:
    """Return the column with the steps done to these rows."""
    rows = pc.fill_null(rows, False)
    count = pc.sum(rows).as_py() or 0
    if not count:
        return column
    chosen = column if 2 * count > len(column) else column.filter(rows)
    for pattern, by in steps:
        chosen = pc.replace_substring_regex(chosen, pattern, by)
    return chosen if len(chosen) == len(column) else pc.replace_with_mask(column, rows, chosen)
