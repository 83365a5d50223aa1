"""A batch as a reader of hidden words sees it: no separators, repeats as one, and once more with parts put together.

Each row stands once as written, and rows with split characters, syllables in letters or emoji that can be read stand
a second time with these replaced. An element of a stream remembers which folded characters it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.folding import tables
from qunjian.text.kernel.buffers import elements
from qunjian.text.keys import EITHER, SYLLABLE, emoji, latin, plain_parts, sounds, splits
from qunjian.text.lexicon import doubles
from qunjian.text.ragged import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from qunjian.text.folding import Folded

# How an element came about.
WRITTEN, JOINED, SPELLED = 0, 1, 2
_LONGEST_SPELLING = 24
_MOST_SPELLINGS = 65_536
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
    if (made := elements(codes, tables().inside)) is not None:
        return Stream(*made)
    kept = np.flatnonzero(tables().inside.take(codes))
    return _runs(codes.take(kept), kept)


def replaced(folded: Folded, joins: Joins, spell: Spelling | None, *, pictured: bool) -> list[Stream]:
    """Return the rows in which something can be read otherwise, so read: several streams where readings compete.

    joins: the characters that may be put together from parts. spell: letters may be syllables. pictured: emoji may be
    read. First the surest joins, longest first, then from the left; where these overlap, from the right as well; last
    the rows in which parts are a word of their own (水军), that word taken for a character.
    """
    codes = folded.codes
    found = joins.found(codes)
    sure = [each for each in found if not each.word]
    plans = [_chosen(sure)]
    if (other := _chosen(sorted(sure, key=lambda each: -each.place))) != plans[0]:
        plans.append(other)
    if len(sure) < len(found):
        plans.append(_chosen(found))
    spelled, otherwise = spell.found(folded) if spell else ([], [])
    signs = _signs().take(codes) if pictured else None
    seen = np.flatnonzero(signs) if signs is not None else np.zeros(0, dtype=np.int64)
    streams = list[Stream]()
    for nth, plan in enumerate(plans):
        first = set(plans[0])
        telling = plan if not nth else [each for each in plan if each not in first]
        places = np.array([each.place for each in telling], dtype=np.int64)
        if not nth:
            places = np.concatenate([places, np.array([place for place, *_ in spelled], dtype=np.int64), seen])
        if len(places):
            streams.append(_again(folded, _rows(folded, places), plan, spelled, signs))
    if otherwise != spelled:
        places = np.array(sorted({place for place, *_ in {*spelled} ^ {*otherwise}}), dtype=np.int64)
        streams.append(_again(folded, _rows(folded, places), plans[0], otherwise, signs))
    return streams


def _rows(folded: Folded, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.unique(np.searchsorted(folded.starts, places, side="right") - 1)


def _again(
    folded: Folded,
    rows: npt.NDArray[np.int64],
    joined: Sequence[Joined],
    spelled: Sequence[tuple[int, int, int]],
    signs: npt.NDArray[np.bool_] | None,
) -> Stream:
    """Return these rows with parts joined, syllables for letters, and emoji kept."""
    codes = folded.codes
    made = np.zeros(len(codes), dtype=np.uint32)
    eaten = np.zeros(len(codes), dtype=bool)
    for place, length, code in (*((each.place, each.length, each.code) for each in joined), *spelled):
        made[place] = code | (length - 1) << 21
        eaten[place + 1 : place + length] = True
    kept = spread(folded.starts[rows], folded.starts[rows + 1] - folded.starts[rows])
    keep = tables().inside.take(codes[kept])
    if signs is not None:
        keep |= signs[kept]
    kept = kept[keep & ~eaten[kept]]
    became = made[kept]
    new = np.where(became > 0, became & np.uint32(0x1FFFFF), codes[kept])
    how = np.where(became > 0, np.where((new >= SYLLABLE) & (new < EITHER), SPELLED, JOINED), WRITTEN).astype(np.uint8)
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


class Joined(NamedTuple):
    """Parts side by side: where, how many, what they make; `word`: they are a word of their own."""

    place: int
    length: int
    code: int
    word: bool


def _chosen(found: Sequence[Joined]) -> list[Joined]:
    """Return of joins that overlap the first."""
    taken, chosen = set[int](), list[Joined]()
    for each in found:
        span = range(each.place, each.place + each.length)
        if taken.isdisjoint(span):
            taken.update(span)
            chosen.append(each)
    return chosen


class Joins:
    """The characters that may be put together from parts side by side, compiled for a set of characters."""

    def __init__(self, characters: frozenset[str]) -> None:
        known = _parts(characters)
        self._begins = _marked(parts[0] for parts in known)
        self._follows = _marked(parts[1] for parts in known)
        self._tried: dict[int, tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32], npt.NDArray[np.bool_]]] = {}
        for length in sorted({len(parts) for parts in known}, reverse=True):
            those = {_hashed(parts): made for parts, made in known.items() if len(parts) == length}
            keys = sorted(those)
            codes, words = zip(*(those[key] for key in keys), strict=True)
            self._tried[length] = np.array(keys, np.uint64), np.array(codes, np.uint32), np.array(words, bool)

    def found(self, codes: npt.NDArray[np.uint32]) -> list[Joined]:
        """Return all parts side by side that make a character, the longest first, then from the left."""
        seen = list[Joined]()
        if not self._tried or len(codes) < 2:
            return seen
        parts = plain_parts().take(codes)
        begins = np.flatnonzero(self._begins.take(parts))
        begins = begins[begins + 1 < len(codes)]
        begins = begins[self._follows.take(parts[begins + 1])]
        for length, (known, becomes, words) in self._tried.items():
            at = begins[begins + length <= len(codes)]
            keys = np.zeros(len(at), dtype=np.uint64)
            for nth in range(length):
                keys = keys * np.uint64(_MIX) + parts[at + nth]
            place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            there = known[place] == keys
            place = place[there]
            rows = zip(at[there].tolist(), becomes[place].tolist(), words[place].tolist(), strict=True)
            seen += [Joined(start, length, code, word) for start, code, word in rows]
        return seen


def _hashed(parts: Sequence[int]) -> int:
    key = 0
    for part in parts:
        key = (key * _MIX + part) & 0xFFFFFFFFFFFFFFFF
    return key


def _parts(joins: frozenset[str]) -> dict[tuple[int, ...], tuple[int, bool]]:
    """Return the parts side by side that make one or more of these characters, what stands for these, and if a word."""
    found: dict[tuple[int, ...], tuple[int, bool]] = {}
    if not joins:
        return found
    for row, (parts, join) in enumerate(splits().items()):
        made = [each for each in join.made if each in joins]
        if made:
            found[tuple(map(ord, parts))] = ord(made[0]) if len(made) == 1 else EITHER + row, join.word
    return found


# How letters read, and how with pieces first; empty: not at all.
_Readings = tuple[()] | tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]


class Spelling:
    """Reads letters as syllables; Latin pieces of words (vpn) are left as they are among them."""

    def __init__(self, pieces: frozenset[str]) -> None:
        self._pieces = pieces
        self._known: dict[str, _Readings] = {}

    def found(self, folded: Folded) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
        """Return (place, letters, code) of each syllable in runs of letters that are all syllables or such pieces.

        Then the same, with pieces left alone that could be syllables too (ai, line).
        """
        found, otherwise = list[tuple[int, int, int]](), list[tuple[int, int, int]]()
        text, known = folded.text, self._known
        for start, end in _letter_runs(folded):
            written = text[start:end]
            readings = known.get(written)
            if readings is None:
                readings = self._read(written)
            if readings:
                read, other = readings
                syllables = _syllables(start, read)
                found += syllables
                otherwise += syllables if read == other else _syllables(start, other)
        return found, otherwise

    def _read(self, written: str) -> _Readings:
        """Return the fewest syllables (number, letters) and pieces (0, letters) in letters, and the same, pieces first.

        Nothing if they are no such thing, or letters of another script.
        """
        if len(self._known) > _MOST_SPELLINGS:
            self._known.clear()
        readings: _Readings = ()
        letters = written
        if not written.isascii():
            looks = latin()
            letters = "".join(chr(looks[ord(each)]) for each in written)
        if any("a" <= each <= "z" for each in written):
            pieces_first = spelling(letters, self._pieces)
            read = spelling(letters) or pieces_first
            if read or pieces_first:
                readings = read, pieces_first
        self._known[written] = readings
        return readings


def _syllables(start: int, read: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    places = accumulate((length for _, length in read), initial=start)
    return [(place, length, SYLLABLE + number) for place, (number, length) in zip(places, read, strict=False) if number]


def _letter_runs(folded: Folded) -> Iterator[tuple[int, int]]:
    """Return where the runs of Latin letters, and of what looks like them, that may be syllables begin and end."""
    letters = np.zeros(len(folded.codes) + 2, dtype=bool)
    letters[1:-1] = latin().take(folded.codes)
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    begins, ends = edges[::2], edges[1::2]
    likely = (ends - begins > 1) & (ends - begins <= _LONGEST_SPELLING)
    return zip(begins[likely].tolist(), ends[likely].tolist(), strict=True)


def spelling(letters: str, pieces: frozenset[str] = frozenset()) -> Sequence[tuple[int, int]]:
    """Return what letters spell, as (number, letters), fewest first: syllables, and pieces (0); none if any is left."""
    numbers = _numbers()
    best: dict[int, tuple[tuple[int, int], ...]] = {len(letters): ()}
    longest = max([6, *map(len, pieces)])
    for start in range(len(letters) - 1, -1, -1):
        for length in range(min(longest, len(letters) - start), 0, -1):
            written = letters[start : start + length]
            number = 0 if written in pieces else numbers.get(written)
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
