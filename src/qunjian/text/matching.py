"""Words in folded text: which buffer serves a word, where it truly stands, and what it took to see it."""

from __future__ import annotations

from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from qunjian.text.folding import Folded, is_separator, steps_of, without_separators
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
# Shorter words are found as written only, but for those of two ideographs with the key `short`: too much else sounds or
# looks like them.
SHORTEST_HIDDEN, SHORT = 3, 2
_WITHOUT_SPACES = "\u2e80"  # from here on scripts write words without spaces
_CLAUSE_MARKS = frozenset("，。！？；、,!?;\n")


class Word(msgspec.Struct, frozen=True):
    """A phrase to look for, and the keys that may serve it.

    literal: the folded phrase stands there. The other keys see a phrase of three characters or more, separators of
    its own where they belong: its characters with a few separators between neighbours (separated), other forms of a
    digit (digit), signs that look like a Latin letter or a digit (letter), characters or emoji that sound alike (sound,
    emoji), syllables or their first letters (pinyin, initials), characters taken apart (split) or drawn alike (shape),
    and repeats (repeat). short: these keys see phrases of two ideographs too, where words end around them; whoever asks
    for it must ask for something beside them as well.
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
    """A word ready to be matched: folded, with the raw character behind each folded one (each run, if hidden).

    own: of a word that may be hidden and holds separators (0.1折), those that must follow each of its characters.
    """

    folded: str
    raw: tuple[str, ...]
    keys: tuple[Key, ...]
    hidden: bool
    gap: int
    own: tuple[str, ...] = ()

    @property
    def sought(self) -> str:
        """Return the characters by which a word that may be hidden is sought: all but separators."""
        return without_separators(self.folded) if self.own else self.folded

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
        if not any(key not in ("literal", "short") for key in word.keys) or len(folded) < _shortest(folded, word.keys):
            found.append(WordKey(folded, raw, word.keys, False, gap))
        elif any(map(is_separator, folded)):
            found.append(_with_separators(folded, raw, word.keys, gap))
        else:
            characters, runs = collapsed(folded)
            hidden = len(characters) > 1
            if hidden:
                raw = tuple(raw[place] for place in accumulate((0, *runs[:-1])))
            found.append(WordKey(folded, raw, word.keys, hidden, gap))
    return found


def _shortest(folded: str, keys: tuple[Key, ...]) -> int:
    """Return how many characters a word must have to be seen through disguises."""
    return SHORT if "short" in keys and all("\u4e00" <= each <= "\u9fff" for each in folded) else SHORTEST_HIDDEN


def _with_separators(folded: str, raw: tuple[str, ...], keys: tuple[Key, ...], gap: int) -> WordKey:
    """Return the key of a word with separators of its own; it may be hidden when they stand between its characters.

    A word with doubles, told as one when it is sought, would not say where its separators stand.
    """
    at = [place for place, character in enumerate(folded) if not is_separator(character)]
    plain = "".join(folded[place] for place in at)
    inside = len(at) >= SHORTEST_HIDDEN and at[0] == 0 and at[-1] == len(folded) - 1
    if not inside or collapsed(plain)[0] != plain:
        return WordKey(folded, raw, keys, False, gap)
    own = (*(folded[left + 1 : right] for left, right in pairwise(at)), "")
    return WordKey(folded, tuple(raw[place] for place in at), keys, True, gap, own)


def sighting_of(
    needle: int, key: WordKey, folded: Folded, row: int, places: Sequence[Place], flags: int = 0
) -> Sighting | None:
    """Return the sighting of a word whose characters stand at these places of the folded row, or None if it is none.

    `flags`: the transformations that were seen through already; those of folding and gaps are added here.
    """
    text = folded.row(row)
    first, end = places[0].first, places[-1].last + 1
    gaps = _gaps(text, places, key.own)
    if gaps is None or not _stands_free(text, first, end) or not _allowed(gaps, len(places), key.gap):
        return None
    origins = folded.origins(row, first, end)
    original = folded.original(row)
    for place, raw in zip(places, key.raw, strict=True):
        character = original[origins[place.first - first]]
        if place.itself and character != raw:
            took, meant = steps_of(character), steps_of(raw)
            flags |= took ^ meant or took | meant  # a step both take is none
    if gaps:
        flags |= FLAG["separator"]
    start, stop = origins[0], origins[-1] + 1
    if any(steps_of(original[place]) & FLAG["invisible"] for place in set(range(start, stop)) - set(origins)):
        flags |= FLAG["invisible"]
    return Sighting(needle, start, stop, text[first:end], named(flags), confidence_of(flags))


@cache
def named(flags: int) -> tuple[str, ...]:
    """Return the names of the transformations, in the order they are told."""
    return tuple(name for name in TRANSFORMATIONS if flags & FLAG[name])


@cache
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


def _gaps(text: str, places: Sequence[Place], own: Sequence[str]) -> list[tuple[int, str]] | None:
    """Return before which character of a word something stands that is not its own, and what; None: its own is not."""
    found = []
    for nth, (left, right) in enumerate(pairwise(places), start=1):
        gap = text[left.last + 1 : right.first]
        if own and own[nth - 1]:
            if own[nth - 1] not in gap:
                return None
            gap = gap.replace(own[nth - 1], "", 1)
        if gap:
            found.append((nth, gap))
    return found


def _allowed(gaps: Sequence[tuple[int, str]], length: int, most: int) -> bool:
    """Return whether the gaps hide a word: none too wide, and not just a comma between two halves of a sentence."""
    if any(len(gap) > most for _, gap in gaps):
        return False
    if len(gaps) != 1:
        return True
    nth, gap = gaps[0]
    return not (min(nth, length - nth) >= 2 and any(mark in _CLAUSE_MARKS for mark in gap))
