"""Tail probabilities against scipy, which is another implementation."""

import numpy as np
import pytest
from scipy import stats

from qunjian.statistics.tails import beta_binomial_two_sided, student_quantile, student_two_sided


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 6, 7, 8, 15, 30])
def test_student_tail_equals_scipy(freedom: int) -> None:
    t = np.array([0.0, 0.3, 1.0, 2.0, 4.5, -3.0])
    assert student_two_sided(t, freedom) == pytest.approx(2 * stats.t.sf(np.abs(t), freedom), abs=1e-12)


# Published two-sided 5 % points of Student's t.
@pytest.mark.parametrize(
    ("freedom", "point"), [(1, 12.706), (2, 4.303), (3, 3.182), (7, 2.365), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_student_quantile_equals_the_printed_table(freedom: int, point: float) -> None:
    assert float(student_quantile(freedom)) == pytest.approx(point, abs=5e-4)


def test_student_quantile_of_many_equals_scipy() -> None:
    freedom = np.array([1, 2, 5, 40, 41, 100, 10_000])
    assert student_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-6)


@pytest.mark.parametrize(
    ("seen", "total", "a", "b"), [(5, 5, 1, 8), (0, 40, 2.5, 20), (7, 9, 0.5, 4), (30, 400, 9, 72)]
)
def test_beta_binomial_tail_equals_scipy(seen: int, total: int, a: float, b: float) -> None:
    law = stats.betabinom(total, a, b)
    expected = min(1.0, 2 * min(law.cdf(seen), law.sf(seen - 1)))
    assert beta_binomial_two_sided(seen, total, a, b) == pytest.approx(expected, rel=1e-9)
