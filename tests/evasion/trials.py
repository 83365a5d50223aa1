"""Hides every phrase in every way and counts how often it is found, where it stands, and how often a twin is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from tests.evasion.disguises import Disguise, hide

from qunjian.text.folding import Folded
from qunjian.text.keys import Key
from qunjian.text.matching import Sighting, Word
from qunjian.text.scanning import Scanner

# Sentences a phrase stands in, written for this trial; the phrase touches ordinary characters on both sides.
_CARRIERS = ("大家看看{}谢谢", "{}", "【{}】", "老师说{}了吗", "请问{}这个事", "今天又有人发{}，真烦", "ok {}好的")
_BATCH = 4096


class Case(NamedTuple):
    """A phrase in disguise: its needle, the text, and the span where the disguise stands."""

    needle: int
    text: str
    start: int
    end: int


class Result(NamedTuple):
    """Of n hidden phrases: found, found with another span than the disguise's, those missed; of the found, doubtful."""

    n: int
    found: int
    elsewhere: int
    missed: tuple[str, ...]
    doubtful: int = 0


def scanner_of(phrases: Sequence[str], keys: tuple[Key, ...]) -> Scanner:
    """Return a scanner for the phrases."""
    return Scanner([Word(each, keys) for each in phrases])


def cases(phrases: Sequence[str], disguises: tuple[Disguise, ...], *, seed: int, twins: bool = False) -> list[Case]:
    """Return each phrase once in these disguises; `twins`: with its characters in another order first."""
    made = []
    for needle, phrase in enumerate(phrases):
        chance = random.Random(f"{seed} {phrase} {[each.name for each in disguises]}")
        meant = "".join(chance.sample(phrase, len(phrase))) if twins else phrase
        if twins and meant == phrase:
            continue
        # Half of the characters at most; of a single disguise of shapes fewer than half.
        alone = disguises[0].name in ("shape", "listed") if len(disguises) == 1 else False
        most = (len(phrase) - 1) // 2 if alone else len(phrase) // (2 * len(disguises))
        hidden = hide(meant, disguises, chance, max(1, most))
        if hidden is not None and hidden.text != phrase:
            before, _, after = chance.choice(_CARRIERS).partition("{}")
            start = len(before)
            made.append(Case(needle, before + hidden.text + after, start, start + len(hidden.text)))
    return made


def found(scanner: Scanner, tried: Sequence[Case]) -> Iterator[tuple[Case, Sighting | None]]:
    """Return for each case the sighting of its needle nearest to where the disguise stands, or None."""
    for first in range(0, len(tried), _BATCH):
        batch = tried[first : first + _BATCH]
        seen = scanner.scan(Folded([each.text for each in batch]))
        for row, case in enumerate(batch):
            own = [each for each in seen.get(row, []) if each.needle == case.needle]
            own.sort(key=lambda each, case=case: abs(each.start - case.start) + abs(each.end - case.end))  # type: ignore[misc]
            yield case, own[0] if own else None


def measure(scanner: Scanner, tried: Sequence[Case]) -> Result:
    """Return how many cases were found, and where."""
    hits, elsewhere, doubtful, missed = 0, 0, 0, list[str]()
    for case, sighting in found(scanner, tried):
        if sighting is None:
            missed.append(case.text)
            continue
        hits += 1
        doubtful += sighting.doubtful
        elsewhere += (sighting.start, sighting.end) != (case.start, case.end)
    return Result(len(tried), hits, elsewhere, tuple(missed), doubtful)


def pairs(disguises: Mapping[str, Disguise], without: Iterable[str] = ()) -> list[tuple[Disguise, Disguise]]:
    """Return every two disguises, to be mixed."""
    left_out = frozenset(without)
    return list(combinations([each for name, each in disguises.items() if name not in left_out], 2))
