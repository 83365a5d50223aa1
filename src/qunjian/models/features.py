"""Turns a batch of texts into hashed n-grams: of characters, and of syllables, which a homophone leaves as they are.

One, two and three characters in a row of the folded text, and the same of how they are read (an emoji as its first
reading), each kind hashed on its own into one table of `1 << bits` places. A text is the n-grams that stand in it, each
over the root of their number, so that long and short texts weigh alike.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import emoji, sounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from qunjian.text.folding import Folded

LENGTHS = (1, 2, 3)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0x100000001B3)


class Grams(NamedTuple):
    """N-grams of one kind and length: the row and the place in the table of each, by row, each once a row."""

    rows: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]


def grams(folded: Folded, bits: int) -> Iterator[Grams]:
    """Yield the n-grams of a batch, kind by kind; none reaches over the end of its row."""
    codes = folded.codes
    row_of = np.repeat(np.arange(folded.rows, dtype=np.int64), np.diff(folded.starts))
    ends = codes == 0
    heard = _heard().take(codes)
    for kind, units in enumerate((codes.astype(np.uint64), heard)):
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
            # Once a text: what is said twice is no stronger sign (presence beats counts here, as in Wang & Manning).
            said = np.sort(row_of[:count][whole].astype(np.uint64) << np.uint64(bits) | places)
            once = said[np.concatenate(([True], said[1:] != said[:-1]))] if len(said) else said
            low = np.uint64((1 << bits) - 1)
            yield Grams((once >> np.uint64(bits)).astype(np.int64), (once & low).astype(np.int64))


@cache
def _heard() -> npt.NDArray[np.uint64]:
    """Return for each code how it is read: its usual syllable by name, else itself."""
    known = sounds()
    syllables = np.array([0, *map(_named, known.syllables[1:])], dtype=np.uint64)
    usual = known.usual.copy()
    for sign, read in emoji().items():
        usual[ord(sign)] = usual[ord(read[0])]
    return np.where(usual > 0, syllables[usual], np.arange(len(usual), dtype=np.uint64))


def readings() -> str:
    """Return a short hash of how every character is read: a model scores rightly only with the readings it learnt."""
    return hashlib.blake2b(_heard().tobytes(), digest_size=6).hexdigest()


def _named(syllable: str) -> int:
    """Return a number for a syllable that holds when others are added; it is larger than any code."""
    return int.from_bytes(hashlib.blake2b(syllable.encode(), digest_size=5).digest(), "big") | 1 << 40
