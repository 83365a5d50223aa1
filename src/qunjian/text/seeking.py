"""Looks for the words of a lexicon in a stream, a whole batch at once: pairs first, then character by character.

A place survives when its pair of characters may begin a word and the next pair may follow; then each character of
each such word is compared. What is left is few enough for the rules of gaps and boundaries, one by one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.alternates import SOUND
from qunjian.text.keys import FLAG, SYLLABLE, sounds
from qunjian.text.lexicon import spread
from qunjian.text.streams import JOINED

if TYPE_CHECKING:
    import numpy.typing as npt

    from qunjian.text.lexicon import Lexicon, Pairs
    from qunjian.text.streams import Stream

_NOTHING = np.zeros(0, dtype=np.int64)
_FIRST, _SECOND = 1, 2  # bits of the table: the pair may begin a word at its anchor, may follow there
_LEFT, _RIGHT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)
_LARGEST = 26


class Found(NamedTuple):
    """Words found: their entry in the lexicon, the first element of the stream, the transformations seen through."""

    words: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint32]


_NONE = Found(_NOTHING, _NOTHING, _NOTHING.astype(np.uint32))


class Seeker:
    """A lexicon with a table by hash of its pairs, asked first: it is small, and few places pass it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._sounded = lexicon.sounded
        largest = max(len(lexicon.first.numbers), len(lexicon.second.numbers), 1)
        bits = min(_LARGEST, max(12, int(np.ceil(np.log2(largest * 8)))))
        self._shift = np.uint32(32 - bits)
        self._table = np.zeros(1 << bits, dtype=np.uint8)
        for pairs, bit in ((lexicon.first, _FIRST), (lexicon.second, _SECOND)):
            left = (pairs.numbers >> np.uint64(22)).astype(np.uint32)
            right = (pairs.numbers & np.uint64((1 << 22) - 1)).astype(np.uint32)
            self._table[(left * _LEFT + right * _RIGHT) >> self._shift] |= np.uint8(bit)

    def seek(self, stream: Stream) -> Found:
        """Return every word of the lexicon that stands in the stream by a key that may serve it."""
        codes, lexicon = stream.codes, self.lexicon
        if len(codes) < 2 or not len(lexicon.numbers):
            return _NONE
        heard = self._heard(codes)
        ways = _ways(codes, heard)
        told = [self._table.take((left[:-1] + right[1:]) >> self._shift) for left, right in ways]
        every = told[0].copy() if len(told) > 1 else told[0]
        for each in told[1:]:
            every |= each
        # A word of two characters has no second pair: its only pair stands in both tables.
        after = every.copy()
        after[:-1] |= every[1:]
        likely = np.flatnonzero((every & _FIRST) & (after >> np.uint8(1)))
        words, places = [_NOTHING], [_NOTHING]
        for nth, each in enumerate(told):
            there = likely[(each[likely] & _FIRST) > 0]
            word, place = _members(lexicon.first, _numbers(codes, heard, there, nth), there)
            words.append(word)
            places.append(place)
        word, place = np.concatenate(words), np.concatenate(places)
        goes_on = self._follows(codes, heard, place) | self._follows(codes, heard, place + 1)
        word, place = word[goes_on], place[goes_on]
        return _verified(stream, lexicon, word, place - lexicon.anchors[word])

    def _follows(
        self, codes: npt.NDArray[np.uint32], heard: npt.NDArray[np.uint32] | None, at: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Return where a pair stands that may follow an anchor: the table says so of a few more."""
        known = self.lexicon.second.numbers
        found = np.zeros(len(at), dtype=bool)
        inside = np.flatnonzero(at + 1 < len(codes))
        for way in range(1 if heard is None else 4):
            numbers = _numbers(codes, heard, at[inside], way)
            found[inside] |= known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers
        return found

    def _heard(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32] | None:
        """Return each element by its usual sound, as itself where it has none; None if no word is found by sound."""
        return _heard().take(codes) if self._sounded else None


@lru_cache(maxsize=1)
def _heard() -> npt.NDArray[np.uint32]:
    usual = sounds().usual.astype(np.uint32)
    return np.where(usual > 0, usual | np.uint32(SOUND), np.arange(len(usual), dtype=np.uint32))


def _ways(
    codes: npt.NDArray[np.uint32], heard: npt.NDArray[np.uint32] | None
) -> list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]]:
    """Return the halves of the hash of each pair: as written, and with one or both by sound."""
    left, right = codes * _LEFT, codes * _RIGHT
    if heard is None:
        return [(left, right)]
    sounded_left, sounded_right = heard * _LEFT, heard * _RIGHT
    return [(left, right), (left, sounded_right), (sounded_left, right), (sounded_left, sounded_right)]


def _numbers(
    codes: npt.NDArray[np.uint32], heard: npt.NDArray[np.uint32] | None, at: npt.NDArray[np.int64], way: int
) -> npt.NDArray[np.uint64]:
    """Return the numbers of the pairs at these places, in the way of that place in `_ways`."""
    left = heard if heard is not None and way & 2 else codes
    right = heard if heard is not None and way & 1 else codes
    return left[at].astype(np.uint64) << np.uint64(22) | right[at + 1]


def _members(
    pairs: Pairs, numbers: npt.NDArray[np.uint64], places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the words that have these pairs for an anchor, and the place of each."""
    if not len(numbers):
        return _NOTHING, _NOTHING
    at = np.minimum(np.searchsorted(pairs.numbers, numbers), len(pairs.numbers) - 1)
    known = pairs.numbers[at] == numbers
    at, places = at[known], places[known]
    count = pairs.starts[at + 1] - pairs.starts[at]
    return pairs.words[spread(pairs.starts[at], count)].astype(np.int64), np.repeat(places, count)


def _verified(stream: Stream, lexicon: Lexicon, words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> Found:
    """Compare every character of every candidate; keep those that agree by keys that may serve the word."""
    lengths = lexicon.lengths[words]
    inside = (starts >= 0) & (starts + lengths <= len(stream.codes))
    words, starts = _distinct(words[inside], starts[inside])
    flags = np.zeros(len(words), dtype=np.uint32)
    nth = 0
    done: list[Found] = []
    while len(words):
        may = lexicon.allowed[words]
        took = _agreement(stream, lexicon, starts + nth, lexicon.starts[words] + nth, may)
        flags = flags | took
        good = (flags & ~may) == 0
        words, starts, flags = words[good], starts[good], flags[good]
        nth += 1
        whole = lexicon.lengths[words] == nth
        done.append(Found(words[whole], starts[whole], flags[whole]))
        words, starts, flags = words[~whole], starts[~whole], flags[~whole]
    return Found(*(np.concatenate(each) for each in zip(*done, strict=True))) if done else _NONE


_DISAGREES = np.uint32(1 << 31)


def _agreement(
    stream: Stream,
    lexicon: Lexicon,
    at: npt.NDArray[np.int64],
    character: npt.NDArray[np.int64],
    may: npt.NDArray[np.uint32],
) -> npt.NDArray[np.uint32]:
    """Return for each element and character of a word the transformation between them (0: none), or `_DISAGREES`."""
    code, meant = stream.codes[at], lexicon.characters[character]
    took = np.full(len(at), _DISAGREES, dtype=np.uint32)
    other = np.flatnonzero(code != meant)
    took[code == meant] = 0
    if len(other):
        took[other] = _other_forms(lexicon, code[other], meant[other], character[other], may[other])
    agrees = took != _DISAGREES
    took[agrees & (stream.how(at) == JOINED)] |= np.uint32(FLAG["split"])
    runs, need = stream.run(at), lexicon.runs[character]
    took[agrees & (runs > need)] |= np.uint32(FLAG["repeat"])
    took[agrees & (runs < need)] = _DISAGREES
    return took


def _other_forms(
    lexicon: Lexicon,
    code: npt.NDArray[np.uint32],
    meant: npt.NDArray[np.uint32],
    character: npt.NDArray[np.int64],
    may: npt.NDArray[np.uint32],
) -> npt.NDArray[np.uint32]:
    """Return the transformation by which a character of a word may stand as another: by sound first, else as listed."""
    took = np.full(len(code), _DISAGREES, dtype=np.uint32)
    if len(lexicon.readings):
        heard = sounds().usual.take(code)
        flag = np.where(code >= SYLLABLE, np.uint32(FLAG["pinyin"]), np.uint32(FLAG["homophone"]))
        same = (lexicon.readings[character] == heard[:, None]).any(axis=1) & (heard > 0) & (flag & may > 0)
        took[same] = flag[same]
    left = np.flatnonzero(took == _DISAGREES)
    if len(left) and len(lexicon.alternate_keys):
        asked = meant[left].astype(np.uint64) << np.uint64(32) | code[left]
        place = np.minimum(np.searchsorted(lexicon.alternate_keys, asked), len(lexicon.alternate_keys) - 1)
        known = lexicon.alternate_keys[place] == asked
        took[left[known]] = lexicon.alternate_flags[place[known]]
    return took


def _distinct(
    words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    both = np.unique(starts << 32 | words)
    return both & 0xFFFFFFFF, both >> 32
