"""Compares a share inside and outside a group, stratum by stratum: Mantel and Haenszel."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.statistics.intervals import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Stratified(msgspec.Struct, frozen=True):
    """The difference of two shares over matched strata, its 95 % interval, the p of no association; NaN: unknown."""

    difference: float
    low: float
    high: float
    p: float


def matched_difference(hits: ArrayLike, of: ArrayLike, other_hits: ArrayLike, other_of: ArrayLike) -> Stratified:
    """Return the Mantel–Haenszel risk difference (variance of Sato 1989) and the p of Cochran–Mantel–Haenszel.

    One number per stratum: hits among those of the group, and among the others. Strata that hold only one of the two
    say nothing. The p has no continuity correction.
    """
    x, n, y, m = (np.asarray(one, dtype=np.float64) for one in (hits, of, other_hits, other_of))
    both = (n > 0) & (m > 0)
    x, n, y, m = x[both], n[both], y[both], m[both]
    total = n + m
    weight = float((n * m / total).sum())
    if not weight:
        return Stratified(math.nan, math.nan, math.nan, math.nan)
    difference = float(((x * m - y * n) / total).sum()) / weight
    bent = float(((n**2 * y - m**2 * x + n * m * (m - n) / 2) / total**2).sum())
    plain = float(((x * (m - y) + y * (n - x)) / (2 * total)).sum())
    half = normal_quantile(0.95) * math.sqrt(max(difference * bent + plain, 0.0)) / weight
    low, high = max(difference - half, -1.0), min(difference + half, 1.0)
    return Stratified(difference, low, high, _association(x, n, y, m))


def _association(x: ArrayLike, n: ArrayLike, y: ArrayLike, m: ArrayLike) -> float:
    hits, of, other_hits, other_of = (np.asarray(one, dtype=np.float64) for one in (x, n, y, m))
    total, all_hits = of + other_of, hits + other_hits
    expected = of * all_hits / total
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = of * other_of * all_hits * (total - all_hits) / (total**2 * (total - 1))
    variance = float(np.where(total > 1, spread, 0.0).sum())
    if not variance:
        return math.nan
    z = abs(float((hits - expected).sum())) / math.sqrt(variance)
    return 2 * (1 - NormalDist().cdf(z))
