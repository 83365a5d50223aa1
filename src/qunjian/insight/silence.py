"""Finds runs of days without a message that the group's own habit makes improbable: a hole in the export, or a halt."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from qunjian.insight.records import Daily, QuietDays

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_DAYS = 14
IMPROBABLE = 0.01


def quiet_days(daily: Iterable[Daily], first: dt.date, after: dt.date) -> tuple[QuietDays, ...]:
    """Return improbable silences that touch the local days [first, after), judged by each group's whole record.

    The share of empty days outside the run, with Laplace's correction, to the power of its length, times the number of
    places it could stand, is how many such runs chance would make; below `IMPROBABLE` it is reported.
    """
    found: list[QuietDays] = []
    for series in daily:
        if series.measure != "posts" or len(series.counts) < LEAST_DAYS:
            continue
        empty = series.counts == 0
        if not empty.any():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            run_first = series.first + dt.timedelta(days=int(start))
            run_after = series.first + dt.timedelta(days=int(end))
            others = len(empty) - int(end - start)
            if run_first >= after or run_after <= first or others < LEAST_DAYS:
                continue
            share = (int(empty.sum()) - int(end - start) + 1) / (others + 2)
            chance = len(empty) * share ** int(end - start)
            if chance < IMPROBABLE:
                expected = float(series.counts.sum()) / others * int(end - start)
                found.append(QuietDays(series.community_id, run_first, run_after, expected, chance))
    return tuple(sorted(found, key=lambda each: (each.probability, each.community_id, each.first)))
