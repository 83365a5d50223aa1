"""Check kind `phrases`: words and phrases, found in every disguise their keys see through, by default all usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.checks.nearness import Near, matches_near
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.rules import Strict
from qunjian.text.folding import fold
from qunjian.text.keys import USUAL, Key
from qunjian.text.matching import Word

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate
    from qunjian.text.scanning import Needle


class Parameters(Strict):
    """The words; the keys that may serve those of three characters or more; words that must stand near."""

    words: tuple[str, ...] = Field(min_length=1)
    keys: tuple[Key, ...] = Field(default=USUAL, min_length=1)
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
        near = parameters.near.needles(parameters.keys) if parameters.near else ()
        self._near = parameters.near
        self.main = len(parameters.words)
        words = (Word(word.strip(), parameters.keys) for word in parameters.words)
        self.needles: tuple[Needle, ...] = (*words, *near)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every place where a word stands."""
        return matches_near(candidate.sightings, self.main, self._near)


KIND = CheckKind("phrases", Phrase("词句", "phrases"), Parameters, PhrasesCheck)
