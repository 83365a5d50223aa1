"""User-written regular expressions: RE2 decides, hyperscan only says where it is worth asking.

A pattern is matched against *folded* text (half width, lower case, simplified, nothing invisible) without regard to
case. It may be written as people write: its own characters are folded too, so `价格：` finds 「价格:」 and 「價格：」.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import re2

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.text.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_META = frozenset("\\.+*?()|[]{}^$-&~#")
# Every character RE2 may call Han, and some more: a prefilter may only err on the side of asking.
_HAN = (
    r"\x{2E80}-\x{2FDF}\x{3005}-\x{3007}\x{3021}-\x{303B}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}"
    r"\x{16FE0}-\x{16FFF}\x{20000}-\x{3FFFF}"
)
_HAN_NAMES = (r"\p{Han}",)


class Atom(NamedTuple):
    """One piece of a pattern's source: a bare character, an escape, a class, a quotation, or the head of a group."""

    kind: str
    source: str


@cache
def confirmer(source: str) -> re2._Regexp:  # type: ignore[name-defined,unused-ignore]
    """Return the compiled RE2 of a pattern over folded text; raises BadInputError if RE2 cannot take it."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(folded_pattern(source), options)
    except (re2.error, UnicodeError) as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise BadInputError(
            Phrase(f"正则“{source}”不能用：{said}", f"the pattern '{source}' cannot be used: {said}"),
            todo=Phrase("按 RE2 语法写（没有前后查找和反向引用）", "write RE2 (no look-around, no back references)"),
        ) from error
    if compiled.search("") is not None:
        raise BadInputError(
            Phrase(f"正则“{source}”能匹配空文本，会处处命中", f"the pattern '{source}' matches the empty text"),
            todo=Phrase("让至少一个字符成为必需", "make at least one character required"),
        )
    return compiled


def folded_pattern(source: str) -> str:
    """Return the pattern with its own characters folded; escapes, group names and ranges stay as they are."""
    return "".join(_folded_atom(atom) for atom in atoms(source))


def prefilter(folded: str) -> str | None:
    """Return an expression hyperscan can take that matches wherever `folded` does, or None if there is no sure one."""
    parts = []
    for kind, source in atoms(folded):
        if kind == "escape" and source in (r"\A", r"\z", r"\C", r"\Z"):
            return None
        if source.startswith(("(?", r"\p", r"\P")) or kind == "class":
            taken = _prefilter_atom(kind, source)
            if taken is None:
                return None
            parts.append(taken)
        else:
            parts.append(source)
    return "".join(parts)


def _prefilter_atom(kind: str, source: str) -> str | None:
    if kind == "class":
        han = source
        for name in _HAN_NAMES:
            han = han.replace(name, _HAN)
        known = r"\p" not in han and r"\P" not in han and "[:^" not in han
        return han if known and (han == source or not source.startswith("[^")) else None
    if source.startswith("(?"):
        return (
            "(" if source.startswith("(?P<") else source if source in ("(?:", "(?i:", "(?s:", "(?i)", "(?s)") else None
        )
    return f"[{_HAN}]" if source in _HAN_NAMES else None


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


def _folded_atom(atom: Atom) -> str:
    if atom.source.isascii() or atom.kind in ("escape", "group"):
        return atom.source
    if atom.kind == "quotation":
        return "".join(_quoted(character) for character in fold(atom.source.removeprefix(r"\Q").removesuffix(r"\E")))
    if atom.kind == "class":
        return _folded_class(atom.source)
    folded = fold(atom.source)
    return "".join(map(_quoted, folded)) if len(folded) == 1 else f"(?:{''.join(map(_quoted, folded))})"


def _folded_class(source: str) -> str:
    parts = []
    for place, character in enumerate(source):
        ranged = "-" in (source[place - 1 : place], source[place + 1 : place + 2])
        folded = character if character.isascii() or ranged else fold(character)
        parts.append(character if folded == character or len(folded) != 1 else _quoted(folded))
    return "".join(parts)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in _META else character
