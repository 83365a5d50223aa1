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


class Ordinals:
    """Remembers the fingerprints of one document, as sorted runs that merge when they grow alike."""

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []

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
            self._remember(distinct, counts)
        return result

    def _seen(self, distinct: NDArray[np.uint64]) -> NDArray[np.int64]:
        total = np.zeros(len(distinct), dtype=np.int64)
        for keys, counts in self._runs:
            places = np.searchsorted(keys, distinct)
            places[places == len(keys)] = 0
            total += np.where(keys[places] == distinct, counts[places], 0)
        return total

    def _remember(self, keys: NDArray[np.uint64], counts: NDArray[np.int64]) -> None:
        while self._runs and len(self._runs[-1][0]) < 2 * len(keys):
            other, theirs = self._runs.pop()
            both, inverse = np.unique(np.concatenate((other, keys)), return_inverse=True)
            counts = np.bincount(inverse, weights=np.concatenate((theirs, counts))).astype(np.int64)
            keys = both
        self._runs.append((keys, counts))


def _numbers(fingerprints: pa.StringArray) -> NDArray[np.uint64]:
    """Return the first 64 bits of each fingerprint ("~" and 32 hex digits)."""
    digits = pc.binary_slice(fingerprints.cast(pa.binary()), 1, 17)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(digits)], pa.int32()), digits), b"")[0].as_py()
    if len(joined) != 16 * len(fingerprints):
        raise ValueError("a fingerprint is '~' and 32 hexadecimal digits")
    return np.frombuffer(bytes.fromhex(joined.decode("ascii")), dtype=">u8").astype(np.uint64)
