"""Numbers equal fingerprints within one document, so that three identical stickers in one second stay three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREFIX = "~"
_LENGTH = 33
_MIX = np.uint64(0x9E3779B97F4A7C15)
# Runs merge up to so many fingerprints: a merge takes several times its size in memory for a moment.
_LARGEST_RUN = 1 << 22


class Ordinals:
    """Remembers the fingerprints of one document, 8 bytes each, as sorted runs that merge when they grow alike.

    Most stand once; `_more` holds how often beyond the first, for those that stand more often.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []
        self._more: dict[int, int] = {}

    def number(self, message_id: pa.StringArray, documents: NDArray[np.int32] | None = None) -> pa.StringArray:
        """Return the ids with "." and the ordinal (from 1) added to every fingerprint; native ids stay as they are.

        With `documents` (one per row) equal fingerprints are counted within each, and nothing is remembered.
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
            marks = marks ^ (documents[places].astype(np.uint64) * _MIX)
        ordinals = self._ordinals(marks, remember=documents is None)
        named = pc.binary_join_element_wise(chosen, pa.array(ordinals).cast(pa.string()), ".")
        return named if whole else pc.replace_with_mask(message_id, marked, named)

    def _ordinals(self, marks: NDArray[np.uint64], *, remember: bool) -> NDArray[np.int64]:
        order = np.argsort(marks, kind="stable")
        ordered = marks[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        counts = np.diff(np.append(starts, len(ordered)))
        distinct = ordered[starts]
        before = self._seen(distinct)
        ranks = np.arange(len(ordered)) - np.repeat(starts, counts) + np.repeat(before, counts) + 1
        result = np.empty(len(marks), dtype=np.int64)
        result[order] = ranks
        if remember:
            self._remember(distinct, counts, before)
        return result

    def _seen(self, distinct: NDArray[np.uint64]) -> NDArray[np.int64]:
        there = np.zeros(len(distinct), dtype=bool)
        for keys in self._runs:
            places = np.searchsorted(keys, distinct)
            places[places == len(keys)] = 0
            there |= keys[places] == distinct
        total = there.astype(np.int64)
        if self._more:
            for place in np.flatnonzero(there).tolist():
                total[place] += self._more.get(int(distinct[place]), 0)
        return total

    def _remember(self, keys: NDArray[np.uint64], counts: NDArray[np.int64], before: NDArray[np.int64]) -> None:
        known = before > 0
        further = counts - ~known
        for place in np.flatnonzero(further).tolist():
            key = int(keys[place])
            self._more[key] = self._more.get(key, 0) + int(further[place])
        keys = keys[~known]
        while self._runs and len(self._runs[-1]) < 2 * len(keys) and len(self._runs[-1]) + len(keys) <= _LARGEST_RUN:
            keys = np.sort(np.concatenate((self._runs.pop(), keys)))
        if len(keys):
            self._runs.append(keys)


def _numbers(fingerprints: pa.StringArray) -> NDArray[np.uint64]:
    """Return the first 64 bits of each fingerprint ("~" and 32 hex digits)."""
    digits = pc.binary_slice(fingerprints.cast(pa.binary()), 1, 17)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(digits)], pa.int32()), digits), b"")[0].as_py()
    if len(joined) != 16 * len(fingerprints):
        raise ValueError("a fingerprint is '~' and 32 hexadecimal digits")
    return np.frombuffer(bytes.fromhex(joined.decode("ascii")), dtype=">u8").astype(np.uint64)
