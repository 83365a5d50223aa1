"""Takes texts apart into terms by which talk is compared: pairs of Chinese characters, and whole words and numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
# A term is told apart by 40 bits; the rest of a word of 64 holds its row.
_BITS = np.uint64(40)
_OTHER, _LETTER, _HAN = 0, 1, 2
_LONGEST = 64


class Terms(NamedTuple):
    """The distinct terms of a batch: the row of each, and its number (40 bits), in order of row and number."""

    row: NDArray[np.int64]
    term: NDArray[np.uint64]


class Placed(NamedTuple):
    """A term where it stands in a folded text."""

    start: int
    end: int
    term: int


def terms(texts: pa.StringArray | pa.ChunkedArray | Sequence[str] | Folded) -> Terms:
    """Return the distinct terms of every text (at most 16 million texts at once)."""
    folded = texts if isinstance(texts, Folded) else Folded(texts)
    starts, _, numbers = _found(folded.codes)
    rows = (np.searchsorted(folded.starts, starts, side="right") - 1).astype(np.uint64)
    keys = np.sort((rows << _BITS) | numbers)
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    return Terms((keys >> _BITS).astype(np.int64), keys & ((np.uint64(1) << _BITS) - np.uint64(1)))


def placed_terms(text: str) -> tuple[str, list[Placed]]:
    """Return one text folded, and every term in it with its place, in order."""
    folded = Folded([text])
    starts, ends, numbers = _found(folded.codes)
    order = np.argsort(starts, kind="stable")
    columns = (starts[order].tolist(), ends[order].tolist(), numbers[order].tolist())
    return folded.row(0), [Placed(*each) for each in zip(*columns, strict=True)]


def _found(codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """Return the start, end and number of every term; no term reaches over the end of a row."""
    kind = _kinds().take(codes)
    mixed = _mixed().take(codes)
    pair = np.flatnonzero((kind[:-1] == _HAN) & (kind[1:] == _HAN))
    pairs = _tell(mixed[pair] * np.uint64(3) + mixed[pair + 1])
    letter = np.concatenate([[False], kind == _LETTER, [False]])
    edges = np.flatnonzero(letter[1:] != letter[:-1])
    begin, end = edges[::2], edges[1::2]
    long = end - begin >= 2
    begin, end = begin[long], end[long]
    words = np.zeros(0, dtype=np.uint64)
    if len(begin):
        place = np.arange(len(codes)) - _covering(begin, len(codes))
        weighted = mixed * _powers().take(np.minimum(place, _LONGEST))
        sums = np.concatenate([[np.uint64(0)], np.cumsum(weighted, dtype=np.uint64)])
        words = _tell(sums[end] - sums[begin] + (end - begin).astype(np.uint64))
    starts = np.concatenate([pair, begin]).astype(np.int64)
    return starts, np.concatenate([pair + 2, end]).astype(np.int64), np.concatenate([pairs, words])


def _covering(begin: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return for every place the last beginning at or before it (0 before the first)."""
    marks = np.zeros(length, dtype=np.int64)
    marks[begin] = begin
    return np.maximum.accumulate(marks)


def _tell(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = values ^ (values >> np.uint64(31))
    values = values * _MIXER
    return values >> (np.uint64(64) - _BITS)


@cache
def _kinds() -> NDArray[np.uint8]:
    kinds = np.zeros(0x110000, dtype=np.uint8)
    for first, last in ((0x3400, 0x9FFF), (0x20000, 0x323AF)):
        kinds[first : last + 1] = _HAN
    for first, last in ((0x30, 0x39), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x52F)):
        kinds[first : last + 1] = _LETTER
    return kinds


@cache
def _mixed() -> NDArray[np.uint64]:
    values = np.arange(1, 0x110001, dtype=np.uint64) * _MULTIPLIER
    return (values ^ (values >> np.uint64(29))) * _MIXER


@cache
def _powers() -> NDArray[np.uint64]:
    base = np.full(_LONGEST + 1, _MULTIPLIER, dtype=np.uint64)
    return np.multiply.accumulate(base)
