"""Runs: places in a row that bear a mark, and how many so long chance would make at the rate of the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs(marked: NDArray[np.bool_], *, least: int, likely: float = 0.01) -> list[tuple[int, int, float]]:
    """Return (first, after, expected) of runs of at least `least` marks that the other places make improbable.

    Marks may come in company: of two neighbours the second is marked as often as it is outside the run, the first
    at the plain rate; each with Laplace's correction.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    n, total = len(marked), int(marked.sum())
    found = []
    spans = sorted(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True), key=lambda one: one[0] - one[1])
    followed = int((marked[1:] & marked[:-1]).sum())
    for begin, end in spans:
        length = end - begin
        # The longest is judged by the rest; once judged it no longer counts for the shorter ones.
        total -= length
        followed -= length - 1
        if length < least:
            break
        rest = n - length
        rate, after = (total + 1) / (rest + 2), (followed + 1) / (total + 2)
        expected = n * rate * max(rate, after) ** (length - 1)
        if expected < likely:
            found.append((begin, end, expected))
        n = rest
    return sorted(found)
