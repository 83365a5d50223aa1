"""Words in folded text: which buffer serves a word, where it truly stands, and what it took to see it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.text.folding import BIT, fold_with_origin, is_separator, named, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.folding import Compact, Folded

Key = Literal["literal", "separated"]
# How sure a hit is after each step it took to see it.
CONFIDENCE = {"width": 0.99, "mark": 0.97, "case": 0.99, "traditional": 0.98, "invisible": 0.93, "separator": 0.85}
SHORTEST_SEPARATED = 3
_CLAUSE_MARKS = frozenset("，。！？；、,!?;\n")


class Word(msgspec.Struct, frozen=True):
    """A phrase to look for, and the keys that may serve it.

    literal: the folded phrase stands there. separated: its characters stand there with at most `gap` separators
    (spaces, punctuation, symbols) between neighbours; only for phrases of three characters or more without
    separators of their own.
    """

    text: str
    keys: tuple[Key, ...] = ("literal",)


class Sighting(msgspec.Struct, frozen=True):
    """Where a needle was seen: the span in the original row, the folded text seen, the steps taken, and how sure."""

    needle: int
    start: int
    end: int
    seen: str
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0


class WordKey(msgspec.Struct, frozen=True):
    """A word ready to be matched: folded, with the raw character behind each folded one."""

    folded: str
    raw: tuple[str, ...]
    separated: bool
    gap: int

    @classmethod
    def of(cls, word: Word) -> WordKey:
        """Fold a word and decide which buffer serves it."""
        folded, origin = fold_with_origin(word.text)
        whole = not any(map(is_separator, folded))
        separated = "separated" in word.keys and whole and len(folded) >= SHORTEST_SEPARATED
        return cls(folded, tuple(word.text[place] for place in origin), separated, min(3, len(folded) - 1))


def sighting_of(needle: int, key: WordKey, folded: Folded, row: int, places: Sequence[int]) -> Sighting | None:
    """Return the sighting of a word whose characters stand at these places of the folded row, or None if it is none."""
    text = folded.row(row)
    first, end = places[0], places[-1] + 1
    if not _stands_free(text, first, end) or not _gaps_allowed(text, places, key.gap):
        return None
    origins = folded.origins(row, first, end)
    original = folded.original(row)
    bits = 0
    for nth, place in enumerate(places):
        character, raw = original[origins[place - first]], key.raw[nth]
        if character != raw:
            took, meant = steps_of(character), steps_of(raw)
            bits |= took ^ meant or took | meant  # a step both take is none
    if end - first > len(places):
        bits |= BIT["separator"]
    start, stop = origins[0], origins[-1] + 1
    if any(steps_of(original[place]) & BIT["invisible"] for place in set(range(start, stop)) - set(origins)):
        bits |= BIT["invisible"]
    return Sighting(needle, start, stop, text[first:end], named(bits), confidence_of(bits))


def confidence_of(bits: int) -> float:
    """Return how sure a hit is that took these steps."""
    sure = 1.0
    for name in named(bits):
        sure *= CONFIDENCE[name]
    return round(sure, 4)


def compact_places(compact: Compact, folded: Folded, row: int, start: int, length: int) -> list[int]:
    """Return the places in the folded row of `length` characters of the compact row from `start` on."""
    base = int(compact.starts[row]) + start
    places: list[int] = (compact.kept[base : base + length] - folded.starts[row]).tolist()
    return places


def _stands_free(text: str, start: int, end: int) -> bool:
    """Return whether a Latin word or a number is not a piece of a longer one."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (_joined(before, text[start]) or _joined(text[end - 1], after))


def _joined(left: str, right: str) -> bool:
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _gaps_allowed(text: str, places: Sequence[int], most: int) -> bool:
    """Return whether the gaps hide a word: none too wide, and not just a comma between two halves of a sentence."""
    gaps = [
        (nth, text[left + 1 : right]) for nth, (left, right) in enumerate(pairwise(places), start=1) if right - left > 1
    ]
    if any(len(gap) > most for _, gap in gaps):
        return False
    if len(gaps) != 1:
        return True
    nth, gap = gaps[0]
    return not (min(nth, len(places) - nth) >= 2 and any(mark in _CLAUSE_MARKS for mark in gap))
