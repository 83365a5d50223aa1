"""Intervals (95 %): shares (Wilson), counts (exact Poisson), means (Student), quantiles (order statistics).

scipy is imported only where an exact tail is asked for: importing it costs half a second.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from qunjian.statistics.tails import student_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def normal_quantile(confidence: float) -> float:
    """Return z such that a standard normal lies within ±z with that probability."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(hits: ArrayLike, of: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of a share; NaN where nothing was observed."""
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / n
        scale = 1 + z * z / n
        middle = (p + z * z / (2 * n)) / scale
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    low = np.where(k == 0, 0.0, np.maximum(middle - half, 0.0))
    high = np.where(k == n, 1.0, np.minimum(middle + half, 1.0))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def poisson(events: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact (Garwood) interval of a rate: events by exposure; NaN where there was no exposure."""
    from scipy.special import gammaincinv

    k, t = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(exposure, dtype=np.float64))
    tail = (1 - confidence) / 2
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1), tail), 0.0)
    high = gammaincinv(k + 1, 1 - tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(t > 0, low / t, np.nan), np.where(t > 0, high / t, np.nan)


def mean(total: ArrayLike, squares: ArrayLike, of: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the interval of a mean (Student's t) from Σx, Σx² and n, cut at zero; NaN below two observations."""
    s, q, n = (np.asarray(x, dtype=np.float64) for x in (total, squares, of))
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = s / n
        variance = np.maximum(q - s * s / n, 0.0) / (n - 1)
        half = student_quantile(np.maximum(n - 1, 1), confidence) * np.sqrt(variance / n)
    known = n >= 2
    return np.where(known, np.maximum(middle - half, 0.0), np.nan), np.where(known, middle + half, np.nan)


def quantile(values: ArrayLike, q: float, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return a sample quantile and the order statistics that enclose it with at least that confidence.

    The quantile is the smallest value with at least q of the sample at or below it; a bound no order statistic
    reaches is NaN. The ranks are binomial (distribution-free), as in David & Nagaraja, Order Statistics, 7.1.
    """
    from scipy.special import bdtr

    x = np.sort(np.asarray(values, dtype=np.float64))
    n = len(x)
    if n == 0:
        return np.nan, np.nan, np.nan
    at = float(x[max(int(np.ceil(q * n - 1e-9)), 1) - 1])
    tail = (1 - confidence) / 2
    below = bdtr(np.arange(n, dtype=np.float64), n, q)  # P(fewer than r+1 values lie under the quantile)
    low_rank = int(np.searchsorted(below, tail, side="right"))  # largest r with P(B <= r-1) <= tail
    high_rank = int(np.searchsorted(below, 1 - tail, side="left")) + 1  # smallest r with P(B <= r-1) >= 1 - tail
    low = float(x[low_rank - 1]) if low_rank >= 1 else np.nan
    high = float(x[high_rank - 1]) if high_rank <= n else np.nan
    return at, low, high
