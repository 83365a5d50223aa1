"""Which of many documents are doubted for telling time unequally: as a comparison of all pairs says, but quickly."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from tests.lake.made import DAWN

from qunjian.lake.resolution import Timed, doubts
from qunjian.lake.visibility import Visible

EMPTY = cast("Any", SimpleNamespace(visible=Visible()))
_SPANS = st.tuples(st.sampled_from("ab"), st.sampled_from([0, 1, 60]), st.booleans(), st.integers(0, 40),
                   st.integers(0, 9))  # fmt: skip


@given(st.lists(_SPANS, max_size=9))
def test_a_document_is_doubted_when_any_other_meets_it_in_time_but_not_in_unit(spans: list) -> None:
    made = [
        Timed(n, str(n), community, unit, unnamed, DAWN + dt.timedelta(minutes=first),
              DAWN + dt.timedelta(minutes=first + length))
        for n, (community, unit, unnamed, first, length) in enumerate(spans)
    ]  # fmt: skip
    wanted = set()
    for n, (community, unit, unnamed, first, length) in enumerate(spans):
        for others, units, without, begins, lasts in spans:
            late, later = first + length + unit / 60, begins + lasts + units / 60
            meets = first <= later and begins <= late
            if others == community and units != unit and (unnamed or without) and meets:
                wanted.add(n)
    assert set(doubts(EMPTY, made)) == wanted


def test_tens_of_thousands_of_documents_cost_seconds_not_hours() -> None:
    """30,000 days of two kinds that never meet: all pairs would be 450 million comparisons."""
    day = dt.timedelta(days=1)
    made = [Timed(n, str(n), "g", n % 2, True, DAWN + n * day, DAWN + n * day) for n in range(30_000)]
    assert doubts(EMPTY, made) == {}
