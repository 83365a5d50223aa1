"""The twelve weeks as people live them: weekdays, public holidays, make-up workdays and big shopping days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.model.periods import period_of
from qunjian.runs.demo.records import FIRST_DAY, WEEKS

if TYPE_CHECKING:
    from qunjian.runs.demo.script import Script

# The State Council's calendar for autumn 2026: Mid-Autumn 25–27 September, National Day 1–7 October.
REST = {dt.date(2026, 9, 25), dt.date(2026, 9, 26), dt.date(2026, 9, 27)} | {
    dt.date(2026, 10, day) for day in range(1, 8)
}
MAKE_UP = {dt.date(2026, 9, 20), dt.date(2026, 10, 10)}


def days() -> list[dt.date]:
    """Return every local day of the demo's twelve weeks."""
    return [FIRST_DAY + dt.timedelta(days=number) for number in range(WEEKS * 7)]


def weekday(day: dt.date) -> int:
    """Return the weekday people feel it is (0 Monday … 6 Sunday): holidays are Sundays, make-up days Fridays."""
    if day in REST:
        return 6
    return 4 if day in MAKE_UP else day.weekday()


def level(told: Script, day: dt.date) -> float:
    """Return how lively the day is in this community, 1 being an ordinary day."""
    week = min((day - FIRST_DAY).days // 7, WEEKS - 1)
    return told.weekdays[weekday(day)] * told.trend[week]


def week_name(number: int) -> str:
    """Return the ISO name of the demo's week `number`, counted from 1."""
    return period_of(FIRST_DAY + dt.timedelta(weeks=number - 1), "week").name


def week_start(number: int) -> dt.date:
    """Return the Monday of the demo's week `number`, counted from 1."""
    return FIRST_DAY + dt.timedelta(weeks=number - 1)
