"""Matched differences against published figures and the plain formula of one stratum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.statistics.stratified import matched_difference

# Admissions to six departments of Berkeley, 1973 (Bickel, Hammel & O'Connell, Science 187): men, women.
MEN, MEN_ALL = (512, 353, 120, 138, 53, 22), (825, 560, 325, 417, 191, 373)
WOMEN, WOMEN_ALL = (89, 17, 202, 131, 94, 24), (108, 25, 593, 375, 393, 341)


def test_berkeley():
    # R: mantelhaen.test(UCBAdmissions, correct = FALSE): X-squared = 1.5246, p-value = 0.2169
    found = matched_difference(MEN, MEN_ALL, WOMEN, WOMEN_ALL)
    assert found.p == pytest.approx(0.2169, abs=5e-5)
    assert found.low < 0 < found.high
    whole = matched_difference([sum(MEN)], [sum(MEN_ALL)], [sum(WOMEN)], [sum(WOMEN_ALL)])
    assert whole.low > 0.1  # unmatched, men seem favoured: Simpson's paradox


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_one_stratum(x, n, y, m):
    x, y = min(x, n), min(y, m)
    found = matched_difference([x], [n], [y], [m])
    assert found.difference == pytest.approx(x / n - y / m)
    assert -1 <= found.low <= found.difference <= found.high <= 1


def test_interval_covers():
    """In 2,000 draws with a true difference of .1 in every stratum the interval holds it about 95 times in 100."""
    random = np.random.default_rng(7)
    n, m, base = np.array([30, 12, 50, 8]), np.array([90, 40, 20, 60]), np.array([0.2, 0.5, 0.4, 0.7])
    held = 0
    for _ in range(2000):
        found = matched_difference(random.binomial(n, base + 0.1), n, random.binomial(m, base), m)
        held += found.low <= 0.1 <= found.high
    assert 0.93 <= held / 2000 <= 0.97


def test_nothing_to_compare():
    assert math.isnan(matched_difference([], [], [], []).difference)
    assert math.isnan(matched_difference([3], [5], [0], [0]).p)
    all_alike = matched_difference([5], [5], [7], [7])
    assert (all_alike.difference, math.isnan(all_alike.p)) == (0, True)
