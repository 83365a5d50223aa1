"""The condition `near`: a hit counts only when one of certain words stands close to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from qunjian.checks.contract import Match
from qunjian.standards.rules import Strict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.text.matching import Sighting


class Near(Strict):
    """Words of which one must stand within so many characters before or after the hit."""

    words: tuple[str, ...] = Field(min_length=1)
    within: int = Field(default=20, ge=0, le=500)


def matches_near(sightings: Iterable[Sighting], main: int, near: Near | None) -> list[Match]:
    """Return the sightings of the first `main` needles as matches; those of the later needles only stand by."""
    hits, others = list[Match](), list[Match]()
    for each in sightings:
        match = Match(each.start, each.end, each.transformations, each.confidence)
        (hits if each.needle < main else others).append(match)
    if near is None:
        return hits
    return [hit for hit in hits if any(_distance(hit, other) <= near.within for other in others)]


def _distance(one: Match, other: Match) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
