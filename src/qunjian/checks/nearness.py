"""The condition `near`: a hit counts only when one of certain words or patterns stands close to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from qunjian.checks.contract import Match
from qunjian.model.errors import BadInputError
from qunjian.model.problems import PhrasedError
from qunjian.standards.rules import Strict
from qunjian.text.matching import Word
from qunjian.text.patterns import confirmer
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.text.keys import Key
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle


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


def readable(pattern: str) -> None:
    """Raise an error for a rule file's writer where RE2 cannot take the pattern."""
    try:
        confirmer(pattern)
    except BadInputError as error:
        raise PhrasedError(error.sentence("zh"), error.sentence("en")) from error


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
