"""The one anomaly test: a week against the same weekdays of up to eight ordinary weeks before it, in every group.

On the log scale the week is compared with the history by Student's t with one step ahead (variance s²(1 + 1/K), and
never less than Poisson plus a tenth of natural variation). A conditional beta-binomial test guards the tails (the
larger p stands) and is the whole test where fewer than ten a week were usual. Benjamini–Hochberg over all groups and
measures of a week holds the expected share of false alarms at `RATE`. Public holidays and make-up workdays in China
are taken out on both sides, and weeks already found odd do not serve as history.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from qunjian.insight.holidays import special_day
from qunjian.insight.records import Anomaly, Daily
from qunjian.statistics.tails import beta_binomial_two_sided, student_quantile, student_two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RATE = 0.05
HISTORY = 8
LEAST = 4
LOOK_BACK = 16
NATURAL = 0.1
LEAST_DAYS = 3
SMALL = 10
_EXACT_UP_TO = 5000


def anomalies(
    daily: Sequence[Daily], weeks: Sequence[dt.date], *, rate: float = RATE, chinese_days: bool = True
) -> tuple[Anomaly, ...]:
    """Return the weeks (named by their Monday, ascending) in which a measure departs from its own history."""
    if not daily or not weeks:
        return ()
    start = min(series.first for series in daily)
    start -= dt.timedelta(days=start.weekday())
    count = (weeks[-1] - start).days // 7 + 1
    if count <= LEAST:
        return ()
    grid = np.stack([_grid(series, start, count) for series in daily])
    special = np.array(
        [
            [chinese_days and bool(special_day(start + dt.timedelta(days=7 * week + day))) for day in range(7)]
            for week in range(count)
        ]
    )
    odd = np.zeros((len(daily), count), dtype=bool)
    found: list[Anomaly] = []
    began: dict[int, tuple[bool, str]] = {}
    wanted = set(weeks)
    for week in range(LEAST, count):
        flagged = _test_week(grid, special, odd, week, rate)
        monday = start + dt.timedelta(days=7 * week)
        began = {
            row: began[row]
            if row in began and began[row][0] == (values[0] < values[1])
            else (values[0] < values[1], _name(monday))
            for row, values in flagged.items()
        }
        for row, (observed, expected, low, high, p, q, used) in flagged.items():
            odd[row, week] = True
            if monday in wanted:
                since = began[row][1]
                found.append(
                    Anomaly(
                        daily[row].community_id, daily[row].measure, _name(monday), monday, int(observed), expected,
                        low, high, p, q, used, since if since != _name(monday) else "", _days_off(monday),
                    )
                )  # fmt: skip
        _forget(odd, week)
    return tuple(sorted(found, key=lambda each: (each.first, each.q, each.community_id, each.measure)))


def _name(monday: dt.date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _days_off(monday: dt.date) -> tuple[str, ...]:
    names = [special_day(monday + dt.timedelta(days=day)) for day in range(7)]
    return tuple(dict.fromkeys(name for name in names if name))


def _forget(odd: NDArray[np.bool_], week: int) -> None:
    """A change that lasted for a whole history is the new normal: let its weeks serve as history again."""
    if week + 1 >= HISTORY:
        lasted = odd[:, week + 1 - HISTORY : week + 1].all(axis=1)
        odd[lasted] = False


def _grid(series: Daily, start: dt.date, weeks: int) -> NDArray[np.float64]:
    """Return counts as weeks × 7, NaN where the series does not reach."""
    flat = np.full(weeks * 7, np.nan)
    at = (series.first - start).days
    length = min(len(series.counts), len(flat) - at)
    if length > 0:
        flat[at : at + length] = series.counts[:length]
    return flat.reshape(weeks, 7)


_Flag = tuple[float, float, float, float, float, float, int]


def _test_week(
    grid: NDArray[np.float64], special: NDArray[np.bool_], odd: NDArray[np.bool_], week: int, rate: float
) -> dict[int, _Flag]:
    ordinary = ~special[week]
    if ordinary.sum() < LEAST_DAYS:
        return {}
    back = max(0, week - LOOK_BACK)
    totals = grid[:, back : week + 1, :][:, :, ordinary].sum(axis=2)
    observed, history = totals[:, -1], totals[:, :-1]
    usable = ~np.isnan(history) & ~odd[:, back:week] & ~special[back:week][:, ordinary].any(axis=1)
    newest = np.cumsum(usable[:, ::-1], axis=1)[:, ::-1]
    usable &= newest <= HISTORY
    used = usable.sum(axis=1)
    rows = np.flatnonzero(~np.isnan(observed) & (used >= LEAST))
    if not len(rows):
        return {}
    p, low, high, mean = _p_values(observed[rows], history[rows], usable[rows])
    q = benjamini_hochberg(p)
    return {
        int(row): (float(observed[row]), float(mean[i]), float(low[i]), float(high[i]), float(p[i]), float(q[i]),
                   int(used[row]))
        for i, row in enumerate(rows)
        if q[i] <= rate
    }  # fmt: skip


def _p_values(
    observed: NDArray[np.float64], history: NDArray[np.float64], usable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    counts = np.where(usable, history, 0.0)
    used = usable.sum(axis=1)
    logs = np.where(usable, np.log(counts + 0.5), 0.0)
    centre = logs.sum(axis=1) / used
    spread = (np.where(usable, logs - centre[:, None], 0.0) ** 2).sum(axis=1) / (used - 1)
    mean = counts.sum(axis=1) / used
    floor = 1 / (mean + 0.5) + NATURAL**2
    step = np.sqrt(np.maximum(spread, floor) * (1 + 1 / used))
    t = (np.log(observed + 0.5) - centre) / step
    p, reach = np.ones_like(t), np.zeros_like(t)
    for weeks in np.unique(used):
        these = used == weeks
        p[these] = student_two_sided(t[these], int(weeks) - 1)
        reach[these] = float(student_quantile(int(weeks) - 1)) * step[these]
    low, high = np.maximum(np.exp(centre - reach) - 0.5, 0), np.exp(centre + reach) - 0.5
    squares = (np.where(usable, counts - mean[:, None], 0.0) ** 2).sum(axis=1) / (used - 1)
    for i in np.flatnonzero((p < RATE) | (mean < SMALL)):
        exact = _small_count_p(observed[i], counts[i].sum(), int(used[i]), squares[i])
        p[i] = exact if mean[i] < SMALL else max(p[i], exact)
    return np.minimum(p, 1.0), low, high, mean


def _small_count_p(observed: float, before: float, weeks: int, variance: float) -> float:
    """Two-sided p of `observed` given the total, when every week is negative binomial with one size."""
    total = int(observed + before)
    if total > _EXACT_UP_TO:
        return 0.0
    mean = before / weeks
    size = mean * mean / (variance - mean) if variance > mean else np.inf
    size = float(np.clip(size, 0.5, max(1.0, min(before / 5, 1 / NATURAL**2))))
    return beta_binomial_two_sided(int(observed), total, size, weeks * size)


def benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the adjusted p-values (q) of Benjamini and Hochberg (1995), in the order given."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    result = np.empty_like(adjusted)
    result[order] = adjusted
    return result
