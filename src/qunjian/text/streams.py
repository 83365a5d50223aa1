"""A batch as a reader of hidden words sees it: no separators, repeats as one, and once more with parts put together.

Each row stands once as written, and rows with split characters, syllables in letters or emoji that can be read stand
a second time with these replaced. An element of a stream remembers which folded characters it came from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import re2

from qunjian.text.folding import tables
from qunjian.text.keys import SYLLABLE, emoji, plain_parts, sounds, splits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from qunjian.text.folding import Folded

# How an element came about.
WRITTEN, JOINED, SPELLED = 0, 1, 2
_LETTERS = re2.compile("[a-z]{2,}")
_LONGEST_SPELLING = 24


class Stream(NamedTuple):
    """Elements in order, a 0 after each row: code, folded places [first, last], how often it stood, how it came."""

    codes: npt.NDArray[np.uint32]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    run: npt.NDArray[np.int64]
    made: npt.NDArray[np.uint8]


def written(folded: Folded) -> Stream:
    """Return the batch without separators, repeats of an ideograph or picture as one."""
    compact = folded.compact()
    return _runs(compact.codes, compact.kept, compact.kept, np.zeros(len(compact.codes), dtype=np.uint8))


def replaced(folded: Folded, joins: frozenset[str], *, spelled: bool, pictured: bool) -> Stream | None:
    """Return the rows in which something can be read otherwise, so read; None when there are none.

    joins: the characters that may be put together from parts. spelled: letters may be syllables. pictured: emoji may
    be read.
    """
    codes = folded.codes
    signs = _signs()[codes] if pictured else np.zeros(len(codes), dtype=bool)
    made, eaten = _joined(codes, joins)
    if spelled:
        _spell(folded, made, eaten)
    telling = signs | (made > 0)
    rows = np.unique(np.searchsorted(folded.starts, np.flatnonzero(telling), side="right") - 1)
    if not len(rows):
        return None
    wanted = np.zeros(folded.rows + 1, dtype=bool)
    wanted[rows] = True
    row_of = np.repeat(np.arange(folded.rows), np.diff(folded.starts))
    keep = wanted[row_of] & (eaten == 0) & (tables().inside.take(codes) | signs)
    kept = np.flatnonzero(keep)
    new = np.where(made > 0, made & 0x1FFFFF, codes)[kept]
    last = kept + (made[kept] >> 21 & 0xFF)
    how = np.where(made[kept] > 0, np.where(new >= SYLLABLE, SPELLED, JOINED), WRITTEN).astype(np.uint8)
    return _runs(new.astype(np.uint32), kept, last, how)


def _runs(
    codes: npt.NDArray[np.uint32],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    made: npt.NDArray[np.uint8],
) -> Stream:
    """Tell repeats of an ideograph or a picture as one element with its run."""
    one = np.ones(len(codes), dtype=np.int64)
    if len(codes) < 2:
        return Stream(codes, first, last, one, made)
    doubles = (codes >= 0x2E80) | ((codes >= 0x2190) & (codes < 0x2C00))
    again = np.concatenate([[False], (codes[1:] == codes[:-1]) & doubles[1:]])
    if not again.any():
        return Stream(codes, first, last, one, made)
    heads = np.flatnonzero(~again)
    ends = np.concatenate([heads[1:], [len(codes)]]) - 1
    return Stream(codes[heads], first[heads], last[ends], ends - heads + 1, made[heads])


def _joined(
    codes: npt.NDArray[np.uint32], joins: frozenset[str]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Return for each place what its parts make (with the number of further parts from bit 21), and what was eaten."""
    made = np.zeros(len(codes), dtype=np.uint32)
    eaten = np.zeros(len(codes), dtype=np.uint8)
    tried = _parts(joins)
    if not joins or not tried:
        return made, eaten
    parts = plain_parts().take(codes)
    for length in sorted(tried, reverse=True):
        known, becomes = tried[length]
        keys = np.zeros(max(0, len(parts) - length + 1), dtype=np.uint64)
        for nth in range(length):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + parts[nth : nth + len(keys)].astype(np.uint64)
        place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        for found in np.flatnonzero(known[place] == keys).tolist():
            if not eaten[found : found + length].any() and not made[found : found + length].any():
                made[found] = becomes[place[found]] | (length - 1) << 21
                eaten[found + 1 : found + length] = 1
    return made, eaten


@lru_cache(maxsize=4)
def _parts(joins: frozenset[str]) -> dict[int, tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]]:
    """Return by number of parts: the hashes of parts side by side, sorted, and what they make."""
    by_length: dict[int, dict[int, int]] = {}
    for parts, made in splits().items():
        if chosen := next((each for each in made if each in joins), None):
            key = 0
            for part in parts:
                key = (key * 0x9E3779B97F4A7C15 + ord(part)) & 0xFFFFFFFFFFFFFFFF
            by_length.setdefault(len(parts), {})[key] = ord(chosen)
    found = {}
    for length, known in by_length.items():
        keys = sorted(known)
        found[length] = np.array(keys, dtype=np.uint64), np.array([known[key] for key in keys], dtype=np.uint32)
    return found


def _spell(folded: Folded, made: npt.NDArray[np.uint32], eaten: npt.NDArray[np.uint8]) -> None:
    """Mark letters that spell syllables from the first to the last letter of their run."""
    for row in folded.rows_between("a", "z"):
        base = int(folded.starts[row])
        for run in _LETTERS.finditer(folded.row(row)):
            place = base + run.start()
            for number, length in spelling(run[0]):
                made[place] = (SYLLABLE + number) | (length - 1) << 21
                eaten[place + 1 : place + length] = 1
                place += length


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
