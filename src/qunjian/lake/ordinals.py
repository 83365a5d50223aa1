"""Numbers equal fingerprints within one document, so that three identical stickers in one second stay three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_PREFIX = "~"
_LENGTH = 33
_MIX = np.uint64(0x9E3779B97F4A7C15)
# Runs merge up to so many fingerprints: a merge takes several times its size in memory for a moment.
_LARGEST_RUN = 1 << 20


class _Run(msgspec.Struct):
    """Sorted fingerprints of rows told at times from `first` to `last`; a large run lies in a file."""

    keys: NDArray[np.uint64] | None
    first: int
    last: int
    size: int
    path: Path | None = None

    def read(self) -> NDArray[np.uint64]:
        if self.keys is not None:
            return self.keys
        assert self.path is not None  # noqa: S101 (tells the type checker)
        return np.fromfile(self.path, np.uint64)


class Ordinals:
    """Remembers the fingerprints of one document, 8 bytes each, as sorted runs that merge when they grow alike.

    Most stand once; `_more` holds how often beyond the first, for those that stand more often. Equal fingerprints are
    of one time: only runs that hold that time are asked, and with a `folder` the large ones wait there.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._runs: list[_Run] = []
        self._more: dict[int, int] = {}

    def number(
        self,
        message_id: pa.StringArray,
        documents: NDArray[np.int32] | None = None,
        *,
        times: NDArray[np.int64] | None = None,
    ) -> pa.StringArray:
        """Return the ids with "." and the ordinal (from 1) added to every fingerprint; native ids stay as they are.

        With `documents` (one per row) equal fingerprints are counted within each, and nothing is remembered. `times`:
        of each row, the same for equal fingerprints.
        """
        # A fingerprint that is longer has its ordinal already: it comes from an export of ours.
        bare = pc.less_equal(pc.binary_length(message_id), _LENGTH)
        marked = pc.fill_null(pc.and_(pc.starts_with(message_id, _PREFIX), bare), False)
        places = np.flatnonzero(marked.to_numpy(zero_copy_only=False))
        if not len(places):
            return message_id
        whole = len(places) == len(message_id)
        chosen = message_id if whole else message_id.take(pa.array(places))
        marks = _numbers(chosen)
        if documents is not None:
            ordinals = _ranked(marks ^ (documents[places].astype(np.uint64) * _MIX))[0]
        else:
            told = np.zeros(1, np.int64) if times is None else times[places]
            ordinals = self._remembered(marks, int(told.min()), int(told.max()))
        named = pc.binary_join_element_wise(chosen, pa.array(ordinals).cast(pa.string()), ".")
        return named if whole else pc.replace_with_mask(message_id, marked, named)

    def _remembered(self, marks: NDArray[np.uint64], first: int, last: int) -> NDArray[np.int64]:
        ordinals, distinct, counts, place = _ranked(marks)
        before = self._seen(distinct, first, last)
        self._remember(distinct, counts, before, first, last)
        return ordinals + before[place]

    def _seen(self, distinct: NDArray[np.uint64], first: int, last: int) -> NDArray[np.int64]:
        there = np.zeros(len(distinct), dtype=bool)
        for run in self._runs:
            if run.last >= first and run.first <= last:
                keys = run.read()
                places = np.searchsorted(keys, distinct)
                places[places == len(keys)] = 0
                there |= keys[places] == distinct
        total = there.astype(np.int64)
        if self._more:
            for place in np.flatnonzero(there).tolist():
                total[place] += self._more.get(int(distinct[place]), 0)
        return total

    def _remember(
        self, keys: NDArray[np.uint64], counts: NDArray[np.int64], before: NDArray[np.int64], first: int, last: int
    ) -> None:
        known = before > 0
        further = counts - ~known
        for place in np.flatnonzero(further).tolist():
            key = int(keys[place])
            self._more[key] = self._more.get(key, 0) + int(further[place])
        keys = keys[~known]
        if not len(keys):
            return
        while self._runs and self._runs[-1].size < 2 * len(keys) and self._runs[-1].size + len(keys) <= _LARGEST_RUN:
            run = self._runs.pop()
            keys = np.sort(np.concatenate((run.read(), keys)))
            first, last = min(first, run.first), max(last, run.last)
        self._runs.append(_Run(keys, first, last, len(keys)))
        self._put_away()

    def _put_away(self) -> None:
        """Write the large runs down but for the last, which may be asked again soon."""
        if self._folder is None:
            return
        for number, run in enumerate(self._runs[:-1]):
            if run.keys is not None and run.size > _LARGEST_RUN // 2:
                self._folder.mkdir(parents=True, exist_ok=True)
                run.path = self._folder / f"{id(self)}-{number}"
                run.keys.tofile(run.path)
                run.keys = None


def _ranked(
    marks: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each mark's rank among its equals (from 1), the distinct marks, how often each is there, where each is."""
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    counts = np.diff(np.append(starts, len(ordered)))
    ranks, place = np.empty(len(marks), np.int64), np.empty(len(marks), np.int64)
    ranks[order] = np.arange(len(ordered)) - np.repeat(starts, counts) + 1
    place[order] = np.repeat(np.arange(len(starts)), counts)
    return ranks, ordered[starts], counts, place


def _numbers(fingerprints: pa.StringArray) -> NDArray[np.uint64]:
    """Return the first 64 bits of each fingerprint ("~" and 32 hex digits)."""
    digits = pc.binary_slice(fingerprints.cast(pa.binary()), 1, 17)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(digits)], pa.int32()), digits), b"")[0].as_py()
    if len(joined) != 16 * len(fingerprints):
        raise ValueError("a fingerprint is '~' and 32 hexadecimal digits")
    return np.frombuffer(bytes.fromhex(joined.decode("ascii")), dtype=">u8").astype(np.uint64)
