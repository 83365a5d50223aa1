"""Turns a batch of texts into hashed n-grams: of characters, and of syllables, which a homophone leaves as they are.

One, two and three characters in a row of the folded text, and the same of how they are read (an emoji as the character
that names it: emoji.tsv), each kind hashed on its own into one table of `1 << bits` places. A text is the n-grams that
stand in it, each over the root of their number, so that long and short texts weigh alike.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import sounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from qunjian.text.folding import Folded

LENGTHS = (1, 2, 3)
_CODES = 0x110000
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0x100000001B3)


class Grams(NamedTuple):
    """N-grams of one kind and length: the row and the place in the table of each, by row, each once a row."""

    rows: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]


class Standing(NamedTuple):
    """N-grams of one kind and length as they stand: where each begins, and its place in the table."""

    length: int
    begins: npt.NDArray[np.int64]
    places: npt.NDArray[np.uint64]


def grams(
    folded: Folded, bits: int, heard: npt.NDArray[np.uint64], first: int = 0, last: int | None = None
) -> Iterator[Grams]:
    """Yield the n-grams of rows [first, last) of a batch, kind by kind; none reaches over the end of its row."""
    starts = folded.starts[first : (folded.rows if last is None else last) + 1]
    row_of = np.repeat(np.arange(len(starts) - 1, dtype=np.int64), np.diff(starts))
    for each in standing(folded.codes[starts[0] : starts[-1]], bits, heard):
        # Once a text: what is said twice is no stronger sign (presence beats counts here, as in Wang & Manning).
        said = np.sort(row_of[each.begins].astype(np.uint64) << np.uint64(bits) | each.places)
        once = said[np.concatenate(([True], said[1:] != said[:-1]))] if len(said) else said
        low = np.uint64((1 << bits) - 1)
        yield Grams((once >> np.uint64(bits)).astype(np.int64), (once & low).astype(np.int64))


def standing(codes: npt.NDArray[np.uint32], bits: int, heard: npt.NDArray[np.uint64]) -> Iterator[Standing]:
    """Yield the n-grams of folded codes, kind by kind, wherever they stand; a 0 ends a row."""
    ends = codes == 0
    for kind, units in enumerate((codes.astype(np.uint64), heard.take(codes))):
        whole = ~ends
        mixed = np.full(len(units), np.uint64(kind + 1) << np.uint64(40))
        for length in LENGTHS:
            count = len(units) - length + 1
            if count < 1:
                break
            mixed = (mixed[:count] ^ units[length - 1 :]) * _MIX
            mixed ^= mixed >> np.uint64(29)
            whole = whole[:count] & ~ends[length - 1 :]
            places = (mixed[whole] * _SPREAD + np.uint64(length)) * _SPREAD >> np.uint64(64 - bits)
            yield Standing(length, np.flatnonzero(whole), places)


@cache
def readings() -> npt.NDArray[np.uint64]:
    """Return for each code how it is read today: its usual syllable by name, else itself; a model keeps its own."""
    known = sounds()
    syllables = np.array([0, *map(_named, known.syllables[1:])], dtype=np.uint64)
    usual = known.usual[:_CODES].copy()
    for sign, read in heard_emoji().items():
        usual[ord(sign)] = usual[ord(read)]
    return np.where(usual > 0, syllables[usual], np.arange(len(usual), dtype=np.uint64))


@cache
def heard_emoji() -> dict[str, str]:
    """Return for each emoji the one character it is heard as."""
    rows = (files("qunjian.models") / "emoji.tsv").read_text(encoding="utf-8").splitlines()
    return dict(row.split("\t") for row in rows if not row.startswith("#"))


def _named(syllable: str) -> int:
    """Return a number for a syllable that holds when others are added; it is larger than any code."""
    return int.from_bytes(hashlib.blake2b(syllable.encode(), digest_size=5).digest(), "big") | 1 << 40
