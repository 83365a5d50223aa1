"""Computes the values a mapping asks for from the fields of many records at once: templates, patterns, decodings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.mapping.html import html_text
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qunjian.sources.mapping.schema import Value

MOST_HITS = 100
_FIELD = late(r"\{([^{}]+)\}")


class Columns:
    """The fields of `rows` records by name; what the source leaves out is null (JSON) or an error (tables)."""

    def __init__(self, rows: int, columns: dict[str, pa.Array], *, closed: bool) -> None:
        self.rows = rows
        self.columns = columns
        self._closed = closed

    def __getitem__(self, name: str) -> pa.Array:
        found = self.columns.get(name)
        if found is None:
            if self._closed:
                raise UnknownNameError(Phrase("列", "column"), name, self.columns)
            found = pa.nulls(self.rows, pa.string())
        return found

    def optional(self, name: str) -> pa.Array | None:
        """Return a field that may not be there at all."""
        return self.columns.get(name)

    def taken(self, keep: pa.Array) -> Columns:
        """Return the records where `keep` is true."""
        columns = {name: column.filter(keep) for name, column in self.columns.items()}
        return Columns(pc.sum(keep).as_py() or 0, columns, closed=self._closed)

    def filled(self, template: str) -> pa.Array:
        """Return a template's values: a field's name, or text with {fields}; null where one of them is null."""
        if "{" not in template:
            return self[template]
        parts: list[pa.Array | pa.Scalar] = []
        place = 0
        for hit in _FIELD.finditer(template):
            if hit.start() > place:
                parts.append(pa.scalar(template[place : hit.start()]))
            parts.append(self[hit[1]])
            place = hit.end()
        if place < len(template):
            parts.append(pa.scalar(template[place:]))
        if len(parts) == 1:
            return parts[0]
        return pc.binary_join_element_wise(*parts, pa.scalar(""), null_handling="emit_null")

    def value(self, spec: Value) -> pa.Array:
        """Return the values of one setting."""
        column = constant(self.rows, spec.source[1:]) if spec.source.startswith("=") else self.filled(spec.source)
        if spec.pattern is not None:
            column = first_group(column, spec.pattern)
        for step in spec.replace:
            column = pc.replace_substring_regex(column, step.match, step.by)
        for how in spec.decode:
            column = _DECODINGS[how](column)
        if spec.fallback is not None:
            column = pc.coalesce(empty_to_null(column), self.filled(spec.fallback))
        if spec.map is not None:
            column = mapped(column, spec.map, spec.default)
        elif spec.default is not None:
            column = pc.fill_null(empty_to_null(column), spec.default)
        return column


def constant(rows: int, text: str) -> pa.Array:
    """Return the text for every row."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def template_fields(template: str) -> list[str]:
    """Return the names of the fields a template uses."""
    if template.startswith("="):
        return []
    return _FIELD.findall(template) if "{" in template else [template]


def first_group(column: pa.Array, pattern: str) -> pa.Array:
    """Return what the first group of the pattern matched (named or not), else null."""
    found = pc.extract_regex(column, grouped(pattern))
    field = pc.struct_field(found, [0])
    return pc.if_else(found.is_valid(), field, pa.scalar(None, pa.string()))


def empty_to_null(column: pa.Array) -> pa.Array:
    """Return the column with empty texts as null."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def mapped(column: pa.Array, table: dict[str, str], default: str | None) -> pa.Array:
    """Return the column translated by a table; what is not in it becomes the default (else stays)."""
    index = pc.index_in(column, pa.array(list(table), pa.string()))
    found = pa.array(list(table.values()), pa.string()).take(index)
    return pc.coalesce(found, pa.scalar(default) if default is not None else column)


def by_unique(column: pa.Array, translate: Callable[[str], str]) -> pa.Array:
    """Return the column translated value by value, each distinct value once."""
    coded = pc.dictionary_encode(column)
    words = [None if word is None else translate(word) for word in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def _dot_percent(word: str) -> str:
    return unquote(re.sub(r"\.([0-9A-F]{2})", r"%\1", word.replace("%", "%25")))


_DECODINGS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "html": html_text,
    "dot_percent": lambda column: by_unique(column, _dot_percent),
    "percent": lambda column: by_unique(column, unquote),
}


def grouped(pattern: str) -> str:
    """Return the pattern with its plain groups named g1, g2 … (Arrow gives out named groups only)."""
    out: list[str] = []
    inside, escaped, number = False, False, 0
    for place, char in enumerate(pattern):
        out.append(char)
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "[" and not inside:
            inside = True
        elif char == "]" and inside and pattern[place - 1] != "[":
            inside = False
        elif char == "(" and not inside and pattern[place + 1 : place + 2] != "?":
            number += 1
            out.append(f"?P<g{number}>")
    return "".join(out)


def all_hits(column: pa.Array, pattern: str) -> Iterator[tuple[Any, list[pa.Array]]]:
    """Yield (rows, groups) hit by hit: first the first hit of every row that has one, then the second.

    A hit is looked for in what follows the one before it; a pattern bound to the start hits once.
    """
    once = pattern.startswith("^")
    whole = grouped(pattern) if once else f"(?:{grouped(pattern)})(?P<rest>(?s:.*))$"
    any_hit = pc.fill_null(pc.match_substring_regex(column, pattern), False)
    rows = np.flatnonzero(any_hit.to_numpy(zero_copy_only=False))
    if len(rows) < len(column):
        column = column.filter(any_hit)
    for _ in range(1 if once else MOST_HITS):
        found = pc.extract_regex(column, whole)
        hit = found.is_valid()
        if not pc.any(hit).as_py():
            return
        rows = rows[hit.to_numpy(zero_copy_only=False)]
        parts = found.filter(hit)
        names = [field.name for field in parts.type if field.name != "rest"]
        yield rows, [pc.struct_field(parts, [name]) for name in names]
        if not once:
            column = pc.struct_field(parts, ["rest"])
