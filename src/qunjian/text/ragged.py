"""Rows of different lengths that stand one after the other in a flat array: where each element of some rows stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def spread(begins: npt.NDArray[np.integer], counts: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return begins[0], begins[0] + 1 … (counts[0] of them), then those of the next."""
    before = np.cumsum(counts) - counts
    found: npt.NDArray[np.int64] = np.arange(int(counts.sum()), dtype=np.int64) + np.repeat(begins - before, counts)
    return found


def owned(
    begins: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return what `spread` does, and before it of each the row it belongs to."""
    ends = np.cumsum(counts)
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) + (begins - ends + counts).take(row)


def listed(
    asked: npt.NDArray[np.int64], known: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of what is asked among the sorted values known: the asking place, the place in `known`."""
    low, high = np.searchsorted(known, asked), np.searchsorted(known, asked, side="right")
    return owned(low, high - low)
