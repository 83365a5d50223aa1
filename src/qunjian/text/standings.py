"""Which character of a text may stand for which character of a word, and how surely, as one table.

Characters of texts that may stand for the same ones, each as surely, share a column: most of a word's other forms
sound alike. A kind is a character of a word with the keys that may serve that word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.alternates import SOUND, readings_of
from qunjian.text.keys import FLAG, sounds
from qunjian.text.ragged import listed, owned

if TYPE_CHECKING:
    import numpy.typing as npt

    from qunjian.text.alternates import Alternates

# How surely a character stands for another: it only resembles it, stands for it, or is among the surest that do.
_WEAK, OTHER, SURE = 1, 2, 3
# Two neighbours stand for a pair of a word when these add up to so much, and neither only resembles its own.
PAIR = OTHER + SURE
_HEARD = FLAG["homophone"] | FLAG["pinyin"]
_MIX, _TURN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


class Standings(NamedTuple):
    """The table: two bits for each kind and column, four columns a byte.

    codes: the characters that may stand for any, in order, and `columns` theirs. kinds: for column i, of which kinds it
    stands more surely than by resemblance: `kinds[begins[i]:begins[i + 1]]`. Column 0 stands for nothing.
    """

    codes: npt.NDArray[np.uint32]
    columns: npt.NDArray[np.uint16]
    levels: npt.NDArray[np.uint8]
    begins: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]

    @classmethod
    def of(cls, kinds: npt.NDArray[np.uint64], alternates: Alternates) -> Standings:
        """Compile the table of these kinds (allowed flags << 32 | code)."""
        kind, code, level = _surest(*_all(kinds, alternates))
        owners = np.concatenate([[0], np.flatnonzero(code[1:] != code[:-1]) + 1]) if len(code) else np.zeros(0, int)
        mixed = (kind.astype(np.uint64) << np.uint64(2) | level.astype(np.uint64)) + np.uint64(1)
        mixed = (mixed * _MIX ^ (mixed * _MIX) >> np.uint64(29)) * _TURN
        told = np.add.reduceat(mixed ^ mixed >> np.uint64(32), owners) if len(code) else mixed
        _, one, column = np.unique(told, return_index=True, return_inverse=True)
        if len(one) > np.iinfo(np.uint16).max:
            raise OverflowError(len(one))
        levels = np.zeros((len(kinds), len(one) // 4 + 1), dtype=np.uint8)
        sizes = np.diff(np.append(owners, len(code)))
        at, rows = owned(owners[one], sizes[one])
        at += 1
        np.bitwise_or.at(levels, (kind[rows], at >> 2), level[rows] << (at & 3).astype(np.uint8) * 2)
        more = level[rows] >= OTHER
        begins = np.searchsorted(at[more], np.arange(len(one) + 2))
        return cls(code[owners].astype(np.uint32), (column + 1).astype(np.uint16), levels, begins, kind[rows][more])

    def breadth(self) -> npt.NDArray[np.int64]:
        """Return for each kind how many columns may stand for it."""
        both = self.levels | self.levels >> np.uint8(1)
        return np.asarray(np.bitwise_count(both & np.uint8(0b01010101)).sum(axis=1, dtype=np.int64), dtype=np.int64)

    def table(self) -> npt.NDArray[np.uint16]:
        """Return for every code its column."""
        found = np.zeros(SOUND, dtype=np.uint16)
        found[self.codes] = self.columns
        return found


def _all(
    kinds: npt.NDArray[np.uint64], alternates: Alternates
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return every way: the kind's number, the code, how surely."""
    codes, allowed = (kinds & np.uint64(0xFFFFFFFF)).astype(np.int64), (kinds >> np.uint64(32)).astype(np.uint32)
    pairs, flags = alternates.table()
    owner, at = listed(codes, (pairs >> np.uint64(32)).astype(np.int64))
    may = (flags[at] & allowed[owner]) > 0
    made = [(owner[may], (pairs[at[may]] & np.uint64(0xFFFFFFFF)).astype(np.int64), _WEAK)]
    usual = sounds().usual if len(kinds) else np.zeros(1, dtype=np.uint16)
    read = np.argsort(usual, kind="stable")[np.count_nonzero(usual == 0) :]
    sounding = usual[read].astype(np.int64)
    heard = np.flatnonzero(allowed & np.uint32(_HEARD))
    for column in readings_of(codes[heard].astype(np.uint32)).T.astype(np.int64):
        owner, at = listed(column, sounding)
        made.append((heard[owner], read[at], _WEAK))
    for standing, level in zip(alternates.standing(kinds), (SURE, OTHER), strict=True):
        owner, at = owned(standing.begins, standing.counts)
        ways = standing.flat[at].astype(np.int64)
        by_sound = np.flatnonzero(ways >= SOUND)
        made.append((np.delete(owner, by_sound), np.delete(ways, by_sound), level))
        of, at = listed(ways[by_sound] - SOUND, sounding)
        made.append((owner[by_sound[of]], read[at], level))
    owners, others = (np.concatenate([each[side] for each in made]) for side in (0, 1))
    return owners, others, np.repeat(np.array([each[2] for each in made], np.uint8), [len(each[0]) for each in made])


def _surest(
    kind: npt.NDArray[np.int64], code: npt.NDArray[np.int64], level: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return of each code and kind the surest, by code, then kind."""
    order = np.argsort((code << 26 | kind << 2 | level).astype(np.int64))
    kind, code, level = kind[order], code[order], level[order]
    last = np.append((code[1:] != code[:-1]) | (kind[1:] != kind[:-1]), True) if len(code) else np.zeros(0, bool)
    return kind[last], code[last], level[last]
