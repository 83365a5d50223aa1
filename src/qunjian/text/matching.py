"""Words in folded text: which buffer serves a word, where it truly stands, and what it took to see it."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from qunjian.text.folding import Folded, is_separator, steps_of
from qunjian.text.keys import FLAG, TRANSFORMATIONS, Key
from qunjian.text.lexicon import collapsed

if TYPE_CHECKING:
    from collections.abc import Sequence


# How sure a hit is after each step it took to see it.
CONFIDENCE = {
    "width": 0.99, "mark": 0.97, "case": 0.99, "traditional": 0.98, "invisible": 0.93, "separator": 0.85,
    "digit": 0.97, "letter": 0.95, "homophone": 0.85, "emoji": 0.8, "pinyin": 0.85, "initial": 0.6, "split": 0.85,
    "shape": 0.8, "repeat": 0.95,
}  # fmt: skip
# Shorter words are found as written only: too much else sounds or looks like them.
SHORTEST_HIDDEN = 3
_WITHOUT_SPACES = "\u2e80"  # from here on scripts write words without spaces
_CLAUSE_MARKS = frozenset("，。！？；、,!?;\n")


class Word(msgspec.Struct, frozen=True):
    """A phrase to look for, and the keys that may serve it.

    literal: the folded phrase stands there. The other keys see a phrase of three characters or more, without
    separators of its own: its characters with a few separators between neighbours (separated), other forms of a digit
    (digit), signs that look like a Latin letter or a digit (letter), characters or emoji that sound alike (sound,
    emoji), syllables or their first letters (pinyin, initials), characters taken apart (split) or drawn alike (shape),
    and repeats (repeat).
    """

    text: str
    keys: tuple[Key, ...] = ("literal",)


class Sighting(msgspec.Struct, frozen=True):
    """Where a needle was seen: the span in the original row, the folded text seen, the steps taken, and how sure.

    doubtful: what stands there makes sense as it is; whether the word is meant is for a person to say.
    """

    needle: int
    start: int
    end: int
    seen: str
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0
    doubtful: bool = False


class Place(NamedTuple):
    """Where one character of a word stands: folded places [first, last], and whether it stands there itself."""

    first: int
    last: int
    itself: bool = True


class WordKey(msgspec.Struct, frozen=True):
    """A word ready to be matched: folded, with the raw character behind each folded one (each run, if hidden)."""

    folded: str
    raw: tuple[str, ...]
    keys: tuple[Key, ...]
    hidden: bool
    gap: int

    @classmethod
    def of(cls, word: Word) -> WordKey:
        """Fold a word and decide whether it may be hidden."""
        return word_keys([word])[0]


def word_keys(words: Sequence[Word]) -> list[WordKey]:
    """Fold many words at once and decide for each whether it may be hidden."""
    batch = Folded([word.text for word in words])
    found = []
    for row, word in enumerate(words):
        folded = batch.row(row)
        raw = tuple(word.text[place] for place in batch.origins(row, 0, len(folded)))
        gap = min(3, len(folded) - 1) if "separated" in word.keys else 0
        hidden = False
        asked = len(folded) >= SHORTEST_HIDDEN and any(key != "literal" for key in word.keys)
        if asked and not any(map(is_separator, folded)):
            characters, runs = collapsed(folded)
            if len(characters) > 1:
                hidden = True
                raw = tuple(raw[place] for place in accumulate((0, *runs[:-1])))
        found.append(WordKey(folded, raw, word.keys, hidden, gap))
    return found


def sighting_of(
    needle: int, key: WordKey, folded: Folded, row: int, places: Sequence[Place], flags: int = 0
) -> Sighting | None:
    """Return the sighting of a word whose characters stand at these places of the folded row, or None if it is none.

    `flags`: the transformations that were seen through already; those of folding and gaps are added here.
    """
    text = folded.row(row)
    first, end = places[0].first, places[-1].last + 1
    if not _stands_free(text, first, end) or not _gaps_allowed(text, places, key.gap):
        return None
    origins = folded.origins(row, first, end)
    original = folded.original(row)
    for place, raw in zip(places, key.raw, strict=True):
        character = original[origins[place.first - first]]
        if place.itself and character != raw:
            took, meant = steps_of(character), steps_of(raw)
            flags |= took ^ meant or took | meant  # a step both take is none
    if any(right.first - left.last > 1 for left, right in pairwise(places)):
        flags |= FLAG["separator"]
    start, stop = origins[0], origins[-1] + 1
    if any(steps_of(original[place]) & FLAG["invisible"] for place in set(range(start, stop)) - set(origins)):
        flags |= FLAG["invisible"]
    return Sighting(needle, start, stop, text[first:end], named(flags), confidence_of(flags))


def named(flags: int) -> tuple[str, ...]:
    """Return the names of the transformations, in the order they are told."""
    return tuple(name for name in TRANSFORMATIONS if flags & FLAG[name])


def confidence_of(flags: int) -> float:
    """Return how sure a hit is that took these transformations."""
    sure = 1.0
    for name in named(flags):
        sure *= CONFIDENCE[name]
    return round(sure, 4)


def _stands_free(text: str, start: int, end: int) -> bool:
    """Return whether a Latin word or a number is not a piece of a longer one."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (_joined(before, text[start]) or _joined(text[end - 1], after))


def _joined(left: str, right: str) -> bool:
    if not left or not right or left >= _WITHOUT_SPACES or right >= _WITHOUT_SPACES:
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _gaps_allowed(text: str, places: Sequence[Place], most: int) -> bool:
    """Return whether the gaps hide a word: none too wide, and not just a comma between two halves of a sentence."""
    gaps = [
        (nth, text[left.last + 1 : right.first])
        for nth, (left, right) in enumerate(pairwise(places), start=1)
        if right.first - left.last > 1
    ]
    if any(len(gap) > most for _, gap in gaps):
        return False
    if len(gaps) != 1:
        return True
    nth, gap = gaps[0]
    return not (min(nth, len(places) - nth) >= 2 and any(mark in _CLAUSE_MARKS for mark in gap))
