"""Cuts the source of a regular expression into atoms, so that it can be folded and loosened piece by piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")


class Atom(NamedTuple):
    """One piece of a pattern's source: character, escape, class, quotation, quantifier, or the head of a group."""

    kind: str
    source: str


def atoms(source: str) -> Iterator[Atom]:
    """Cut a pattern's source into atoms; what RE2 will refuse may be cut anyhow."""
    place = 0
    while place < len(source):
        kind, end = _atom_end(source, place)
        yield Atom(kind, source[place:end])
        place = end


def _atom_end(source: str, place: int) -> tuple[str, int]:
    character = source[place]
    if character == "\\":
        if source.startswith(r"\Q", place):
            end = source.find(r"\E", place)
            return "quotation", len(source) if end < 0 else end + 2
        return "escape", _escape_end(source, place)
    if character == "[":
        return "class", _class_end(source, place)
    if match := _QUANTIFIER.match(source, place):
        return "quantifier", match.end()
    if source.startswith("(?", place):
        named = source.startswith(("(?P<", "(?<"), place)
        end = min((found for mark in (">" if named else ":)") if (found := source.find(mark, place)) > 0), default=-1)
        return "group", len(source) if end < 0 else end + 1
    return "character", place + 1


def _escape_end(source: str, place: int) -> int:
    after = source[place + 1 : place + 2]
    if after in ("p", "P", "x") and source[place + 2 : place + 3] == "{":
        end = source.find("}", place)
        return len(source) if end < 0 else end + 1
    return min(len(source), place + {"p": 3, "P": 3, "x": 4}.get(after, 2))


def _class_end(source: str, place: int) -> int:
    place += 1
    if source.startswith("^", place):
        place += 1
    first = place
    while place < len(source):
        if source[place] == "\\":
            place = _escape_end(source, place)
        elif source.startswith("[:", place) and (end := source.find(":]", place)) > 0:
            place = end + 2
        elif source[place] == "]" and place > first:
            return place + 1
        else:
            place += 1
    return len(source)
