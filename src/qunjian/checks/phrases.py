"""Check kind `phrases`: words and phrases, found in every disguise their keys see through, by default all usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.checks.nearness import Near, matches_near, within
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.rules import Strict
from qunjian.text.folding import STEPS, fold
from qunjian.text.keys import IN_RULES, Key
from qunjian.text.matching import SHORT, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.checks.contract import Candidate
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle


# How near to a word of two characters in disguise something else of the rule must stand.
BESIDE = 20
_OPEN = frozenset(STEPS) - {"separator"}


class Parameters(Strict):
    """The words; the keys that may serve them; words that must stand near.

    A word of two characters in disguise counts only with another word of the rule, or what must stand near, within
    `BESIDE` characters.
    """

    words: tuple[str, ...] = Field(min_length=1)
    keys: tuple[Key, ...] = Field(default=IN_RULES, min_length=1)
    near: Near | None = None

    @field_validator("words")
    @classmethod
    def _can_be_seen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if not fold(word).strip() or "\n" in word:
                raise PhrasedError(
                    f"词“{word}”里没有可比对的字", f"the word '{word}' holds nothing that can be matched"
                )
        return words


class PhrasesCheck:
    """Words, and the words that must stand near them."""

    def __init__(self, parameters: Parameters) -> None:
        keys = tuple(key for key in parameters.keys if key != "short")
        near = parameters.near.needles(keys) if parameters.near else ()
        self._near = parameters.near
        self.main = len(parameters.words)
        self._short = frozenset(nth for nth, word in enumerate(parameters.words) if len(fold(word.strip())) == SHORT)
        words = (Word(word.strip(), parameters.keys) for word in parameters.words)
        self.needles: tuple[Needle, ...] = (*words, *near)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every place where a word stands."""
        seen = candidate.sightings
        if self._short:
            seen = tuple(each for each in seen if self.has_company(each, seen))
        return matches_near(seen, self.main, self._near)

    def has_company(self, sighting: Sighting, others: Iterable[Sighting]) -> bool:
        """Return whether a sighting is none of a word of two characters in disguise, or something stands by it."""
        if sighting.needle not in self._short or _OPEN.issuperset(sighting.transformations):
            return True
        return any(
            other.needle != sighting.needle
            and (other.end <= sighting.start or sighting.end <= other.start)
            and within(sighting.start, sighting.end, other.start, other.end, BESIDE)
            for other in others
        )


KIND = CheckKind("phrases", Phrase("词句", "phrases"), Parameters, PhrasesCheck)
