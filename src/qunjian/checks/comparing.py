"""Compares a quantity that is said with the one a fact states: equal, within, or against it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qunjian.standards.facts import Fact
    from qunjian.text.quantities import Quantity

_HALF_DAY = 720


def contradicts(said: Quantity, fact: Fact) -> bool:
    """Return whether what is said cannot be true if the fact is; False where that is not sure."""
    for stated in fact.stated.quantities:
        if stated.kind == said.kind:
            return _against(said, stated)
        if {said.kind, stated.kind} == {"time", "clock"}:
            return (said.low - stated.low) % _HALF_DAY != 0
        if said.kind == "date" and stated.kind == "weekly" and said.low == said.high:
            return dt.date.fromordinal(int(said.low)).isoweekday() != stated.low
    return False


def _against(said: Quantity, stated: Quantity) -> bool:
    if said.bound == "about" or stated.bound == "about":
        return False
    if (said.low, said.high) == (stated.low, stated.high):
        return False
    if said.kind == "reduction":
        return True
    if said.kind in ("money", "usd") and said.bound in ("least", "most") and stated.bound == "exact":
        return stated.low < said.low if said.bound == "least" else stated.high > said.high
    if said.bound == "most" and stated.low < stated.high:
        return said.high < stated.high
    if said.low == said.high:
        if stated.bound == "most" and said.bound == "exact":
            return said.low > stated.high  # within seven days: five is within, ten is not
        if stated.bound == "least" and said.bound == "exact":
            return said.low < stated.low
        return not (stated.low <= said.low <= stated.high and said.bound == "exact") or stated.low == stated.high
    if stated.low == stated.high:
        return not said.low <= stated.low <= said.high
    return not (stated.low <= said.low and said.high <= stated.high) and not (
        said.low <= stated.low and stated.high <= said.high
    )
