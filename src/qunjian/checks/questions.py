"""Check kind `question`: what no machine can judge; the messages it is about are drawn and put before a person."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from qunjian.checks.contract import CheckKind, Match
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.basics import Said, Strict, readable
from qunjian.standards.conditions import seen_words
from qunjian.text.keys import Key
from qunjian.text.matching import Word
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate
    from qunjian.text.scanning import Needle

_OF = 1 << 64


class Draw(Strict):
    """Messages with one of these words or patterns (RE2) may be drawn; `share`: the part of them that is (0–1)."""

    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ("literal", "separated")
    share: float = Field(default=1.0, gt=0, le=1)

    @field_validator("phrases")
    @classmethod
    def _can_be_seen(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return seen_words(words)

    @model_validator(mode="after")
    def _names_something(self) -> Draw:
        if not (self.phrases or self.patterns):
            raise PhrasedError("要写 phrases（词句）或 patterns（样式）", "name phrases or patterns")
        for pattern in self.patterns:
            readable(pattern)
        return self

    def takes(self, rule: str, scope: str, message_id: str) -> bool:
        """Return whether a message is among the share: always the same ones, whatever else is read."""
        if self.share >= 1:
            return True
        key = "\0".join((rule, scope, message_id)).encode()
        return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") < self.share * _OF


class Parameters(Strict):
    """What the person is asked, and of which messages."""

    question: Said
    draw: Draw


class QuestionCheck:
    """The words and patterns of messages a person is asked about."""

    def __init__(self, parameters: Parameters) -> None:
        draw = parameters.draw
        words = (Word(word.strip(), draw.keys) for word in draw.phrases)
        self.needles: tuple[Needle, ...] = (*words, *map(Pattern, draw.patterns))

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every place that makes the message one to ask about."""
        return [Match(each.start, each.end, each.transformations, each.confidence) for each in candidate.sightings]


KIND = CheckKind("question", Phrase("交人判断", "question"), Parameters, QuestionCheck)
