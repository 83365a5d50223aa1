"""Check kind `patterns`: RE2 expressions over the folded text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.checks.nearness import Near, matches_near, readable
from qunjian.model.language import Phrase
from qunjian.standards.rules import Strict
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate
    from qunjian.text.scanning import Needle


class Parameters(Strict):
    """The patterns (RE2, case does not count), and what must stand near."""

    patterns: tuple[str, ...] = Field(min_length=1)
    near: Near | None = None

    @field_validator("patterns")
    @classmethod
    def _re2_takes_them(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            readable(pattern)
        return patterns


class PatternsCheck:
    """Patterns, and the words that must stand near them."""

    def __init__(self, parameters: Parameters) -> None:
        near = parameters.near.needles() if parameters.near else ()
        self._near = parameters.near
        self.main = len(parameters.patterns)
        self.needles: tuple[Needle, ...] = (*map(Pattern, parameters.patterns), *near)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every place a pattern matches."""
        return matches_near(candidate.sightings, self.main, self._near)


KIND = CheckKind("patterns", Phrase("正则", "patterns"), Parameters, PatternsCheck)
