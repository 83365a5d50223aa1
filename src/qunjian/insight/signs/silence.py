"""Silences that are improbable for that group at those hours.

Each empty hour weighs as much as the group usually speaks in that hour of the week, at its level of the weeks around.
The weight of a silence is compared with the tail of the group's own silences (Hill's estimator over the heaviest that
are lighter than it; n is their number): how many so heavy would a record like this hold? Below 0.01 it is a sign.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

HOUR = 3600
WEEK = 168
AROUND = 14 * 24
LEAST_HOURS = 6
LEAST_SILENCES = 30
LEAST_RECORD = 21 * 24
MOST = 20
TAIL = 40
FLATTEST = 0.35  # the tail is never taken for a lighter one than this exponent says


def silences(
    hours: NDArray[np.int64], until: int | None = None, *, likely: float = 0.01
) -> list[tuple[int, int, float, float, int]]:
    """Return (first empty hour, hour after, weight, expected by chance, n) of improbable silences.

    `hours`: the local hours with a message, as hours since the epoch, sorted and distinct; `until`: the hour up to
    which the record should reach, if known.
    """
    if len(hours) < LEAST_SILENCES or hours[-1] - hours[0] < LEAST_RECORD:
        return []
    start, end = int(hours[0]), int(hours[-1]) + 1
    spoken = np.zeros(max(end, until or 0) - start, dtype=np.float64)
    spoken[hours - start] = 1.0
    known = end - start
    slot = (np.arange(len(spoken)) + start) % WEEK
    seen = np.bincount(slot[:known], minlength=WEEK)
    usual = (np.bincount(slot[:known], weights=spoken[:known], minlength=WEEK) + 0.5) / (seen + 1)
    habit = usual[slot]
    sums = np.concatenate([[0.0], np.cumsum(habit)]), np.concatenate([[0.0], np.cumsum(spoken)])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (spoken == 0).astype(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    weights = np.array([_weight(sums, habit, known, b, e) for b, e in zip(begins, ends, strict=True)])
    order = np.argsort(-weights, kind="stable")
    found = []
    for place, at in enumerate(order[:MOST]):
        lighter = weights[order[place + 1 :]]
        if len(lighter) < LEAST_SILENCES:
            break
        expected = _expected(weights[at], lighter)
        if expected < likely and ends[at] - begins[at] >= LEAST_HOURS:
            found.append((start + int(begins[at]), start + int(ends[at]), float(weights[at]), expected, len(lighter)))
    return sorted(found)


def _weight(
    sums: tuple[NDArray[np.float64], NDArray[np.float64]], habit: NDArray[np.float64], known: int, b: int, e: int
) -> float:
    """Return how heavy the empty hours [b, e) are: the log of the chance of each, were the hours on their own."""
    low, high = max(0, b - AROUND), min(known, e + AROUND)
    usual = (sums[0][b] - sums[0][low]) + max(0.0, sums[0][high] - sums[0][min(e, known)])
    spoken = (sums[1][b] - sums[1][low]) + max(0.0, sums[1][high] - sums[1][min(e, known)])
    level = (spoken + 0.5) / (usual + 0.5)
    return float(-np.log1p(-np.minimum(habit[b:e] * level, 0.95)).sum())


def _expected(weight: float, lighter: NDArray[np.float64]) -> float:
    tail = lighter[: min(TAIL, max(10, len(lighter) // 10))]
    bound = tail[-1]
    if bound <= 0 or weight <= bound:
        return float(len(lighter))
    exponent = max(FLATTEST, float(np.log(tail / bound).mean()) * len(tail) / max(1, len(tail) - 1))
    return float(len(tail) * (weight / bound) ** (-1 / exponent))


def instant(hour: int) -> dt.datetime:
    """Return the wall time of an hour since the epoch."""
    return dt.datetime(1970, 1, 1) + dt.timedelta(hours=hour)  # noqa: DTZ001 (wall time of the group)
