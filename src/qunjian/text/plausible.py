"""Whether what sounds or looks like a word is that word in disguise, or just makes sense where it stands.

A disguise leaves a hole in the sentence: with the word in its place the sentence reads better. Both readings are cut
into words of the dictionary; how much likelier the words of one are, what was changed and what stands as written, are
weighed together (weights of a logistic regression, `python -m scripts.evasion_weights`).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise
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
_MUCH = 3.0  # a word of the text that only resembles one of the phrase must be so much the less likely (logarithm)
_HALF = 0.6  # of a word changed, and more, speak alike against it
# Characters further down a row of look-alikes than this are the less like it.
_LIKEST, _LIKER = 4, 60
# What one character of a find is to the character meant.
_SURE, _HEARD, _ALIKE, _WEAK = range(4)
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


def plausible(text: str, places: Sequence[Place], meant: str) -> bool:
    """Return whether the word `meant` is hidden at these places of a folded text, rather than something else there."""
    if any(text[at] in _CLAUSE_MARKS for place in places for at in range(place.first, place.last)):
        return False
    if _other_kind(text, places, meant):
        return False
    seen = evidence(text, places, meant)
    if seen is None:
        return True
    if seen.across == 2 or (seen.clause and seen.short):
        return False
    if seen.weak and seen.inside and seen.better < _MUCH:
        return False
    weighed: float = BASE + sum(WEIGHTS[name] * value for name, value in seen._asdict().items())
    return weighed >= 0


def evidence(text: str, places: Sequence[Place], meant: str) -> Evidence | None:
    """Return what speaks for the word; None: no character of another word stands for one of its own."""
    kinds = [_kind(text, place, character) for place, character in zip(places, meant, strict=True)]
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
    around = dictionary_words(before + text[start:end] + behind)
    as_written = around if stands == text[start:end] else dictionary_words(before + stands + behind)
    as_meant = dictionary_words(before + meant + behind)
    words = _places(around, start - len(before))
    lengths = [words[places[nth].first][1] - words[places[nth].first][0] for nth in changed]
    likes = [_rank(text[places[nth].first], meant[nth], kinds[nth]) for nth in changed]
    between = [text[left.last + 1 : right.first] for left, right in pairwise(places)]
    return Evidence(
        better=max(-15.0, min(25.0, _likelihood(as_meant) - _likelihood(as_written))),
        written=sum(place.itself for place in places),
        other=sum(kind == _SURE and not place.itself for kind, place in zip(kinds, places, strict=True)),
        heard=kinds.count(_HEARD),
        alike=kinds.count(_ALIKE),
        weak=kinds.count(_WEAK),
        less_alike=sum(kinds[nth] == _ALIKE and rank >= _LIKEST for nth, rank in zip(changed, likes, strict=True)),
        less_weak=sum(kinds[nth] == _WEAK and rank >= _LIKER for nth, rank in zip(changed, likes, strict=True)),
        across=(words[start][0] < start) + (words[end - 1][1] > end),
        inside=sum(length > 1 for length in lengths),
        clause=any(mark in _CLAUSE_MARKS for gap in between for mark in gap),
        gap=any(between),
        fewer=len(as_meant) - len(as_written),
        share=min(_HALF, len(changed) / len(meant)),
        short=len(meant) == _SHORT,
        rare=_by_itself(meant) / len(meant),
        fits=_by_itself(stands) / len(meant),
    )


def _other_kind(text: str, places: Sequence[Place], meant: str) -> bool:
    """Return whether two letters or more all stand as digits, or digits as letters: 99 is no QQ."""
    for run in _LATIN.finditer(meant):
        seen = "".join(text[place.first] for place in places[run.start() : run.end()])
        if (run[0].isalpha() and seen.isdigit()) or (run[0].isdigit() and seen.isalpha() and seen.isascii()):
            return True
    return False


def _likelihood(words: Sequence[str]) -> float:
    return sum(map(_log, words))


@lru_cache(maxsize=65_536)
def _by_itself(text: str) -> float:
    return _likelihood(dictionary_words(text))


@lru_cache(maxsize=65_536)
def _log(word: str) -> float:
    share = word_frequency(word)
    return math.log(share) if share else _UNKNOWN


def _rank(seen: str, meant: str, kind: int) -> int:
    """Return how far down the row of look-alikes of the character meant the one seen stands."""
    return (shapes() if kind == _ALIKE else resembling()).get(meant, "").find(seen)


def _kind(text: str, place: Place, meant: str) -> int:
    seen = text[place.first]
    if seen == meant or not "\u3400" <= seen <= "\u9fff" or text[place.first : place.last + 1].strip(seen):
        return _SURE  # itself, a sign, or put together from several
    known = sounds().readings
    if set(known.get(seen, ())) & set(known.get(meant, ())):
        return _HEARD
    if seen in shapes().get(meant, ""):
        return _ALIKE
    return _WEAK if seen in resembling().get(meant, "") else _SURE


def _places(words: Sequence[str], at: int) -> dict[int, tuple[int, int]]:
    """Return for each character from place `at` on the word it stands in, as [first, last)."""
    found: dict[int, tuple[int, int]] = {}
    for word in words:
        found.update(dict.fromkeys(range(at, at + len(word)), (at, at + len(word))))
        at += len(word)
    return found
