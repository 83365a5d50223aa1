"""Intervals of a weighted sum of Poisson counts (Fay & Feuer 1997), a weighted mean of scores, and of differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qunjian.statistics.intervals import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

_Z = normal_quantile(0.95)


def poisson_sum_interval(counts: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Return the 95 % interval of Σ weight · count for (count, weight) pairs; weights are not negative.

    One more event of the heaviest weight seen (of the lightest, when none was) is what the upper end allows for.
    """
    total = sum(count * weight for count, weight in counts)
    variance = sum(count * weight * weight for count, weight in counts)
    seen = [weight for count, weight in counts if count and weight]
    heaviest = max(seen) if seen else min((weight for _, weight in counts if weight), default=0.0)
    if heaviest == 0:
        return 0.0, 0.0
    low = variance / (2 * total) * _chi_square(-_Z, 2 * total * total / variance) if total else 0.0
    above, spread = total + heaviest, variance + heaviest * heaviest
    return low, spread / (2 * above) * _chi_square(_Z, 2 * above * above / spread)


def _chi_square(z: float, freedom: float) -> float:
    """Return the chi-square quantile at the normal quantile z (Wilson & Hilferty 1931: within 2 % from 2 on)."""
    step = 2 / (9 * freedom)
    return freedom * float(max(1 - step + z * math.sqrt(step), 0.0)) ** 3


def mean_interval(parts: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float]:
    """Return (mean, low, high) of independent (value, low, high, weight) parts: half-widths add in quadrature."""
    weight = sum(part[3] for part in parts)
    mean = sum(value * own for value, _, _, own in parts) / weight
    down = math.sqrt(sum(((value - low) * own) ** 2 for value, low, _, own in parts)) / weight
    up = math.sqrt(sum(((high - value) * own) ** 2 for value, _, high, own in parts)) / weight
    return mean, mean - down, mean + up


def difference_interval(now: tuple[float, float, float], before: tuple[float, float, float]) -> tuple[float, float]:
    """Return the 95 % interval of now − before from each one's (value, low, high) (MOVER; Newcombe 1998 for shares)."""
    gap = now[0] - before[0]
    down = math.hypot(now[0] - now[1], before[2] - before[0])
    up = math.hypot(now[2] - now[0], before[0] - before[1])
    return gap - down, gap + up


def count_difference_interval(
    now: float, before: float, dispersion: float = 1.0, scale: float = 1.0
) -> tuple[float, float]:
    """Return the 95 % interval of now − scale · before for two counts whose variance is `dispersion` times the mean.

    The variance is that of at least one event, so that two zeros are no certainty.
    """
    reach = _Z * math.sqrt(dispersion * max(1.0, now + before * scale * scale))
    gap = now - before * scale
    return gap - reach, gap + reach
