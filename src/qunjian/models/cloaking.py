"""Writes training texts once more as people hide them, so that a model learns what both ways of writing share."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from qunjian.models.features import heard_emoji
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
        self._signs = _pictures([character for character in known.readings if often[character]])

    def homophones(self, text: str) -> str:
        """Return the text with a fifth to three fifths of its characters as homophones."""
        return self._replaced(text, self._alike, self._random.choice((0.2, 0.4, 0.6)))

    def emoji(self, text: str) -> str:
        """Return the text with characters as emoji, a fifth of those that can be, or more."""
        return self._replaced(text, self._signs, self._random.choice((0.2, 0.4, 0.7)))

    def _replaced(self, text: str, ways: dict[str, list[str]] | defaultdict[str, list[str]], share: float) -> str:
        return "".join(
            self._random.choice(others) if (others := ways.get(each)) and self._random.random() < share else each
            for each in text
        )


def _pictures(characters: Sequence[str]) -> dict[str, list[str]]:
    """Return for each character the emoji people may write for it: heard alike, or read as it by one of their names."""
    known = sounds()
    alike: dict[int, list[str]] = defaultdict(list)
    for sign, read in heard_emoji().items():
        alike[int(known.usual[ord(read)])].append(sign)
    signs = {each: list(alike.get(int(known.usual[ord(each)]), ())) for each in characters}
    for sign, read in emoji().items():
        for each in read:
            if each in signs and sign not in signs[each]:
                signs[each].append(sign)
    return signs
