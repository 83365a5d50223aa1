"""What insight says: a change between two periods, and an anomaly against the group's own history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Measure = Literal["posts", "evening_posts", "speakers", "joins", "leaves"]
MEASURES: dict[Measure, Phrase] = {
    "posts": Phrase("发言数", "posts"),
    "evening_posts": Phrase("晚间（18–24 点）发言数", "evening posts (18–24 h)"),
    "speakers": Phrase("日发言人数之和", "speakers, summed over days"),
    "joins": Phrase("入群人次", "joins"),
    "leaves": Phrase("退群人次", "leaves"),
}


class Daily(msgspec.Struct, frozen=True):
    """Counts per local day of one measure in one community, without gaps from `first` on."""

    community_id: str
    measure: Measure
    first: dt.date
    counts: NDArray[np.int64]


class Change(msgspec.Struct, frozen=True):
    """An indicator in a period against the one before; `low`..`high` is the 95 % interval of the difference."""

    indicator: str
    community_id: str
    now: float | None
    before: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    clear: bool = False
    unfinished: bool = False
    because: Phrase = Phrase("", "")


class Anomaly(msgspec.Struct, frozen=True):
    """A week that departs from the group's matched weekdays before it; `q` is p after Benjamini–Hochberg."""

    community_id: str
    measure: Measure
    period: str
    first: dt.date
    observed: int
    expected: float
    low: float
    high: float
    p: float
    q: float
    weeks_before: int
    since: str = ""
    holidays: tuple[str, ...] = ()

    @property
    def fell(self) -> bool:
        """Return whether fewer were seen than expected."""
        return self.observed < self.expected
