"""Tests of paired yes-or-no answers: whether of two judges on the same items one is right more often.

scipy is imported only where an exact tail is asked for: importing it costs half a second.
"""

from __future__ import annotations


def sign_test(one: int, other: int) -> float:
    """Return the two-sided exact p-value of so uneven a split of `one + other` fair coins (McNemar's exact test)."""
    from scipy.special import bdtr

    n = one + other
    return min(1.0, 2 * float(bdtr(min(one, other), n, 0.5))) if n else 1.0
