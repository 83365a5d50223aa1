"""How unevenly something is spread over people: the Gini coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of non-negative values; NaN when there are none or all are zero."""
    x = np.sort(np.asarray(values, dtype=np.float64))
    ranked = float((np.arange(1, len(x) + 1) * x).sum())
    return float(gini_from_ranks(ranked, float(x.sum()), len(x), len(x)))


def gini_from_ranks(ranked: ArrayLike, total: ArrayLike, shown: ArrayLike, people: ArrayLike) -> NDArray[np.float64]:
    """Return the Gini coefficient from Σ rank·value of the `shown` people (rank 1 the smallest); the rest hold zero."""
    r, s, k, n = (np.asarray(x, dtype=np.float64) for x in (ranked, total, shown, people))
    n = np.maximum(n, k)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * (r + (n - k) * s) / (n * s) - (n + 1) / n
    return np.where((n > 0) & (s > 0), np.maximum(found, 0.0), np.nan)
