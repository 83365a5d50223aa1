"""The anomaly test finds planted changes and stays quiet on clean noise at its stated rate."""

import datetime as dt

import numpy as np
import pytest
from numpy.typing import NDArray

from qunjian.insight.anomaly import RATE, anomalies, benjamini_hochberg
from qunjian.insight.records import Daily

MONDAY = dt.date(2026, 7, 6)
WEEKS = [MONDAY + dt.timedelta(days=7 * week) for week in range(12)]
SHAPE = np.array([1.0, 1.0, 1.0, 1.0, 1.1, 1.4, 1.3])


def noise(rng: np.random.Generator, base: float, weeks: int = 12, weekly: float = 25.0) -> NDArray[np.int64]:
    rate = np.tile(base * SHAPE, weeks) * np.repeat(rng.gamma(weekly, 1 / weekly, weeks), 7)
    return rng.poisson(rate)


def world(seed: int, groups: int = 4) -> list[Daily]:
    rng = np.random.default_rng(seed)
    bases = {"posts": 40.0, "evening_posts": 14.0, "speakers": 12.0, "joins": 0.8, "leaves": 0.3}
    return [
        Daily(f"g{group}", measure, MONDAY, noise(rng, base))  # type: ignore[arg-type]
        for group in range(groups)
        for measure, base in bases.items()
    ]


def of(daily: list[Daily], group: str, measure: str) -> Daily:
    return next(each for each in daily if each.community_id == group and each.measure == measure)


def test_clean_noise_raises_few_alarms() -> None:
    weeks_with_alarm = sum(len({each.first for each in anomalies(world(seed), WEEKS)}) for seed in range(40))
    assert weeks_with_alarm / (40 * 8) <= RATE


@pytest.mark.parametrize("seed", range(20))
def test_evening_posts_that_stop_in_week_nine_are_found_and_stay_found(seed: int) -> None:
    daily = world(seed)
    of(daily, "g1", "evening_posts").counts[8 * 7 :] = 0
    found = [each for each in anomalies(daily, WEEKS) if (each.community_id, each.measure) == ("g1", "evening_posts")]
    assert [each.first for each in found if each.fell][-4:] == WEEKS[8:]
    assert found[-1].since == "2026-W36"
    assert found[-1].observed == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_wave_of_leavers_is_found(seed: int) -> None:
    daily = world(seed)
    of(daily, "g2", "leaves").counts[70:77] += np.array([2, 9, 8, 6, 4, 3, 2])
    found = [each for each in anomalies(daily, WEEKS) if each.measure == "leaves" and each.first == WEEKS[10]]
    assert [each.community_id for each in found] == ["g2"]
    assert not found[0].fell


def test_four_weeks_of_history_are_needed() -> None:
    counts = np.full(5 * 7, 20)
    counts[4 * 7 :] = 0
    short = Daily("g", "posts", MONDAY + dt.timedelta(days=7), counts[7:])
    whole = Daily("g", "posts", MONDAY, counts)
    assert anomalies([short], WEEKS[:5]) == ()
    assert [each.first for each in anomalies([whole], WEEKS[:5])] == [WEEKS[4]]


def test_days_the_export_does_not_reach_are_no_silence() -> None:
    counts = np.full(11 * 7 + 3, 20)
    assert anomalies([Daily("g", "posts", MONDAY, counts)], WEEKS) == ()


def test_holidays_are_taken_out_on_both_sides() -> None:
    # National Day 2025: 1–8 October are days off, so week 40 and 41 keep only their ordinary days.
    first = dt.date(2025, 7, 28)
    counts = np.full(11 * 7, 30)
    days = [first + dt.timedelta(days=day) for day in range(len(counts))]
    counts[[dt.date(2025, 10, 1) <= day <= dt.date(2025, 10, 8) for day in days]] = 2
    weeks = [first + dt.timedelta(days=7 * week) for week in range(11)]
    daily = [Daily("g", "posts", first, counts)]
    assert anomalies(daily, weeks) == ()
    assert anomalies(daily, weeks, chinese_days=False) != ()


def test_a_change_that_lasts_becomes_the_new_normal() -> None:
    counts = np.concatenate([np.full(8 * 7, 40), np.full(20 * 7, 8)])
    weeks = [MONDAY + dt.timedelta(days=7 * week) for week in range(28)]
    found = anomalies([Daily("g", "posts", MONDAY, counts)], weeks, chinese_days=False)
    assert [each.first for each in found] == weeks[8:16]


def test_benjamini_hochberg_equals_the_published_example() -> None:
    # Benjamini & Hochberg 1995, section 4.2: fifteen p-values, four rejected at 0.05.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
         0.7590, 1.0]  # fmt: skip
    q = benjamini_hochberg(np.array(p))
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
