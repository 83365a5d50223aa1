"""Intervals against published values and brute-force coverage."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.statistics import concentration, intervals, survival


def test_wilson_newcombe_table():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3 (Wilson without continuity correction).
    for hits, of, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = intervals.wilson(hits, of)
        assert float(found[0]) == pytest.approx(low, abs=5e-5)
        assert float(found[1]) == pytest.approx(high, abs=5e-5)
    assert np.isnan(intervals.wilson(0, 0)[0])


def test_poisson_garwood_table():
    # Garwood (1936) exact limits as tabulated by Ulm (1990): 0 → 3.689; 1 → 0.025–5.572; 10 → 4.795–18.390.
    for events, low, high in [(0, 0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)]:
        found = intervals.poisson(events)
        assert float(found[0]) == pytest.approx(low, abs=1e-4)
        assert float(found[1]) == pytest.approx(high, abs=1e-4)


def test_mean_by_hand():
    # 2, 4, 6: mean 4, s = 2, t(2, .975) = 4.3027 → half 4.3027·2/√3 = 4.968; cut at zero.
    low, high = intervals.mean(12, 56, 3)
    assert float(low) == 0
    assert float(high) == pytest.approx(8.968, abs=1e-3)


def test_quantile_ranks_of_the_median():
    # Conover, Practical Nonparametric Statistics: 95 % ranks of the median: n = 10: 2, 9; n = 20: 6, 15; n = 5: none.
    assert intervals.quantile(range(1, 11), 0.5)[1:] == (2, 9)
    assert intervals.quantile(range(1, 21), 0.5)[1:] == (6, 15)
    assert all(math.isnan(x) for x in intervals.quantile(range(1, 6), 0.5)[1:])


@given(st.integers(1, 40), st.sampled_from([0.5, 0.9, 0.25]))
def test_quantile_ranks_cover(n: int, q: float):
    _, low, high = intervals.quantile(range(1, n + 1), q)
    mass = [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    if not math.isnan(low):
        assert sum(mass[: int(low)]) <= 0.025 + 1e-9
    if not math.isnan(high):
        assert sum(mass[int(high) :]) <= 0.025 + 1e-9


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_gini_is_the_mean_difference(values: list[int]):
    found = concentration.gini(values)
    if not sum(values):
        assert math.isnan(found)
        return
    n = len(values)
    difference = sum(abs(a - b) for a, b in itertools.product(values, values)) / (2 * n * sum(values))
    assert found == pytest.approx(difference, abs=1e-9)


def test_kaplan_meier_freireich():
    # Freireich et al. (1963), remission weeks under 6-MP and placebo; medians and log-log limits as SAS PROC LIFETEST
    # prints them: 6-MP 23 (13, .), placebo 8 (4, 11). S(6) = 0.857, S(10) = 0.753, S(23) = 0.448.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    times, censored = ended + still, [False] * len(ended) + [True] * len(still)
    found = survival.curve(times, censored)
    at = dict(zip(found.times, found.waiting, strict=True))
    assert at[6] == pytest.approx(0.8571, abs=1e-4)
    assert at[10] == pytest.approx(0.7529, abs=1e-4)
    assert at[23] == pytest.approx(0.4482, abs=1e-4)
    median = survival.censored_quantile(times, censored, 0.5)
    assert (median.value, median.low, median.n, median.ended) == (23, 13, 21, 9)
    assert math.isnan(median.high)
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    median = survival.censored_quantile(placebo, [False] * 21, 0.5)
    assert (median.value, median.low, median.high) == (8, 4, 11)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=15), st.sampled_from([0.5, 0.9]))
def test_without_open_waits_it_is_the_plain_quantile(waits: list[int], q: float):
    expected = sorted(waits)[math.ceil(q * len(waits) - 1e-9) - 1]
    assert survival.censored_quantile(waits, [False] * len(waits), q).value == expected
    assert intervals.quantile(waits, q)[0] == expected


def test_all_open_is_not_reached():
    assert math.isnan(survival.censored_quantile([5, 6], [True, True], 0.5).value)
