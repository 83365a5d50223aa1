"""What one indicator is: its name, meaning, unit and needs, and where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from qunjian.model.capabilities import Field
from qunjian.model.language import Phrase

Family = Literal["activity", "interaction", "growth", "content", "service"]
Direction = Literal["up", "down", "none"]
Unit = Literal["people", "messages", "events", "share", "messages_per_person", "people_per_day", "seconds", "index"]

# How a value follows from the sums of a period. count: the numerator itself; share: a part of the denominator, with a
# Wilson interval; ratio: numerator / denominator of unlike things; mean: a ratio with an interval from the squares;
# gini: from rank-weighted sums; wait: a quantile of waiting times, open ones censored; words: counted from texts.
Shape = Literal["count", "share", "ratio", "mean", "gini", "wait", "words"]

UNITS: dict[Unit, Phrase] = {
    "people": Phrase("人", "people"),
    "messages": Phrase("条", "messages"),
    "events": Phrase("人次", "events"),
    "share": Phrase("%", "%"),
    "messages_per_person": Phrase("条/人", "messages per person"),
    "people_per_day": Phrase("人/日", "people per day"),
    "seconds": Phrase("秒", "seconds"),
    "index": Phrase("指数（0–1）", "index (0–1)"),
}
FAMILIES: dict[Family, Phrase] = {
    "activity": Phrase("活跃度", "activity"),
    "interaction": Phrase("互动质量", "interaction"),
    "growth": Phrase("增长与留存", "growth"),
    "content": Phrase("内容", "content"),
    "service": Phrase("服务响应", "service"),
}


class Indicator(msgspec.Struct, frozen=True):
    """One indicator. `facts` builds the table of its sums by community and period (an Ibis expression of a Frame).

    `numerator`, `denominator`, `squares`: columns of that table. `needs`: fields every source of the community must
    at least partly know. `parts`: it is a breakdown and has further rows, one per part, beside the whole.
    `needs_any`: of these fields, one is enough. `look_back`: local days of record it needs before the period.
    `observe_days`: local days to watch after a day of the period. `empty`: the reason when there is nothing to divide
    by; `absent`: the reason when the engine gave null.
    """

    id: str
    title: Phrase
    definition: Phrase
    denominators: Phrase
    unit: Unit
    direction: Direction
    family: Family
    facts: Callable[[Any], Any]
    shape: Shape
    numerator: str
    denominator: str = ""
    squares: str = ""
    needs: tuple[Field, ...] = ()
    needs_any: tuple[Field, ...] = ()
    parts: bool = False
    look_back: int = 0
    observe_days: int = 0
    quantile: float = 0.0
    empty: str = "no_one_to_count"
    absent: str = "no_roster"


def shown_value(indicator: Indicator, value: float | None) -> str:
    """Return a value as people read it, without its unit; an em dash where it is unknown."""
    if value is None:
        return "—"
    if indicator.unit == "share":
        return f"{value * 100:.1f}"
    if indicator.unit in ("people", "messages", "events"):
        return f"{value:,.0f}"
    return f"{value:,.2f}"
