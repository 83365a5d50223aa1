"""Writes training texts once more as people hide them, so that a model learns what both ways of writing share."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from qunjian.text.keys import emoji, sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

_KNOWN = 5  # a homophone is only written when it is a character these texts know


class Cloak:
    """Homophones and emoji in place of characters, by a seed; the same texts and seed give the same cloaks."""

    def __init__(self, texts: Sequence[str], seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (no secret)
        often = Counter(character for text in texts for character in text)
        known = sounds()
        self._alike = {
            character: [other for other in known.read_so[readings[0]] if other != character and often[other] > _KNOWN]
            for character, readings in known.readings.items()
            if often[character]
        }
        self._signs: dict[str, list[str]] = defaultdict(list)
        for sign, read in emoji().items():
            for character in read:
                self._signs[character].append(sign)

    def homophones(self, text: str) -> str:
        """Return the text with a fifth to three fifths of its characters as homophones."""
        return self._replaced(text, self._alike, self._random.choice((0.2, 0.4, 0.6)))

    def emoji(self, text: str) -> str:
        """Return the text with characters as emoji, a third of those that can be, more, or all."""
        return self._replaced(text, self._signs, self._random.choice((0.3, 0.6, 1.0)))

    def _replaced(self, text: str, ways: dict[str, list[str]] | defaultdict[str, list[str]], share: float) -> str:
        return "".join(
            self._random.choice(others) if (others := ways.get(each)) and self._random.random() < share else each
            for each in text
        )
