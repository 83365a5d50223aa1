"""Days, weeks, months: names, bounds over summer time, neighbours; expected values come from calendars."""

from __future__ import annotations

import datetime as dt

import pytest

from qunjian.model.errors import BadInputError
from qunjian.model.periods import parse_period, period_of, periods_between


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("2026-W46", dt.date(2026, 11, 9), dt.date(2026, 11, 16)),
        ("2026-W53", dt.date(2026, 12, 28), dt.date(2027, 1, 4)),  # 2026 is a long ISO year
        ("2020-W01", dt.date(2019, 12, 30), dt.date(2020, 1, 6)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        ("2025-12", dt.date(2025, 12, 1), dt.date(2026, 1, 1)),
        ("2026-11-20", dt.date(2026, 11, 20), dt.date(2026, 11, 21)),
    ],
)
def test_parsed_and_named(name: str, first: dt.date, after: dt.date) -> None:
    period = parse_period(name)
    assert (period.first, period.after) == (first, after)
    assert period.name == name
    assert period.next().previous() == period
    assert period_of(first, period.by) == period


@pytest.mark.parametrize("wrong", ["2026-W54", "2025-W53", "2026-13", "last week", "2026-02-30", ""])
def test_wrong_names_say_the_accepted_forms(wrong: str) -> None:
    with pytest.raises(BadInputError, match="2026-W46"):
        parse_period(wrong)


def test_days_of_summer_time_have_23_and_25_hours() -> None:
    hours = []
    for name in ("2026-03-29", "2026-10-25", "2026-06-01"):  # Europe/Berlin's changes in 2026
        start, end = parse_period(name).bounds("Europe/Berlin")
        hours.append((end - start).total_seconds() / 3600)
    assert hours == [23, 25, 24]


def test_shanghai_midnight_is_16_utc() -> None:
    start, end = parse_period("2026-11-20").bounds("Asia/Shanghai")
    assert start == dt.datetime(2026, 11, 19, 16, tzinfo=dt.UTC)
    assert not parse_period("2026-11-20").finished(end - dt.timedelta(microseconds=1), "Asia/Shanghai")
    assert parse_period("2026-11-20").finished(end, "Asia/Shanghai")


def test_periods_between_cover_every_day_once() -> None:
    first, after = dt.date(2026, 1, 30), dt.date(2026, 3, 2)
    assert [p.name for p in periods_between(first, after, "month")] == ["2026-01", "2026-02", "2026-03"]
    assert len(periods_between(first, after, "day")) == 31
    assert periods_between(first, first, "week") == []
