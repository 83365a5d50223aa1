"""Says how much of each message its community had not said before, and how much is its own talk, in one pass."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.text.folding import Folded
from qunjian.text.talk import placed_terms, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

# So many earlier messages a community must have on record before anything of it can be called new or its own.
LEAST_HISTORY = 200
# A term is a community's own once it was said on so many earlier days.
OWN_DAYS = 3
# A term that more than one in so many earlier messages held explains nothing.
COMMON = 20
_BUCKETS = 22
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Newness(msgspec.Struct, frozen=True):
    """One column per measure, NaN where the community's history is too short.

    `terms`: distinct terms; `information`: their weights added, where a term nobody said before weighs 1 and one that
    every earlier message held 0 (logarithmic between); `novel`: the share of terms never said before; `own`: the share
    of the weight that terms said on OWN_DAYS earlier days or more carry. NaN also where there is no term.
    """

    terms: NDArray[np.int64]
    information: NDArray[np.float64]
    novel: NDArray[np.float64]
    own: NDArray[np.float64]
    told: Told

    def pieces(self, row: int, text: str) -> tuple[list[str], list[str]]:
        """Return what of the row's text was not said before, and what is its community's own talk, longest first."""
        low, high = np.searchsorted(self.told.row, (row, row + 1))
        here = self.told.term[low:high]
        unsaid = set(here[self.told.unsaid[low:high]].tolist())
        usual = set(here[self.told.usual[low:high]].tolist())
        folded, found = placed_terms(text)
        new, known = ([each[:2] for each in found if each.term in wanted] for wanted in (unsaid, usual))
        return _runs(folded, new), _runs(folded, known)


class Told(msgspec.Struct, frozen=True):
    """The distinct terms of the messages, by row: never said before; said on many days, but by few messages in all."""

    row: NDArray[np.int64]
    term: NDArray[np.uint64]
    unsaid: NDArray[np.bool_]
    usual: NDArray[np.bool_]


class Memory:
    """What every community said on the days before: terms by message and by day, counted in a table of fixed size.

    Terms that share a bucket are taken for one another: with a million distinct terms about one in five.
    """

    def __init__(self) -> None:
        self._messages = np.zeros(1 << _BUCKETS, dtype=np.uint32)
        self._days = np.zeros(1 << _BUCKETS, dtype=np.uint16)
        self._salts: dict[str, int] = {}
        self._said = np.zeros(0, dtype=np.int64)
        self._day: int | None = None
        self._today: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def read(
        self, days: NDArray[np.int64], communities: Sequence[str], texts: pa.StringArray | Sequence[str]
    ) -> Newness:
        """Weigh messages against the days before theirs, then remember them; they come in order, in any batches."""
        place = self._places(communities)
        found = terms(Folded(texts))
        bucket = self._buckets(place[found.row], found.term)
        rows = len(place)
        weight, new, own, usual = (np.zeros(len(bucket)) for _ in range(4))
        said = np.zeros(rows)
        edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), rows]
        for begin, end in pairwise(edges):
            if begin == end:
                continue
            self._turn(int(days[begin]))
            low, high = np.searchsorted(found.row, (begin, end))
            here = bucket[low:high]
            said[begin:end] = self._said[place[begin:end]]
            before, known = self._messages[here].astype(np.float64), said[found.row[low:high]]
            with np.errstate(divide="ignore", invalid="ignore"):
                rare = 1 - np.log1p(np.minimum(before, known)) / np.log1p(known)
            weight[low:high] = np.where(known > 0, rare, 1.0)
            new[low:high], own[low:high] = before == 0, self._days[here] >= OWN_DAYS
            usual[low:high] = own[low:high] * (before * COMMON < known)
            self._today.append((here, place[begin:end]))
        count, total, novel, owned = (
            np.bincount(found.row, weights=each, minlength=rows).astype(np.float64)
            for each in (np.ones(len(bucket)), weight, new, weight * own)
        )
        short = said < LEAST_HISTORY
        with np.errstate(divide="ignore", invalid="ignore"):
            fresh, share, ours = (np.where(short, np.nan, each) for each in (total, novel / count, owned / total))
        told = Told(found.row, found.term, new > 0, usual > 0)
        return Newness(count.astype(np.int64), fresh, share, ours, told)

    def _turn(self, day: int) -> None:
        """Learn what was said on the day that is over."""
        if self._day is not None and day != self._day:
            here = np.concatenate([each for each, _ in self._today])
            today, times = np.unique(here, return_counts=True)
            self._messages[today] += times.astype(np.uint32)
            self._days[today] = np.minimum(self._days[today], 65_534) + 1
            self._said += np.bincount(np.concatenate([each for _, each in self._today]), minlength=len(self._said))
            self._today = []
        self._day = day

    def _places(self, communities: Sequence[str]) -> NDArray[np.int64]:
        found = np.array([self._salts.setdefault(each, len(self._salts)) for each in communities], dtype=np.int64)
        if len(self._salts) > len(self._said):
            self._said = np.concatenate([self._said, np.zeros(len(self._salts) - len(self._said), dtype=np.int64)])
        return found

    def _buckets(self, place: NDArray[np.int64], term: NDArray[np.uint64]) -> NDArray[np.int64]:
        mixed = (term + place.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)) * _MULTIPLIER
        return (mixed >> np.uint64(64 - _BUCKETS)).astype(np.int64)


def _runs(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the pieces of text that overlapping spans cover, each once, the longest first."""
    runs: list[list[int]] = []
    for start, end in spans:
        if runs and start < runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([start, end])
    return sorted(dict.fromkeys(text[start:end] for start, end in runs), key=lambda piece: -len(piece))
