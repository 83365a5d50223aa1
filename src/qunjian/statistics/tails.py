"""Tail probabilities of Student's t (whole degrees of freedom) and of the beta-binomial, without loading scipy."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


@cache
def student_quantile(freedom: int, confidence: float = 0.95) -> float:
    """Return t with P(|T| ≤ t) = confidence."""
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
