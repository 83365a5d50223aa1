"""Tail probabilities of Student's t (whole degrees of freedom) and of the beta-binomial, without loading scipy."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def student_two_sided(t: NDArray[np.float64], freedom: int) -> NDArray[np.float64]:
    """Return P(|T| ≥ |t|) by the closed form for whole degrees of freedom (Abramowitz & Stegun 26.7.3–4)."""
    theta = np.arctan(np.abs(t) / math.sqrt(freedom))
    sine, cosine = np.sin(theta), np.cos(theta)
    if freedom == 1:
        return np.asarray(1 - 2 * theta / math.pi)
    odd = freedom % 2
    term = cosine.copy() if odd else np.ones_like(cosine)
    total = term.copy()
    for k in range(2 if odd else 1, freedom - 2, 2):
        term = term * cosine**2 * k / (k + 1)
        total += term
    inside = 2 / math.pi * (theta + sine * total) if odd else sine * total
    return np.asarray(np.clip(1 - inside, 0.0, 1.0))


_EXACT_UP_TO = 40


def student_quantile(freedom: ArrayLike, confidence: float = 0.95) -> NDArray[np.float64]:
    """Return t with P(|T| ≤ t) = confidence for whole degrees of freedom.

    Exact up to 40 degrees; above, the Cornish–Fisher expansion (Abramowitz & Stegun 26.7.5), right to six digits there.
    """
    v = np.asarray(freedom, dtype=np.float64)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    found = np.asarray(z + sum(term / v ** (power + 1) for power, term in enumerate(terms)))
    for few in np.unique(v[v <= _EXACT_UP_TO]):
        found[v == few] = _exact_quantile(int(few), confidence)
    return found


@cache
def _exact_quantile(freedom: int, confidence: float) -> float:
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        outside = float(student_two_sided(np.array([middle]), freedom)[0])
        low, high = (middle, high) if outside > 1 - confidence else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=1)
def _log_factorials(up_to: int) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, up_to + 1)))])


def _log_rising(start: float, steps: int) -> NDArray[np.float64]:
    """Return log Γ(start + k) − log Γ(start) for k = 0 … steps."""
    return np.concatenate([[0.0], np.cumsum(np.log(start + np.arange(steps)))])


def beta_binomial_two_sided(seen: int, total: int, a: float, b: float) -> float:
    """Return twice the smaller tail at `seen` out of `total` when the share is Beta(a, b), at most 1."""
    if total == 0:
        return 1.0
    factorials = _log_factorials(max(1024, 1 << total.bit_length()))[: total + 1]
    log_mass = (
        factorials[total] - factorials - factorials[::-1]
        + _log_rising(a, total) + _log_rising(b, total)[::-1] - _log_rising(a + b, total)[total]
    )  # fmt: skip
    mass = np.exp(log_mass)
    return float(min(1.0, 2 * min(mass[: seen + 1].sum(), mass[seen:].sum())))
