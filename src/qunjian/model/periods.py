"""Days, weeks and months in a community's own zone: names, bounds, neighbours, and whether they have ended."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

By = Literal["day", "week", "month"]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BYS: tuple[By, ...] = get_args(By)
Span = tuple[dt.datetime | None, dt.datetime | None]  # instants [start, end); None: no bound


class Period(msgspec.Struct, frozen=True, order=True):
    """A half-open span of local days [first, after); weeks are ISO weeks (Monday first)."""

    first: dt.date
    after: dt.date
    by: By

    @property
    def name(self) -> str:
        """Return the stable name: 2026-11-20, 2026-W46, 2026-11."""
        if self.by == "day":
            return self.first.isoformat()
        if self.by == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.first:%Y-%m}"

    @property
    def days(self) -> int:
        """Return the number of local days in the period."""
        return (self.after - self.first).days

    def bounds(self, zone: str) -> tuple[dt.datetime, dt.datetime]:
        """Return the period's UTC instants [start, end) in `zone` (DST days may have 23 or 25 hours)."""
        there = ZoneInfo(zone)
        start, end = (
            dt.datetime.combine(day, dt.time(), tzinfo=there).astimezone(dt.UTC) for day in (self.first, self.after)
        )
        return start, end

    def finished(self, now: dt.datetime, zone: str) -> bool:
        """Return whether the period had ended at the instant `now`."""
        return now >= self.bounds(zone)[1]

    def previous(self) -> Period:
        """Return the period just before this one."""
        return period_of(self.first - dt.timedelta(days=1), self.by)

    def next(self) -> Period:
        """Return the period just after this one."""
        return period_of(self.after, self.by)


def period_of(day: dt.date, by: By) -> Period:
    """Return the period of kind `by` that holds the local day."""
    if by == "day":
        return Period(day, day + dt.timedelta(days=1), by)
    if by == "week":
        first = day - dt.timedelta(days=day.weekday())
        return Period(first, first + dt.timedelta(days=7), by)
    first = day.replace(day=1)
    return Period(first, (first + dt.timedelta(days=32)).replace(day=1), by)


def parse_period(text: str) -> Period:
    """Return the period named `text`; raises BadInputError with the accepted forms."""
    try:
        if match := re.fullmatch(r"(\d{4})-W(\d{2})", text):
            return period_of(dt.date.fromisocalendar(int(match[1]), int(match[2]), 1), "week")
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return period_of(dt.date(int(match[1]), int(match[2]), 1), "month")
        return period_of(dt.date.fromisoformat(text), "day")
    except ValueError as error:
        raise BadInputError(
            Phrase(f"看不懂周期“{text}”", f"cannot read the period '{text}'"),
            todo=Phrase("写成 2026-11-20、2026-W46 或 2026-11", "write 2026-11-20, 2026-W46 or 2026-11"),
        ) from error


def periods_between(first: dt.date, after: dt.date, by: By) -> list[Period]:
    """Return all periods of kind `by` that touch the local days [first, after), in order."""
    found: list[Period] = []
    period = period_of(first, by)
    while first < after and period.first < after:
        found.append(period)
        period = period.next()
    return found


def local_span(first: dt.date | None, last: dt.date | None, zone: str) -> Span:
    """Return the instants [start, end) of the local days [first, last]; None where there is no bound."""
    if first and last and last < first:
        raise BadInputError(
            Phrase(f"结束日 {last} 早于开始日 {first}", f"the last day {last} is before the first day {first}")
        )
    start = period_of(first, "day").bounds(zone)[0] if first else None
    return start, period_of(last, "day").bounds(zone)[1] if last else None


def enclosing(spans: Iterable[Span]) -> Span:
    """Return the shortest span that holds all of these; of none, the one without bounds."""
    starts, ends = list(zip(*spans, strict=True)) or ((None,), (None,))
    return (
        None if None in starts else min(each for each in starts if each),
        None if None in ends else max(each for each in ends if each),
    )


def micros(moment: dt.datetime) -> int:
    """Return the instant in µs since 1970 UTC."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def instant(value: int) -> dt.datetime:
    """Return the instant of `micros`."""
    return _EPOCH + dt.timedelta(microseconds=value)
