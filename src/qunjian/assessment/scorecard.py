"""The records of a scorecard: items, parts and the whole, each with its formula, interval, n and status."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from qunjian.model.language import Phrase

# scored: a number stands · insufficient: 证据不足, too little evidence for a number or a rank · not_applicable: the
# standard does not ask for it here · unknown: the sources cannot tell. The last three give their weight back.
Status = Literal["scored", "insufficient", "not_applicable", "unknown"]
# formal: counts · trial: 试算, before the standard's announcement to the person or a standard not yet in force.
Standing = Literal["formal", "trial"]

STATUS_TITLES: dict[Status, Phrase] = {
    "scored": Phrase("已评分", "scored"),
    "insufficient": Phrase("证据不足", "insufficient evidence"),
    "not_applicable": Phrase("不适用", "not applicable"),
    "unknown": Phrase("未知", "unknown"),
}
NOTHING = Phrase("", "")


class Score(msgspec.Struct, frozen=True):
    """One number from 0 to 100 with its 95 % interval, what it rests on (`n`) and how it was made (`formula`)."""

    status: Status
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    formula: Phrase = NOTHING
    because: Phrase = NOTHING


class Item(msgspec.Struct, frozen=True):
    """One line of a part: an indicator (or the findings) turned into points between floor (0) and target (100)."""

    item: str
    title: Phrase
    weight: float
    score: Score
    measured: float | None = None
    measured_low: float | None = None
    measured_high: float | None = None
    unit: str = ""
    floor: float | None = None
    target: float | None = None

    @property
    def reached(self) -> bool | None:
        """Return whether the target was reached; None when nothing was scored."""
        if self.score.status != "scored" or self.score.value is None:
            return None
        return self.score.value >= 100


class Part(msgspec.Struct, frozen=True):
    """A part of the scorecard; `effective` is its weight after the parts without a score gave theirs back."""

    part: str
    title: Phrase
    weight: float
    effective: float
    score: Score
    items: tuple[Item, ...] = ()


class Veto(msgspec.Struct, frozen=True):
    """Findings of one critical rule that set the whole score to zero (一票否决)."""

    rule: str
    title: Phrase
    findings: int
    confirmed: int


class Rank(msgspec.Struct, frozen=True):
    """A place among like subjects; `best`..`worst` are the places the intervals allow."""

    place: int
    of: int
    best: int
    worst: int
    like: str


class Scorecard(msgspec.Struct, frozen=True):
    """The score of one community or one operator under one version of a standard in one period.

    `incomplete`: why its data may not be whole (资料不全), where a sign says so.
    """

    kind: Literal["community", "operator"]
    subject: str
    name: str
    standard: str
    version: str
    period: str
    first: dt.date
    after: dt.date
    score: Score
    parts: tuple[Part, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    standing: Standing = "formal"
    like: str = ""
    rank: Rank | None = None
    unranked: Phrase = NOTHING
    awaiting: int = 0
    messages: int = 0
    incomplete: Phrase = NOTHING
