"""Dates are read in the order the whole file shows, and said to be unsure where it shows none."""

from __future__ import annotations

import pytest

from qunjian.sources.day_order import Decision, decide


@pytest.mark.parametrize(
    ("dates", "wanted"),
    [
        ([(1, 2, 21), (13, 2, 21)], Decision("dmy", sure=True)),
        ([(1, 2, 21), (1, 13, 21)], Decision("mdy", sure=True)),
        ([(2021, 1, 2), (2021, 1, 13)], Decision("ymd", sure=True)),
        ([(2021, 13, 1)], Decision("ydm", sure=True)),
        ([(2021, 1, 2)], Decision("ymd", sure=True)),
        ([(11, 12, 20), (12, 1, 20)], Decision("mdy", sure=True)),
        ([(12, 1, 21), (1, 2, 21)], Decision("dmy", sure=True)),
        ([(1, 2, 21), (2, 2, 21)], Decision("dmy", sure=False)),
        # One date inside somebody's words does not outvote the file's own.
        ([(13, 1, 21), (14, 1, 21), (1, 25, 21)], Decision("dmy", sure=True)),
        ([], Decision("dmy", sure=False)),
    ],
)
def test_order(dates: list[tuple[int, int, int]], wanted: Decision) -> None:
    assert decide(dates) == wanted
