"""Looks for the words of a lexicon in a stream, a whole batch at once: pairs first, then character by character.

A place survives when its pair of characters is one that a word may stand with; what a pair may be is worked out once
and remembered, so that most places cost one look. Of each such word the character that tells most is asked next, then
all of them. What is left is few enough for the rules of gaps and boundaries, one by one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import FLAG, SYLLABLE, sounds
from qunjian.text.pair_memory import PairMemory
from qunjian.text.ragged import owned
from qunjian.text.standings import OTHER, PAIR
from qunjian.text.streams import JOINED

if TYPE_CHECKING:
    import numpy.typing as npt

    from qunjian.text.lexicon import Lexicon
    from qunjian.text.streams import Stream

_NOTHING = np.zeros(0, dtype=np.int64)


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
        self._columns = lexicon.standings.table()
        self._levels = _Levels(lexicon.standings.levels)
        pairs = lexicon.pairs
        self._beside = pairs.deciders - pairs.places
        self._telling = lexicon.kinds[lexicon.starts[pairs.words] + pairs.deciders]
        self._lock = threading.Lock()
        self._memory = PairMemory(self._asked)

    def seek(self, stream: Stream) -> Found:
        """Return every word of the lexicon that stands in the stream by a key that may serve it."""
        if len(stream.codes) < 2 or not len(self.lexicon.numbers):
            return _NONE
        with self._lock:
            columns, answers = self._memory.asked(stream.codes, self._columns)
            likely = [self._likely(columns, at, pair) for at, pair in answers]
        if not likely:
            return _NONE
        words, starts = (np.concatenate(each) for each in zip(*likely, strict=True))
        return _verified(stream, self.lexicon, *self._standing(columns, words, starts))

    def _likely(
        self, columns: npt.NDArray[np.uint16], at: npt.NDArray[np.int64], pair: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the words that may stand with these pairs, as their most telling character says, and their starts."""
        pairs = self.lexicon.pairs
        row, anchor = owned(pairs.starts[pair], pairs.starts[pair + 1] - pairs.starts[pair])
        at = at.take(row)
        seen = columns.take(at + self._beside.take(anchor), mode="clip")
        may = np.flatnonzero(self._levels.of(self._telling.take(anchor), seen))
        anchor, at = anchor[may], at[may]
        word = pairs.words[anchor]
        start = at - pairs.places[anchor]
        inside = (start >= 0) & (start + self.lexicon.lengths[word] <= len(columns))
        return word[inside], start[inside]

    def _asked(self, keys: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return for pairs of columns how many of the words' pairs each may be, and these."""
        pairs, standings = self.lexicon.pairs, self.lexicon.standings
        left, right = (keys >> np.uint32(16)).astype(np.int64), (keys & np.uint32(0xFFFF)).astype(np.int64)
        asking, at = owned(standings.begins[left], standings.begins[left + 1] - standings.begins[left])
        kind = standings.kinds[at]
        row, pair = owned(pairs.lefts[kind], pairs.lefts[kind + 1] - pairs.lefts[kind])
        behind = self._levels.of(pairs.rights[pair], right[asking[row]])
        some = np.flatnonzero(behind >= OTHER)
        row, pair, behind = row[some], pair[some], behind[some]
        asking, kind = asking[row], kind[row]
        both = np.flatnonzero(self._levels.of(kind, left[asking]) + behind >= PAIR)
        return np.bincount(asking[both], minlength=len(keys)), pair[both]

    def _standing(
        self, columns: npt.NDArray[np.uint16], words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return, each once, the words all of whose characters may be those that stand there, and their starts."""
        lexicon, nth, left, good = self.lexicon, 0, np.arange(len(words)), np.ones(len(words), dtype=bool)
        while len(left):
            word = words[left]
            left, word = (each[lexicon.lengths[word] > nth] for each in (left, word))
            may = self._levels.of(lexicon.kinds[lexicon.starts[word] + nth], columns[starts[left] + nth]) > 0
            good[left[~may]] = False
            left = left[may]
            nth += 1
        both = np.unique(starts[good] * len(lexicon.numbers) + words[good])  # one may be seen by several of its pairs
        starts, words = np.divmod(both, len(lexicon.numbers))
        return words, starts


class _Levels:
    """The levels of a table of standings, looked up for many at once."""

    def __init__(self, levels: npt.NDArray[np.uint8]) -> None:
        self._wide = levels.shape[1]
        self._flat = np.ascontiguousarray(levels).ravel()

    def of(self, kinds: npt.NDArray[np.int64], columns: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
        """Return how surely these columns stand for these kinds, 0 for not at all."""
        found = self._flat.take(kinds * self._wide + (columns >> 2)) >> (columns & 3).astype(np.uint8) * 2
        return np.asarray(found & np.uint8(3), dtype=np.uint8)


def _verified(stream: Stream, lexicon: Lexicon, words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> Found:
    """Compare every character of every candidate; keep those that agree by keys that may serve the word."""
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
