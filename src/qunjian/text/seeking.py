"""Looks for the words of a lexicon in a stream, a whole batch at once: pairs first, then character by character.

A place survives when its pair of characters may begin a word and the next pair may follow; then each character of
each such word is compared. What is left is few enough for the rules of gaps and boundaries, one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import FLAG, SYLLABLE, emoji, sounds
from qunjian.text.lexicon import SOUND, Lexicon, Pairs, place_of
from qunjian.text.streams import JOINED, Stream

if TYPE_CHECKING:
    import numpy.typing as npt

_NOTHING = np.zeros(0, dtype=np.int64)


class Found(NamedTuple):
    """Words found: their entry in the lexicon, the first element of the stream, the transformations seen through."""

    words: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint32]


def seek(stream: Stream, lexicon: Lexicon) -> Found:
    """Return every word of the lexicon that stands in the stream by a key that may serve it."""
    if len(stream.codes) < 2 or not len(lexicon.numbers):
        return Found(_NOTHING, _NOTHING, _NOTHING.astype(np.uint32))
    usual = sounds().usual.take(stream.codes)
    ways = _ways(stream.codes, usual)
    follows = np.zeros(len(stream.codes), dtype=bool)
    for numbers in ways:
        follows[: len(numbers)] |= lexicon.second.bitmap[place_of(numbers, lexicon.second.shift)]
    # A word of two characters has no second pair: its only pair stands in both tables.
    may = follows.copy()
    may[:-1] |= follows[1:]
    words, places = [], []
    for numbers in ways:
        there = np.flatnonzero(may[: len(numbers)] & lexicon.first.bitmap[place_of(numbers, lexicon.first.shift)])
        word, place = _members(lexicon.first, numbers[there], there)
        words.append(word)
        places.append(place)
    word, place = np.concatenate(words), np.concatenate(places)
    return _verified(stream, usual, lexicon, word, place - lexicon.anchors[word])


def _ways(codes: npt.NDArray[np.uint32], usual: npt.NDArray[np.uint16]) -> list[npt.NDArray[np.uint64]]:
    """Return the numbers of each pair of neighbours: as written, and with one or both by sound."""
    plain = codes.astype(np.uint64)
    heard = np.where(usual > 0, usual.astype(np.uint64) | np.uint64(SOUND), plain)
    left, sounded_left = plain[:-1] << np.uint64(22), heard[:-1] << np.uint64(22)
    return [left | plain[1:], left | heard[1:], sounded_left | plain[1:], sounded_left | heard[1:]]


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
    ends = np.cumsum(count)
    if not len(ends):
        return _NOTHING, _NOTHING
    within = np.arange(int(ends[-1]), dtype=np.int64) - np.repeat(ends - count, count)
    return pairs.words[np.repeat(pairs.starts[at], count) + within], np.repeat(places, count)


def _verified(
    stream: Stream,
    usual: npt.NDArray[np.uint16],
    lexicon: Lexicon,
    words: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
) -> Found:
    """Compare every character of every candidate; keep those that agree by keys that may serve the word."""
    lengths = lexicon.lengths[words]
    inside = (starts >= 0) & (starts + lengths <= len(stream.codes))
    words, starts = _distinct(words[inside], starts[inside])
    flags = np.zeros(len(words), dtype=np.uint32)
    nth = 0
    done: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint32]]] = []
    while len(words):
        at, character = starts + nth, lexicon.starts[words] + nth
        took = _agreement(stream, usual, lexicon, at, character)
        flags = flags | took
        good = (took != _DISAGREES) & ((flags & ~(lexicon.allowed[words] | _FREE)) == 0)
        words, starts, flags = words[good], starts[good], flags[good]
        nth += 1
        whole = lexicon.lengths[words] == nth
        done.append((words[whole], starts[whole], flags[whole]))
        words, starts, flags = words[~whole], starts[~whole], flags[~whole]
    if not done:
        return Found(_NOTHING, _NOTHING, _NOTHING.astype(np.uint32))
    return Found(*(np.concatenate(each) for each in zip(*done, strict=True)))


_DISAGREES = np.uint32(1 << 31)
_FREE = np.uint32(0)


def _agreement(
    stream: Stream,
    usual: npt.NDArray[np.uint16],
    lexicon: Lexicon,
    at: npt.NDArray[np.int64],
    character: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint32]:
    """Return for each element and character of a word the transformation between them (0: none), or `_DISAGREES`."""
    code, meant = stream.codes[at], lexicon.characters[character]
    took = np.full(len(at), _DISAGREES, dtype=np.uint32)
    other = np.flatnonzero(code != meant)
    took[code == meant] = 0
    if len(other):
        heard = usual[at[other]]
        same = (lexicon.readings[character[other]] == heard[:, None]).any(axis=1) & (heard > 0)
        spelled = code[other] >= SYLLABLE
        took[other[same]] = np.where(spelled[same], FLAG["pinyin"], FLAG["homophone"])
        left = other[~same]
        if len(left) and len(lexicon.alternate_keys):
            asked = meant[left].astype(np.uint64) << np.uint64(32) | code[left].astype(np.uint64)
            place = np.minimum(np.searchsorted(lexicon.alternate_keys, asked), len(lexicon.alternate_keys) - 1)
            known = lexicon.alternate_keys[place] == asked
            took[left[known]] = lexicon.alternate_flags[place[known]]
    agrees = took != _DISAGREES
    took[agrees & (stream.made[at] == JOINED)] |= np.uint32(FLAG["split"])
    runs, need = stream.run[at], lexicon.runs[character]
    took[agrees & (runs > need)] |= np.uint32(FLAG["repeat"])
    took[agrees & (runs < need)] = _DISAGREES
    return took


def _distinct(
    words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    if not len(words):
        return words, starts
    pairs = np.unique(np.stack([starts, words], axis=1), axis=0)
    return pairs[:, 1], pairs[:, 0]


def readable(code: int) -> bool:
    """Return whether a character is an emoji that can be read."""
    return chr(code) in emoji()
