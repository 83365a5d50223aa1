"""A batch as a reader of hidden words sees it: no separators, repeats as one, and once more with parts put together.

Each row stands once as written, and rows with split characters, syllables in letters or emoji that can be read stand
a second time with these replaced. An element of a stream remembers which folded characters it came from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.folding import tables
from qunjian.text.keys import SYLLABLE, emoji, plain_parts, sounds, splits
from qunjian.text.lexicon import doubles, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from qunjian.text.folding import Folded

# How an element came about.
WRITTEN, JOINED, SPELLED = 0, 1, 2
_LONGEST_SPELLING = 24
_MIX = 0x9E3779B97F4A7C15


class Stream(NamedTuple):
    """Elements in order, a 0 after each row. `kept`: the folded places; `heads`: which of them each element starts at.

    heads None: no element stands for several. further: how many folded places more an element took, and `made` how it
    came about; None: none did, all as written.
    """

    codes: npt.NDArray[np.uint32]
    kept: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int64] | None
    further: npt.NDArray[np.int64] | None = None
    made: npt.NDArray[np.uint8] | None = None

    def first(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the first folded place of these elements."""
        return self.kept[at if self.heads is None else self.heads[at]]

    def last(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the last folded place of these elements."""
        if self.heads is not None:
            at = self.heads[at] + self.run(at) - 1
        return self.kept[at] if self.further is None else self.kept[at] + self.further[at]

    def run(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return how often these elements stood."""
        if self.heads is None:
            return np.ones(len(at), dtype=np.int64)
        after = np.minimum(at + 1, len(self.heads) - 1)
        ends = np.where(at + 1 < len(self.heads), self.heads[after], len(self.kept))
        return ends - self.heads[at]

    def how(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """Return how these elements came about."""
        if self.made is None:
            return np.zeros(len(at), dtype=np.uint8)
        return self.made[at if self.heads is None else self.heads[at]]


def written(folded: Folded) -> Stream:
    """Return the batch without separators, repeats of an ideograph or picture as one."""
    codes = folded.codes
    kept = np.flatnonzero(tables().inside.take(codes))
    return _runs(codes.take(kept), kept)


def replaced(folded: Folded, joins: Joins, *, spelled: bool, pictured: bool) -> Stream | None:
    """Return the rows in which something can be read otherwise, so read; None when there are none.

    joins: the characters that may be put together from parts. spelled: letters may be syllables. pictured: emoji may
    be read.
    """
    codes = folded.codes
    made = np.zeros(len(codes), dtype=np.uint32)
    eaten = np.zeros(len(codes), dtype=bool)
    telling = joins.mark(codes, made, eaten)
    if spelled:
        telling += _spell(folded, made, eaten)
    signs = _signs().take(codes) if pictured else None
    places = np.array(telling, dtype=np.int64)
    if signs is not None:
        places = np.concatenate([places, np.flatnonzero(signs)])
    if not len(places):
        return None
    rows = np.unique(np.searchsorted(folded.starts, places, side="right") - 1)
    kept = spread(folded.starts[rows], folded.starts[rows + 1] - folded.starts[rows])
    keep = tables().inside.take(codes[kept])
    if signs is not None:
        keep |= signs[kept]
    kept = kept[keep & ~eaten[kept]]
    became = made[kept]
    new = np.where(became > 0, became & np.uint32(0x1FFFFF), codes[kept])
    how = np.where(became > 0, np.where(new >= SYLLABLE, SPELLED, JOINED), WRITTEN).astype(np.uint8)
    return _runs(new.astype(np.uint32), kept, (became >> np.uint32(21)).astype(np.int64), how)


def _runs(
    codes: npt.NDArray[np.uint32],
    kept: npt.NDArray[np.int64],
    further: npt.NDArray[np.int64] | None = None,
    made: npt.NDArray[np.uint8] | None = None,
) -> Stream:
    """Tell repeats of an ideograph or a picture as one element with its run."""
    same = np.flatnonzero(codes[1:] == codes[:-1]) + 1
    again = same[doubles(codes[same])]
    if not len(again):
        return Stream(codes, kept, None, further, made)
    heads = np.ones(len(codes), dtype=bool)
    heads[again] = False
    begins = np.flatnonzero(heads)
    return Stream(codes[begins], kept, begins, further, made)


class Joins:
    """The characters that may be put together from parts side by side, compiled for a set of characters."""

    def __init__(self, characters: frozenset[str]) -> None:
        self._of = _parts(characters)
        self._begins = _marked(parts[0] for parts in self._of)
        self._follows = _marked(parts[1] for parts in self._of)
        self._tried: dict[int, tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]] = {}
        for length in sorted({len(parts) for parts in self._of}, reverse=True):
            known = {_hashed(parts): made for parts, made in self._of.items() if len(parts) == length}
            keys = sorted(known)
            self._tried[length] = np.array(keys, np.uint64), np.array([known[key] for key in keys], np.uint32)

    def mark(
        self, codes: npt.NDArray[np.uint32], made: npt.NDArray[np.uint32], eaten: npt.NDArray[np.bool_]
    ) -> list[int]:
        """Write at each place what its parts make (the number of further parts from bit 21); return the places."""
        marked = list[int]()
        if not self._tried or len(codes) < 2:
            return marked
        parts = plain_parts().take(codes)
        begins = np.flatnonzero(self._begins.take(parts))
        begins = begins[begins + 1 < len(codes)]
        begins = begins[self._follows.take(parts[begins + 1])]
        for length, (known, becomes) in self._tried.items():
            at = begins[begins + length <= len(codes)]
            keys = np.zeros(len(at), dtype=np.uint64)
            for nth in range(length):
                keys = keys * np.uint64(_MIX) + parts[at + nth]
            place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            there = known[place] == keys
            for found, code in zip(at[there].tolist(), becomes[place[there]].tolist(), strict=True):
                if not eaten[found : found + length].any() and not made[found : found + length].any():
                    made[found] = code | (length - 1) << 21
                    eaten[found + 1 : found + length] = True
                    marked.append(found)
        return marked


def _hashed(parts: Sequence[int]) -> int:
    key = 0
    for part in parts:
        key = (key * _MIX + part) & 0xFFFFFFFFFFFFFFFF
    return key


def _parts(joins: frozenset[str]) -> dict[tuple[int, ...], int]:
    """Return the parts side by side that make one of these characters, and the character."""
    if not joins:
        return {}
    return {
        tuple(map(ord, parts)): ord(chosen)
        for parts, made in splits().items()
        if (chosen := next((each for each in made if each in joins), None))
    }


def _spell(folded: Folded, made: npt.NDArray[np.uint32], eaten: npt.NDArray[np.bool_]) -> list[int]:
    """Mark letters that spell syllables from the first to the last letter of their run; return the places."""
    letters = np.zeros(len(folded.codes) + 2, dtype=np.int8)
    letters[1:-1] = (folded.codes >= ord("a")) & (folded.codes <= ord("z"))
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    begins, ends = edges[::2], edges[1::2]
    likely = (ends - begins > 1) & (ends - begins <= _LONGEST_SPELLING)
    marked, text = list[int](), folded.text
    for place, end in zip(begins[likely].tolist(), ends[likely].tolist(), strict=True):
        for number, length in spelling(text[place:end]):
            made[place] = (SYLLABLE + number) | (length - 1) << 21
            eaten[place + 1 : place + length] = True
            marked.append(place)
            place += length
    return marked


@lru_cache(maxsize=65_536)
def spelling(letters: str) -> Sequence[tuple[int, int]]:
    """Return the syllables that letters spell, as (number, letters), longest first; none if any letter is left over."""
    if len(letters) > _LONGEST_SPELLING:
        return ()
    numbers = _numbers()
    best: dict[int, tuple[tuple[int, int], ...]] = {len(letters): ()}
    for start in range(len(letters) - 1, -1, -1):
        for length in range(min(6, len(letters) - start), 0, -1):
            number = numbers.get(letters[start : start + length])
            rest = best.get(start + length)
            if number is not None and rest is not None:
                way = ((number, length), *rest)
                if start not in best or len(way) < len(best[start]):
                    best[start] = way
    return best.get(0, ())


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    names = sounds().syllables
    return {name: number for number, name in enumerate(names) if number and (len(name) > 1 or name in "aeo")}


@lru_cache(maxsize=1)
def _signs() -> npt.NDArray[np.bool_]:
    return _marked(map(ord, emoji()))


def _marked(codes: Iterable[int]) -> npt.NDArray[np.bool_]:
    table = np.zeros(SYLLABLE, dtype=bool)
    table[list(codes)] = True
    return table
