"""What a scanner makes of its needles before it compiles them, kept in the cache: folded words, expressions, lexicon.

A kept preparation is for these needles and this code with these tables; its patterns have passed RE2.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.cache import keep, kept
from qunjian.text.arrays import packed, unpacked
from qunjian.text.databases import REGEX, Expression
from qunjian.text.lexicon import Entry, Lexicon
from qunjian.text.matching import Word, WordKey, word_keys
from qunjian.text.patterns import Pattern, confirmer, folded_pattern
from qunjian.text.prefilter import prefilter

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "needles-"
_MOST_BYTES = 256_000_000
_MOST_KEPT = 4  # preparations; those of many words are large
_META = frozenset(b"\\.+*?()|[]{}^$-/#&~<> \n\t")


class Prepared(msgspec.Struct, frozen=True):
    """words: by needle. expressions: what hyperscan looks for; alone: the needles it cannot look for."""

    words: dict[int, WordKey]
    expressions: list[Expression]
    alone: list[int]
    lexicon: Lexicon


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    words: list[tuple[int, str, str, bool, int, tuple[str, ...]]]
    expressions: list[Expression]
    alone: list[int]
    lexicon: memoryview


def prepared(needles: Sequence[Word | Pattern]) -> Prepared:
    """Return the preparation of needles, from the cache if it is there."""
    name = _name(needles)
    found = kept(name)
    if found is not None:
        try:
            return _opened(msgspec.msgpack.decode(found, type=_Kept), needles)
        except (ValueError, KeyError):
            pass
    made = _made(needles)
    content = msgspec.msgpack.encode(_closed(made))
    if len(content) <= _MOST_BYTES:
        keep(name, content, family=FAMILY, most=_MOST_KEPT)
    return made


def _made(needles: Sequence[Word | Pattern]) -> Prepared:
    places = [i for i, needle in enumerate(needles) if isinstance(needle, Word)]
    words = dict(zip(places, word_keys([each for each in needles if isinstance(each, Word)]), strict=True))
    expressions: list[Expression] = [
        (i, _escaped(key.folded), 0) for i, key in words.items() if key.folded and not key.hidden
    ]
    alone: list[int] = []
    for i, pattern in enumerate(needles):
        if isinstance(pattern, Pattern):
            confirmer(pattern.source)  # RE2 refuses first, with words a person understands
            source = prefilter(folded_pattern(pattern.hint or pattern.source))
            if source is None:
                alone.append(i)
            else:
                expressions.append((i, source, REGEX))
    lexicon = Lexicon.of([Entry(i, key.sought, key.keys) for i, key in words.items() if key.hidden])
    return Prepared(words, expressions, alone, lexicon)


def _closed(made: Prepared) -> _Kept:
    words = [(i, key.folded, "".join(key.raw), key.hidden, key.gap, key.own) for i, key in made.words.items()]
    return _Kept(words, made.expressions, made.alone, memoryview(packed(made.lexicon.arrays())))


def _opened(found: _Kept, needles: Sequence[Word | Pattern]) -> Prepared:
    words = {}
    for i, folded, raw, hidden, gap, own in found.words:
        word = needles[i]
        assert isinstance(word, Word)  # noqa: S101 (tells the type checker)
        words[i] = WordKey(folded, tuple(raw), word.keys, hidden, gap, own)
    return Prepared(words, found.expressions, found.alone, Lexicon.from_arrays(unpacked(found.lexicon)))


def _name(needles: Sequence[Word | Pattern]) -> str:
    asked = [(needle.text, needle.keys) if isinstance(needle, Word) else needle for needle in needles]
    about = _code() + msgspec.msgpack.encode(asked)
    return FAMILY + hashlib.blake2b(about, digest_size=16).hexdigest()


@cache
def _code() -> bytes:
    """Return a digest of what a preparation depends on: the code and the tables of this room, numpy and RE2."""
    room = files("qunjian.text")
    found = hashlib.blake2b(f"{version('numpy')} {version('google-re2')}".encode(), digest_size=16)
    for folder in (room, room / "tables"):
        for file in sorted(folder.iterdir(), key=lambda each: each.name):
            if file.name.endswith((".py", ".tsv")):
                found.update(f"{file.name}\n".encode() + file.read_bytes())
    return found.digest()


def _escaped(word: str) -> bytes:
    word = word.replace("\n", "\r")  # as in what hyperscan reads, where a newline ends a row
    return b"".join(b"\\" + bytes([byte]) if byte in _META else bytes([byte]) for byte in word.encode())
