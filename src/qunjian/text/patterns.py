"""User-written regular expressions: RE2 decides, hyperscan only says where it is worth asking.

A pattern is matched against *folded* text (half width, lower case, simplified, nothing invisible) without regard to
case. It may be written as people write: its own characters are folded too, so `价格：` finds 「价格:」 and 「價格：」.
"""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec
import re2

from qunjian.model.cache import keep, kept
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.text.folding import fold
from qunjian.text.regex_source import Atom, atoms

if TYPE_CHECKING:
    from collections.abc import Iterator

_META = frozenset("\\.+*?()|[]{}^$-&~#")
_FAMILY = "patterns-"
_DIGEST = 16
_MOST = 50_000
# Whoever changes which patterns are accepted changes this.
_MADE = "1"


class Pattern(msgspec.Struct, frozen=True):
    """A regular expression to look for; `group` is the group whose span counts (0: the whole match).

    `hint`: a simpler expression that stands wherever this one does; a long greedy end is costly to scan for.
    """

    source: str
    group: int = 0
    hint: str = ""


class Confirmer:
    """The RE2 of a pattern over folded text; one that was accepted before is compiled when first asked."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def compiled(self) -> re2._Regexp:  # type: ignore[name-defined,unused-ignore]
        """Return the compiled expression; raises re2.error if RE2 cannot take it."""
        return re2.compile(folded_pattern(self.source), _options())

    @cached_property
    def _over_bytes(self) -> re2._Regexp:  # type: ignore[name-defined,unused-ignore]
        return re2.compile(folded_pattern(self.source).encode(), _options())

    def spans(self, encoded: bytes, group: int) -> Iterator[tuple[int, int]]:
        """Return the spans of a group in UTF-8, as places of bytes, from left to right; empty ones are left out.

        In a text RE2 would tell the places of characters of every match, at twice the cost.
        """
        for match in self._over_bytes.finditer(encoded):
            first, last = match.span(group)
            if 0 <= first < last:
                yield first, last

    def search(self, text: str) -> re2._Match | None:  # type: ignore[name-defined,unused-ignore]
        """Return the first match."""
        return self.compiled.search(text)

    def fullmatch(self, text: str) -> re2._Match | None:  # type: ignore[name-defined,unused-ignore]
        """Return the match of the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re2._Match]:  # type: ignore[name-defined,unused-ignore]
        """Return all matches from left to right."""
        return self.compiled.finditer(text)  # type: ignore[no-any-return,unused-ignore]


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


@cache
def confirmer(source: str) -> Confirmer:
    """Return the RE2 of a pattern over folded text; raises BadInputError if it cannot be used."""
    found = Confirmer(source)
    try:
        digest = hashlib.blake2b(source.encode(), digest_size=_DIGEST).digest()
        if digest in _accepted():
            return found
        compiled = found.compiled
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
    _new.add(digest)
    return found


_new = set[bytes]()


@cache
def _accepted() -> frozenset[bytes]:
    """Return the digests of patterns that were accepted in earlier runs."""
    content = kept(_name()) or b""
    return frozenset(content[place : place + _DIGEST] for place in range(0, len(content), _DIGEST))


def remember() -> None:
    """Keep which patterns were accepted: they need not be compiled before they are asked."""
    if _new:
        known = _accepted() | _new
        keep(_name(), b"".join(sorted(known if len(known) <= _MOST else _new)), family=_FAMILY)
        _new.clear()
        _accepted.cache_clear()


@cache
def _name() -> str:
    about = f"{_MADE} {version('google-re2')}"
    return _FAMILY + hashlib.blake2b(about.encode(), digest_size=_DIGEST).hexdigest()


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
