"""User-written regular expressions: RE2 decides, hyperscan only says where it is worth asking.

A pattern is matched against *folded* text (half width, lower case, simplified, nothing invisible) without regard to
case. It may be written as people write: its own characters are folded too, so `价格：` finds 「价格:」 and 「價格：」.
"""

from __future__ import annotations

from functools import cache

import re2

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.text.folding import fold
from qunjian.text.regex_source import Atom, atoms

_META = frozenset("\\.+*?()|[]{}^$-&~#")


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


@cache
def folded_pattern(source: str) -> str:
    """Return the pattern with its own characters folded; escapes, group names and ranges stay as they are."""
    wide = "".join(character for character in source if not character.isascii())
    if fold(wide) == wide:  # most are written folded: then no piece changes
        return source
    return "".join(_folded_atom(atom) for atom in atoms(source))


def _folded_atom(atom: Atom) -> str:
    if atom.source.isascii() or atom.kind in ("escape", "group"):
        return atom.source
    if atom.kind == "quotation":
        return "".join(_quoted(character) for character in fold(atom.source.removeprefix(r"\Q").removesuffix(r"\E")))
    if atom.kind == "class":
        return _folded_class(atom.source)
    folded = _folded_character(atom.source)
    return "".join(map(_quoted, folded)) if len(folded) == 1 else f"(?:{''.join(map(_quoted, folded))})"


def _folded_class(source: str) -> str:
    parts = []
    for place, character in enumerate(source):
        ranged = "-" in (source[place - 1 : place], source[place + 1 : place + 2])
        folded = character if character.isascii() or ranged else _folded_character(character)
        parts.append(character if folded == character or len(folded) != 1 else _quoted(folded))
    return "".join(parts)


@cache
def _folded_character(character: str) -> str:
    return fold(character)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in _META else character
