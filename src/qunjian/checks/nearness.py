"""The condition `near`: a hit counts only when one of certain words or patterns stands close to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pydantic import Field, model_validator

from qunjian.checks.contract import Match
from qunjian.model.problems import PhrasedError
from qunjian.standards.basics import Strict, readable
from qunjian.text.matching import Word
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.text.keys import Key
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle


__all__ = ["Near", "matches_near", "readable", "within"]


class Near(Strict):
    """Words and patterns (RE2) of which one must stand within so many characters before or after the hit."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    within: int = Field(default=20, ge=0, le=500)

    @model_validator(mode="after")
    def _names_something(self) -> Near:
        if not (self.words or self.patterns):
            raise PhrasedError("要写 words（词）或 patterns（样式）", "name words or patterns")
        for pattern in self.patterns:
            readable(pattern)
        return self

    def needles(self, keys: tuple[Key, ...] | None = None) -> tuple[Needle, ...]:
        """Return what must be looked for; `keys`: how words may be hidden, if not as usual."""
        words = (Word(word.strip(), keys) if keys else Word(word) for word in self.words)
        return (*words, *map(Pattern, self.patterns))


def matches_near(sightings: Iterable[Sighting], main: int, near: Near | None) -> list[Match]:
    """Return the sightings of the first `main` needles as matches; those of the later needles only stand by."""
    hits, others = list[Match](), list[Match]()
    for each in sightings:
        match = Match(each.start, each.end, each.transformations, each.confidence, doubtful=each.doubtful)
        (hits if each.needle < main else others).append(match)
    if near is None:
        return hits
    kept = []
    for hit in hits:
        by = [other for other in others if within(hit.start, hit.end, other.start, other.end, near.within)]
        if by:  # what stands by as written speaks for a doubtful hit
            sure = hit.doubtful and not all(other.doubtful for other in by)
            kept.append(msgspec.structs.replace(hit, doubtful=False) if sure else hit)
    return kept


def within(start: int, end: int, other_start: int, other_end: int, most: int) -> bool:
    """Return whether two spans lie at most so many characters apart."""
    return max(start - other_end, other_start - end, 0) <= most
