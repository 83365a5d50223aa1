"""Looks for the words of a lexicon in a stream, a whole batch at once: pairs first, then character by character.

A place survives when its pair of characters is one that a word may stand with; what a pair may be is worked out once
and remembered, so that most places cost one look. Then each character of each such word is compared. What is left is
few enough for the rules of gaps and boundaries, one by one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.alternates import SOUND
from qunjian.text.keys import FLAG, SYLLABLE, sounds
from qunjian.text.lexicon import spread
from qunjian.text.streams import JOINED

if TYPE_CHECKING:
    import numpy.typing as npt

    from qunjian.text.lexicon import Lexicon
    from qunjian.text.streams import Stream

_NOTHING = np.zeros(0, dtype=np.int64)
_LEFT, _RIGHT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)
_SLOTS = 19  # bits: so many pairs are remembered
_MOST_GROUPS = 1 << 22


class Found(NamedTuple):
    """Words found: their entry in the lexicon, the first element of the stream, the transformations seen through."""

    words: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint32]


_NONE = Found(_NOTHING, _NOTHING, _NOTHING.astype(np.uint32))


class Seeker:
    """A lexicon ready to be sought, with what is remembered of the pairs seen so far."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._standing = Standings(lexicon)
        self._plain, self._heard = _ways(lexicon)
        self._lock = threading.Lock()
        self._bits = _SLOTS
        self._forget()

    def _forget(self) -> None:
        self._keys = np.zeros(1 << self._bits, dtype=np.uint64)
        self._begins = np.zeros(1 << self._bits, dtype=np.int32)
        self._counts = np.zeros(1 << self._bits, dtype=np.int32)
        self._groups = np.zeros(0, dtype=np.int32)

    def seek(self, stream: Stream) -> Found:
        """Return every word of the lexicon that stands in the stream by a key that may serve it."""
        if len(stream.codes) < 2 or not len(self.lexicon.numbers):
            return _NONE
        pairs = self.lexicon.pairs
        with self._lock:
            likely, groups = self._likely(stream.codes)
        sizes = pairs.starts[groups + 1] - pairs.starts[groups]
        word = pairs.words[spread(pairs.starts[groups], sizes)]
        start = np.repeat(likely, sizes) - self.lexicon.anchors[word]
        return _verified(stream, self.lexicon, self._standing, word.astype(np.int64), start)

    def _likely(self, codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the places whose pair may be some word's anchor, and that anchor's group: one row for each."""
        slots = (codes[:-1] * _LEFT + codes[1:] * _RIGHT) >> np.uint32(32 - self._bits)
        keys = codes[:-1].astype(np.uint64) << np.uint64(21) | codes[1:]
        unknown = np.flatnonzero(self._keys.take(slots) != keys)
        counts = self._counts.take(slots)
        if len(unknown) and len(self._groups) > _MOST_GROUPS:
            self._forget()
            return self._likely(codes)
        asked, place = np.unique(keys[unknown], return_inverse=True)
        new_begins, new_counts = (each[place] for each in self._asked(asked))
        counts[unknown] = new_counts
        there = np.flatnonzero(counts)
        begins = self._begins[slots[there]]
        if len(unknown):
            new = np.minimum(np.searchsorted(unknown, there), len(unknown) - 1)
            begins = np.where(unknown[new] == there, new_begins[new], begins)
            at = slots[unknown]  # of two new pairs in one slot the last is remembered
            self._keys[at], self._begins[at], self._counts[at] = keys[unknown], new_begins, new_counts
        count = counts[there]
        return np.repeat(there, count), self._groups[spread(begins, count)].astype(np.int64)

    def _asked(self, keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Look pairs up in every way they can stand; return where their groups begin in `_groups`, and how many."""
        pairs = self.lexicon.pairs
        left, right = (keys >> np.uint64(21)).astype(np.int64), (keys & np.uint64((1 << 21) - 1)).astype(np.int64)
        found = [_NOTHING]
        for first in (self._plain, self._heard):
            for second in (self._plain, self._heard):
                one, other = first[left].astype(np.int64), second[right].astype(np.int64)
                may = np.flatnonzero((one >= 0) & (other >= 0))
                numbers = (one[may] * len(pairs.ways) + other[may]).astype(pairs.numbers.dtype)
                order = np.argsort(numbers)  # in order the search stays within what the processor holds
                may, numbers = may[order], numbers[order]
                low = np.searchsorted(pairs.numbers, numbers)
                there = np.flatnonzero(pairs.numbers.take(low, mode="clip") == numbers)
                may, low, numbers = may[there], low[there], numbers[there]
                count = np.searchsorted(pairs.numbers, numbers, side="right") - low
                found.append(np.repeat(may, count) << 32 | pairs.groups[spread(low, count)])
        both = np.unique(np.concatenate(found))
        counts = np.bincount(both >> 32, minlength=len(keys)).astype(np.int32)
        begins = (np.cumsum(counts) - counts + len(self._groups)).astype(np.int32)
        self._groups = np.concatenate([self._groups, (both & 0xFFFFFFFF).astype(np.int32)])
        return begins, counts


def _ways(lexicon: Lexicon) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return for every code the place of its ways in the lexicon's: as written, and by its usual sound; -1 for none."""
    ways = lexicon.pairs.ways
    plain = np.full(SOUND, -1, dtype=np.int32)
    sound = np.full(1 << 16, -1, dtype=np.int32)
    written = ways < SOUND
    plain[ways[written]] = np.flatnonzero(written)
    sound[ways[~written] - SOUND] = np.flatnonzero(~written)
    heard = np.full(SOUND, -1, dtype=np.int32)
    if not written.all():
        usual = sounds().usual
        heard[: len(usual)] = np.where(usual > 0, sound[usual], -1)
    return plain, heard


class Standings:
    """For each character of the words and each code one bit: may the one stand for the other at all."""

    def __init__(self, lexicon: Lexicon) -> None:
        alphabet, self._rows = np.unique(lexicon.characters, return_inverse=True)
        characters, codes = [alphabet.astype(np.int64)], [alphabet.astype(np.int64)]
        known = lexicon.alternate_keys
        characters.append((known >> np.uint64(32)).astype(np.int64))
        codes.append((known & np.uint64(0xFFFFFFFF)).astype(np.int64))
        if len(lexicon.readings):
            usual = sounds().usual
            read = np.argsort(usual, kind="stable")[np.count_nonzero(usual == 0) :]
            first = np.searchsorted(usual[read], np.arange(1 << 16))
            _, one = np.unique(lexicon.characters, return_index=True)
            for column in lexicon.readings[one].T.astype(np.int64):
                some = np.flatnonzero(column < 0xFFFF)
                count = first[column[some] + 1] - first[column[some]]
                characters.append(np.repeat(alphabet[some].astype(np.int64), count))
                codes.append(read[spread(first[column[some]], count)])
        every = np.concatenate(codes)
        distinct = np.unique(every)
        self._column = np.zeros(SOUND, dtype=np.int32)
        self._column[distinct] = np.arange(1, len(distinct) + 1)
        self._may = np.zeros((len(alphabet), len(distinct) // 8 + 1), dtype=np.uint8)
        row = np.searchsorted(alphabet, np.concatenate(characters))
        np.bitwise_or.at(
            self._may, (row, self._column[every] >> 3), np.uint8(1) << (self._column[every] & 7).astype("u1")
        )

    def may(self, character: npt.NDArray[np.int64], code: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Return whether codes may stand for characters of words (their places in the lexicon)."""
        column = self._column[code]
        bits = self._may[self._rows[character], column >> 3] >> (column & 7).astype(np.uint8)
        return np.asarray(bits & np.uint8(1), dtype=bool)


def _verified(
    stream: Stream,
    lexicon: Lexicon,
    standing: Standings,
    words: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
) -> Found:
    """Compare every character of every candidate; keep those that agree by keys that may serve the word."""
    lengths = lexicon.lengths[words]
    inside = (starts >= 0) & (starts + lengths <= len(stream.codes))
    words, starts = words[inside], starts[inside]
    for nth in range(2):  # one look at a bit rids of most
        may = standing.may(lexicon.starts[words] + nth, stream.codes[starts + nth])
        last = lexicon.starts[words] + lexicon.lengths[words] - 1 - nth
        may &= standing.may(last, stream.codes[starts + lexicon.lengths[words] - 1 - nth])
        words, starts = words[may], starts[may]
    flags = np.zeros(len(words), dtype=np.uint32)
    nth = 0
    done: list[Found] = []
    while len(words):
        allowed = lexicon.allowed[words]
        took = _agreement(stream, lexicon, starts + nth, lexicon.starts[words] + nth, allowed)
        if nth == 0:  # what stands before a word's first character, or after its last, hides nothing
            took &= ~_REPEAT
        else:
            took[(lexicon.lengths[words] == nth + 1) & (took != _DISAGREES)] &= ~_REPEAT
        flags = flags | took
        good = (flags & ~allowed) == 0
        words, starts, flags = words[good], starts[good], flags[good]
        nth += 1
        whole = lexicon.lengths[words] == nth
        done.append(Found(words[whole], starts[whole], flags[whole]))
        words, starts, flags = words[~whole], starts[~whole], flags[~whole]
    if not done:
        return _NONE
    words, starts, flags = (np.concatenate(each) for each in zip(*done, strict=True))
    order = np.lexsort((words, starts))
    return Found(words[order], starts[order], flags[order])


_DISAGREES = np.uint32(1 << 31)
_REPEAT = np.uint32(FLAG["repeat"])


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
