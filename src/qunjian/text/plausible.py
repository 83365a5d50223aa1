"""Whether what sounds or looks like a word is that word in disguise, or just makes sense where it stands.

A disguise leaves a hole in the sentence: its characters belong to no word of the dictionary there. Characters that
only resemble the word's are weak evidence: fewer than half of a word may, and most of it must stand as written.
"""

from __future__ import annotations

from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from qunjian.text.keys import resembling, shapes, sounds
from qunjian.text.segmenting import dictionary_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.matching import Place

# So many characters on either side are cut into words with the find.
_AROUND = 6
_CLAUSE_MARKS = frozenset("，。！？；、,!?;\n")
_SHORT = 3
# The table of look-alikes is in the order of frequency.
_FREQUENT, _COMMON = 100, 400
# What one character of a find is to the character meant.
_SURE, _HEARD, _ALIKE, _WEAK = range(4)


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
    kinds = [_kind(text, place, character) for place, character in zip(places, meant, strict=True)]
    changed = [nth for nth, kind in enumerate(kinds) if kind != _SURE]
    if not changed:
        return not _repeated_across_clauses(text, places)
    weak = kinds.count(_WEAK)
    if weak and (2 * weak >= len(meant) or 2 * len(changed) > len(meant)):
        return False
    if any(text[at] in _CLAUSE_MARKS for left, right in pairwise(places) for at in range(left.last + 1, right.first)):
        return False
    if _repeated_across_clauses(text, places):
        return False
    start, end = places[0].first, places[-1].last + 1
    words = _words_of(text, start, end)
    across = (words[start][0] < start) + (words[end - 1][1] > end)
    if across == 2 or (across and 2 * len(changed) > len(meant)):
        return False
    if len(meant) == _SHORT and len(changed) == 1:
        # The rest is a word of its own (扒手机: 把|手机): only what stands there for no other reason is a disguise.
        alone = words[places[changed[0]].first]
        beside = [words[place.first] for nth, place in enumerate(places) if nth != changed[0]]
        led = changed[0] == 0 and text[alone[0]] in _most_frequent(_COMMON)
        free = kinds[changed[0]] != _WEAK and not led
        if beside[0] == beside[1] and not free:
            return False
    altered = {places[nth].first for nth in changed}
    whole = len(changed) == len(meant)
    for nth in changed:
        first, last = words[places[nth].first]
        if last - first == 1:
            if kinds[nth] == _WEAK and text[first] in _most_frequent(_FREQUENT):
                return False
            continue
        half_literal = last - first > 2 and not altered.issuperset(range(first, last))
        if first < start or last > end or whole or kinds[nth] == _WEAK or half_literal:
            return False
    return True


@cache
def _most_frequent(many: int) -> frozenset[str]:
    """Return characters so frequent that one by itself says nothing of another it resembles."""
    return frozenset(islice(resembling(), many))


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


def _repeated_across_clauses(text: str, places: Sequence[Place]) -> bool:
    return any(text[at] in _CLAUSE_MARKS for place in places for at in range(place.first, place.last))


def _words_of(text: str, start: int, end: int) -> dict[int, tuple[int, int]]:
    """Return for each character in and around a find the dictionary word it stands in, as [first, last)."""
    at = max(0, start - _AROUND)
    found: dict[int, tuple[int, int]] = {}
    for word in dictionary_words(text[at : end + _AROUND]):
        found.update(dict.fromkeys(range(at, at + len(word)), (at, at + len(word))))
        at += len(word)
    return found
