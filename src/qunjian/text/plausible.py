"""Whether what sounds or looks like a word is that word in disguise, or just makes sense there, or may be either.

A disguise leaves a hole in the sentence: with the word in its place the sentence reads better. Both readings are cut
into words of the dictionary; how much likelier the words of one are, what was changed and what stands as written, are
weighed together (weights of a logistic regression, `python -m scripts.evasion_weights`).
"""

from __future__ import annotations

import enum
import math
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from qunjian.text.keys import resembling, shapes, sounds
from qunjian.text.segmenting import dictionary_words, word_frequency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.matching import Place

# So many characters on either side are cut into words with the find.
_AROUND = 6
_CLAUSE_MARKS = frozenset("，。！？；、,!?;\n")
_SHORT = 3
_MUCH = 3.0  # a word of the text that only resembles one of the phrase and is no less likely so (logarithm) is doubtful
_HALF = 0.6  # of a word changed, and more, speak alike against it
_BETTER_SO = (
    0.0  # with a word of two characters in its place a sentence must read no worse (logarithm of the likelihood)
)
# Characters further down a row of look-alikes than this are the less like it.
_LIKEST, _LIKER = 4, 60
# What one character of a find is to the character meant.
_SURE, _HEARD, _ALIKE, _WEAK = range(4)
# A find of less evidence than this may well be chance; where every changed character is part of a longer word of the
# text, one of less than that. Of 68 finds in 153,000 benign texts four in five are below.
_DOUBTFUL, _DOUBTFUL_WORDS = 2.5, 7.0
_LATIN = re.compile("[a-z]{2,}|[0-9]{2,}")
_UNKNOWN = -20.0  # the logarithm of the likelihood of what the dictionary does not have


# By `python -m scripts.evasion_weights`: a find is a disguise when its weighed evidence and the base come to 0 or more.
BASE = -17.55
WEIGHTS = {
    "better": 0.76, "written": 2.51, "other": 5.35, "heard": -0.40, "alike": -1.85, "weak": -2.91,
    "less_alike": -0.05, "less_weak": -2.66, "across": -0.32, "inside": -0.67, "clause": -1.90, "gap": 1.67,
    "fewer": 0.64, "share": 3.30, "short": -2.16, "rare": -2.10, "fits": -0.07,
}  # fmt: skip


class Evidence(NamedTuple):
    """What speaks for a word in disguise; characters are counted unless said otherwise.

    better: how much likelier its words are than those that stand there (logarithm, bounded). written: as they are in
    the word; other: read from emoji, letters or parts; heard, alike, weak: by sound, sure look-alikes, those that only
    resemble it; less_alike, less_weak: of these the less like. across: ends of the find inside a word of the text;
    inside: changed characters that are part of a longer word there. clause, gap: whether a mark ending a clause, or
    anything, stands in between. fewer: words more when the word stands there (so, mostly negative). share: the part
    changed. short: three characters. rare, fits: the mean logarithm of the likelihood of the word and of what stands.
    """

    better: float
    written: int
    other: int
    heard: int
    alike: int
    weak: int
    less_alike: int
    less_weak: int
    across: int
    inside: int
    clause: bool
    gap: bool
    fewer: int
    share: float
    short: bool
    rare: float
    fits: float


class Reading(enum.Enum):
    """What a find is: something else that makes sense there, a disguise, or a matter for a person."""

    CHANCE = enum.auto()
    DOUBTFUL = enum.auto()
    DISGUISE = enum.auto()


_IN_ORDER = tuple(WEIGHTS[name] for name in Evidence._fields)


def trimmed(text: str, places: Sequence[Place], before: int, after: int) -> list[Place]:
    """Return the places without repeats that stand before the word's first character or after its last.

    `before`, `after`: how often these two characters stand in the word itself (妈妈: 2). A repeat there hides nothing:
    what is left over belongs to the text around (加微信信息).
    """
    first, *between = places
    *between, last = between
    seen = [at for at in range(first.first, first.last + 1) if text[at] == text[first.first]]
    if len(seen) > before:
        first = first._replace(first=seen[-before])
    seen = [at for at in range(last.first, last.last + 1) if text[at] == text[last.first]]
    if len(seen) > after:
        last = last._replace(last=seen[after - 1])
    return [first, *between, last]


def reading(text: str, places: Sequence[Place], meant: str) -> Reading:
    """Return whether the word `meant` is hidden at these places of a folded text, or something else stands there."""
    if any(text[at] in _CLAUSE_MARKS for place in places for at in range(place.first, place.last)):
        return Reading.CHANCE
    if _other_kind(text, places, meant):
        return Reading.CHANCE
    seen = evidence(text, places, meant)
    if seen is None:
        return Reading.DISGUISE
    if seen.across == 2 or (seen.clause and seen.short):
        return Reading.CHANCE
    weighed: float = BASE + sum(map(mul, _IN_ORDER, seen))
    if weighed < 0:
        return Reading.CHANCE
    if seen.weak and seen.inside and seen.better < _MUCH:
        return Reading.DOUBTFUL
    all_words = seen.inside == seen.heard + seen.alike + seen.weak
    return Reading.DOUBTFUL if weighed < (_DOUBTFUL_WORDS if all_words else _DOUBTFUL) else Reading.DISGUISE


def short_reading(text: str, places: Sequence[Place], meant: str) -> Reading:
    """Return whether a word of two characters is hidden at these places: words end around it and it reads no worse so.

    One letter stands for no character of so short a word.
    """
    start, end = places[0].first, places[-1].last + 1
    if text[start:end] == meant:
        return Reading.DISGUISE
    if any(text[at] in _CLAUSE_MARKS for at in range(start, end)):
        return Reading.CHANCE
    if any(place.first == place.last and "a" <= text[place.first] <= "z" for place in places):
        return Reading.CHANCE
    seen = evidence(text, places, meant)
    if seen is not None:
        likely = seen.better >= _BETTER_SO and not (seen.across or seen.inside or seen.weak)
        return Reading.DISGUISE if likely else Reading.CHANCE
    before, behind = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    bounds = _cut(before + meant + behind).bounds
    free = len(before) in bounds and len(before) + len(meant) in bounds
    return Reading.DISGUISE if free else Reading.CHANCE


def evidence(text: str, places: Sequence[Place], meant: str) -> Evidence | None:
    """Return what speaks for the word; None: no character of another word stands for one of its own."""
    likes = [_like(text, place, character) for place, character in zip(places, meant, strict=True)]
    kinds = [kind for kind, _ in likes]
    changed = [nth for nth, kind in enumerate(kinds) if kind != _SURE]
    if not changed:
        return None
    start, end = places[0].first, places[-1].last + 1
    before, behind = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    # What is put together from several signs is no word of the text: it is read as meant.
    stands = "".join(
        text[place.first] if kind != _SURE else character
        for place, character, kind in zip(places, meant, kinds, strict=True)
    )
    around = _cut(before + text[start:end] + behind)
    as_written = around if stands == text[start:end] else _cut(before + stands + behind)
    as_meant = _cut(before + meant + behind)
    bounds = [start - len(before) + each for each in around.bounds]
    between = [text[left.last + 1 : right.first] for left, right in pairwise(places)]
    return Evidence(
        better=max(-15.0, min(25.0, as_meant.likelihood - as_written.likelihood)),
        written=sum(place.itself for place in places),
        other=sum(kind == _SURE and not place.itself for kind, place in zip(kinds, places, strict=True)),
        heard=kinds.count(_HEARD),
        alike=kinds.count(_ALIKE),
        weak=kinds.count(_WEAK),
        less_alike=sum(kind == _ALIKE and rank >= _LIKEST for kind, rank in likes),
        less_weak=sum(kind == _WEAK and rank >= _LIKER for kind, rank in likes),
        across=(start not in bounds) + (end not in bounds),
        inside=sum(_is_long(bounds, places[nth].first) for nth in changed),
        clause=any(mark in _CLAUSE_MARKS for gap in between for mark in gap),
        gap=any(between),
        fewer=as_meant.words - as_written.words,
        share=min(_HALF, len(changed) / len(meant)),
        short=len(meant) == _SHORT,
        rare=_cut(meant).likelihood / len(meant),
        fits=_cut(stands).likelihood / len(meant),
    )


def _other_kind(text: str, places: Sequence[Place], meant: str) -> bool:
    """Return whether two letters or more all stand as digits, or digits as letters: 99 is no QQ."""
    for run in _LATIN.finditer(meant):
        seen = "".join(text[place.first] for place in places[run.start() : run.end()])
        if (run[0].isalpha() and seen.isdigit()) or (run[0].isdigit() and seen.isalpha() and seen.isascii()):
            return True
    return False


class _Cut(NamedTuple):
    """A text cut into words: where they begin and end, how many they are, and the logarithm of their likelihood."""

    bounds: tuple[int, ...]
    words: int
    likelihood: float


@lru_cache(maxsize=16_384)  # several words are often seen in one place
def _cut(text: str) -> _Cut:
    words = dictionary_words(text)
    return _Cut(tuple(accumulate(map(len, words), initial=0)), len(words), sum(map(_log, words)))


def _is_long(bounds: Sequence[int], at: int) -> bool:
    """Return whether the word around a place is longer than one character."""
    after = bisect_right(bounds, at)
    return bounds[after] - bounds[after - 1] > 1


@lru_cache(maxsize=65_536)
def _log(word: str) -> float:
    share = word_frequency(word)
    return math.log(share) if share else _UNKNOWN


def _like(text: str, place: Place, meant: str) -> tuple[int, int]:
    """Return what a character of a find is to the one meant, and how far down its row of look-alikes it stands."""
    seen = text[place.first]
    if place.last > place.first and text[place.first : place.last + 1].strip(seen):
        return _SURE, -1  # put together from several
    return _likeness(seen, meant)


@lru_cache(maxsize=65_536)
def _likeness(seen: str, meant: str) -> tuple[int, int]:
    if seen == meant or not "\u3400" <= seen <= "\u9fff":
        return _SURE, -1  # itself or a sign
    known = sounds().readings
    if set(known.get(seen, ())) & set(known.get(meant, ())):
        return _HEARD, -1
    if (rank := shapes().get(meant, "").find(seen)) >= 0:
        return _ALIKE, rank
    return (_WEAK, rank) if (rank := resembling().get(meant, "").find(seen)) >= 0 else (_SURE, -1)
