"""The exact sign test against published tails of the binomial."""

from __future__ import annotations

import pytest

from qunjian.statistics.pairs import sign_test


# 2 · P(X ≤ k) for n fair coins, from a table of the binomial (n = 10: .0107, .0547, .1719; n = 20: .0207).
@pytest.mark.parametrize(
    ("one", "other", "p"), [(9, 1, 0.0215), (2, 8, 0.1094), (7, 3, 0.3438), (15, 5, 0.0414), (5, 5, 1.0)]
)
def test_tails_of_the_binomial(one: int, other: int, p: float) -> None:
    assert sign_test(one, other) == pytest.approx(p, abs=1e-4)


def test_no_difference_is_no_evidence() -> None:
    assert sign_test(0, 0) == 1
