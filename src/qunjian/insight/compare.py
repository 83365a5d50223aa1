"""Compares an indicator's period with the one before: the difference, its interval, and whether it is clear."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from qunjian.insight.records import Change, Daily
from qunjian.model.language import Phrase
from qunjian.model.periods import Period, period_of
from qunjian.statistics.weighted import count_difference_interval, difference_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qunjian.model.records import Value

COUNTS = frozenset({"people", "messages", "events", "people_per_day"})
# Whose week-to-week spread stands for an indicator's own.
SPREADS = {"posts": "posts", "speakers": "speakers", "daily_speakers": "speakers", "joins": "joins", "leaves": "leaves"}
_WEEKS = 8


def baseline(period: Period) -> Period:
    """Return what a period is compared with: a day with the same weekday a week before, else the period before."""
    return period_of(period.first - dt.timedelta(days=7), "day") if period.by == "day" else period.previous()


def spreads(daily: Iterable[Daily], after: dt.date) -> dict[tuple[str, str], float]:
    """Return the dispersion (variance over mean of weekly totals, at least 1) of up to eight weeks before `after`."""
    found: dict[tuple[str, str], float] = {}
    for series in daily:
        counts = series.counts[: max(0, (after - series.first).days)]
        weeks = min(_WEEKS, len(counts) // 7)
        if weeks < 4:
            continue
        totals = counts[len(counts) - 7 * weeks :].reshape(weeks, 7).sum(axis=1)
        mean = float(totals.mean())
        found[series.community_id, series.measure] = max(1.0, float(np.var(totals, ddof=1)) / mean) if mean else 1.0
    return found


def compare(now: Value, before: Value | None, *, count: bool, dispersion: float = 1.0, days: float = 1.0) -> Change:
    """Return the change of one value; `days`: length of this period over the other's (counts are scaled by it)."""
    if now.value is None:
        return _silent(now, before, Phrase("本期没有数值", "no value in this period"))
    if before is None or before.value is None:
        return _silent(now, before, Phrase("上期没有数值", "no value in the period before"))
    scale = days if count else 1.0
    pair = now.value, before.value * scale
    gap = pair[0] - pair[1]
    if now.unfinished:
        why = Phrase("本期尚未结束，不比较", "the period is still running: not compared")
        return _silent(now, before, why)
    ends = _interval(now, before, count=count, dispersion=dispersion, scale=scale)
    if ends is None:
        why = Phrase("没有区间，只看差值", "no interval: only the difference")
        return Change(now.indicator, now.community_id, *pair, gap, because=why)
    return Change(now.indicator, now.community_id, *pair, gap, *ends, clear=ends[0] > 0 or ends[1] < 0)


def _interval(now: Value, before: Value, *, count: bool, dispersion: float, scale: float) -> tuple[float, float] | None:
    assert now.value is not None  # noqa: S101
    assert before.value is not None  # noqa: S101
    if None not in (now.low, now.high, before.low, before.high):
        return difference_interval(
            (now.value, now.low or 0.0, now.high or 0.0),
            (before.value * scale, (before.low or 0.0) * scale, (before.high or 0.0) * scale),
        )
    if not count or now.value < 0 or before.value < 0:
        return None
    return count_difference_interval(now.value, before.value, dispersion, scale)


def _silent(now: Value, before: Value | None, why: Phrase) -> Change:
    return Change(
        now.indicator, now.community_id, now.value, before.value if before else None, unfinished=now.unfinished,
        because=why,
    )  # fmt: skip


def compare_all(
    values: Iterable[Value],
    before: Iterable[Value],
    units: Mapping[str, str],
    daily: Iterable[Daily],
    period: Period,
) -> tuple[Change, ...]:
    """Return the change of every value that has a counterpart, in the order given."""
    old = {(value.indicator, value.community_id): value for value in before if value.account_id is None}
    spread = spreads(daily, period.after)
    days = period.days / baseline(period).days
    return tuple(
        compare(
            value,
            old.get((value.indicator, value.community_id)),
            count=units.get(value.indicator) in COUNTS,
            dispersion=spread.get((value.community_id, SPREADS.get(value.indicator, "")), 1.0),
            days=days if units.get(value.indicator) in ("messages", "events") else 1.0,
        )
        for value in values
        if value.account_id is None
    )
