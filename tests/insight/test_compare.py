"""Period comparison against hand counts, and silences against a hand-made record."""

import datetime as dt

import numpy as np
import pytest

from qunjian.insight.compare import baseline, compare, spreads
from qunjian.insight.records import Daily
from qunjian.model.periods import parse_period
from qunjian.model.records import Value

START = dt.datetime(2026, 11, 9, tzinfo=dt.UTC)


def value(number: float | None, low: float | None = None, high: float | None = None, unfinished: bool = False) -> Value:
    return Value("x", "g", "week", "2026-W46", START, number, low=low, high=high, unfinished=unfinished)


def test_two_shares_are_compared_by_their_intervals() -> None:
    # Newcombe 1998: 56/70 against 48/80, interval 0.0524 to 0.3339.
    change = compare(value(0.8, 0.6916, 0.8769), value(0.6, 0.4905, 0.7004), count=False)
    assert (change.low, change.high) == (pytest.approx(0.0524, abs=2e-4), pytest.approx(0.3339, abs=2e-4))
    assert change.clear


def test_counts_are_compared_as_overdispersed_poisson() -> None:
    # 1.96 · √(4 · (100 + 144)) = 61.2: with dispersion 4 a fall of 44 is not clear, with 1 (30.6) it is.
    assert not compare(value(100), value(144), count=True, dispersion=4).clear
    change = compare(value(100), value(144), count=True)
    assert change.clear
    assert change.low == pytest.approx(-44 - 30.615, abs=0.01)


def test_an_unfinished_period_is_not_compared() -> None:
    change = compare(value(100, unfinished=True), value(900), count=True)
    assert (change.difference, change.clear, change.unfinished) == (None, False, True)


def test_unknown_values_are_said_to_be_unknown() -> None:
    assert compare(value(None), value(3), count=True).because.en == "no value in this period"
    assert compare(value(3), None, count=True).because.en == "no value in the period before"


def test_a_day_is_compared_with_the_same_weekday() -> None:
    assert baseline(parse_period("2026-11-20")).name == "2026-11-13"
    assert baseline(parse_period("2026-W46")).name == "2026-W45"
    assert baseline(parse_period("2026-03")).name == "2026-02"


def test_dispersion_is_variance_over_mean_of_weeks() -> None:
    counts = np.repeat([10, 12, 8, 10], 7)  # weekly 70, 84, 56, 70: mean 70, variance 130.67
    found = spreads([Daily("g", "posts", dt.date(2026, 7, 6), counts)], dt.date(2026, 8, 3))
    assert found["g", "posts"] == pytest.approx(392 / 3 / 70)
