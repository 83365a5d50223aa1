"""Decides over a whole file whether its dates are written day first, month first or year first."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Order = Literal["dmy", "mdy", "ymd", "ydm"]


class Decision(msgspec.Struct, frozen=True):
    """How dates are written; `sure` is False where every day and month could be either."""

    order: Order
    sure: bool


def decide(dates: Iterable[tuple[int, int, int]]) -> Decision:
    """Return the order of the three numbers of dates, in the order the file has them.

    A number above 12 is a day (the more of them decide, for a person's words may look like a date). Where none is,
    dates that grow tell: read the wrong way round they would jump back and forth. Where that does not tell either, the
    day comes first, as in most of the world, and the decision is not sure.
    """
    seen = list(dict.fromkeys(dates))
    if any(first > 31 for first, _, _ in seen):
        return _between(seen, 1, 2, "ymd", "ydm", year_first=True)
    return _between(seen, 0, 1, "mdy", "dmy", year_first=False)


def _between(
    seen: list[tuple[int, int, int]], one: int, two: int, month_first: Order, day_first: Order, *, year_first: bool
) -> Decision:
    ones, twos = (sum(date[place] > 12 for date in seen) for place in (one, two))
    if ones != twos:
        return Decision(day_first if ones > twos else month_first, sure=True)
    year = 0 if year_first else 2
    back_if_month = _steps_back([(date[year], date[one], date[two]) for date in seen])
    back_if_day = _steps_back([(date[year], date[two], date[one]) for date in seen])
    usual = month_first if year_first else day_first
    if back_if_month == back_if_day:
        return Decision(usual, sure=year_first)
    return Decision(month_first if back_if_month < back_if_day else day_first, sure=True)


def _steps_back(dates: list[tuple[int, int, int]]) -> int:
    return sum(later < earlier for earlier, later in pairwise(dates))
