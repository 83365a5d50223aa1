"""Waiting times of which some are still open: the Kaplan–Meier curve and its quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from qunjian.statistics.intervals import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# A quantile is reached where the curve falls to 1 − q; products of fractions miss it by rounding.
ROUNDING = 1e-12


class Curve(msgspec.Struct, frozen=True):
    """The share still waiting just after each time at which a wait ended, with its pointwise interval."""

    times: NDArray[np.float64]
    waiting: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class CensoredQuantile(msgspec.Struct, frozen=True):
    """A quantile of waiting times and its interval; NaN where the curve never falls so far."""

    value: float
    low: float
    high: float
    n: int
    ended: int


def curve(times: ArrayLike, censored: ArrayLike, confidence: float = 0.95) -> Curve:
    """Return the Kaplan–Meier estimate; a wait censored at t counts as waiting at t (Greenwood, log-log interval)."""
    waited, still_open = np.asarray(times, dtype=np.float64), np.asarray(censored, dtype=bool)
    order = np.argsort(waited, kind="stable")
    waited, still_open = waited[order], still_open[order]
    ends, counts = np.unique(waited[~still_open], return_counts=True)
    at_risk = len(waited) - np.searchsorted(waited, ends, side="left")
    waiting = np.cumprod(1 - counts / at_risk)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(counts / (at_risk * (at_risk - counts)))
        half = z * np.sqrt(greenwood) / np.abs(np.log(waiting))
        low, high = waiting ** np.exp(half), waiting ** np.exp(-half)
    gone = waiting <= ROUNDING
    return Curve(ends, waiting.astype(np.float64), np.where(gone, np.nan, low), np.where(gone, np.nan, high))


def censored_quantile(times: ArrayLike, censored: ArrayLike, q: float, confidence: float = 0.95) -> CensoredQuantile:
    """Return the q-quantile of waiting times by Kaplan–Meier, with the Brookmeyer–Crowley interval."""
    found = curve(times, censored, confidence)
    return CensoredQuantile(
        _reached(found.times, found.waiting, 1 - q),
        _reached(found.times, found.low, 1 - q),
        _reached(found.times, found.high, 1 - q),
        int(np.size(np.asarray(times))),
        int((~np.asarray(censored, dtype=bool)).sum()),
    )


def _reached(times: NDArray[np.float64], line: NDArray[np.float64], level: float) -> float:
    under = np.flatnonzero(line <= level + ROUNDING)
    return float(times[under[0]]) if len(under) else float("nan")
