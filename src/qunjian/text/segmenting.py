"""Cuts text into words and counts the ones that carry a topic."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from qunjian.text.folding import Folded, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHUNK = 4096
_NEW = 3e-5  # the share of a word of today: that of a usual one
_COUNTED = 60_000_000  # words in the texts the dictionary's frequencies were counted in, about


class TopWord(NamedTuple):
    """A word, in how many messages it stands, and how often in all."""

    word: str
    messages: int
    times: int


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing about a topic."""
    return _listed("stop_words.txt")


@cache
def _new_words() -> frozenset[str]:
    return _listed("new_words.txt")


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(word[0] for word in _new_words())


def _listed(name: str) -> frozenset[str]:
    lines = (files("qunjian.text") / "tables" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _cutter() -> Any:
    """Return the module itself: importing it makes a dictionary of 30 MB, and an object of its class another one."""
    import rjieba

    return rjieba


def dictionary_words(text: str) -> list[str]:
    """Return a text cut into words of the dictionary and single characters, nothing left out and nothing guessed.

    Words of today that the dictionary cuts are put together again (微|信).
    """
    pieces: list[str] = _cutter().cut(text, False)
    begins = _beginnings()
    if begins.isdisjoint(text):
        return pieces
    new, found, at = _new_words(), list[str](), 0
    while at < len(pieces):
        word, after = pieces[at], at + 1
        if word[0] in begins:
            for end in (at + 3, at + 2):
                whole = "".join(pieces[at:end])
                if whole in new:
                    word, after = whole, end
                    break
        found.append(word)
        at = after
    return found


def word_frequency(word: str) -> float:
    """Return the share of a word of the dictionary (or a character) among the words of written Chinese; 0: unknown."""
    if word in _new_words():
        return _NEW
    if len(word) > 1 and not _cutter().has_word(word):
        return 0.0
    # Of what cannot be cut, the frequency that would keep it whole is its own and one.
    return float(max(1, _cutter().suggest_freq(word) - 1)) / _COUNTED


def words(text: str) -> list[str]:
    """Return the topic words of a text in order: folded, two characters or more, no stop word, number or mark."""
    return [word for word in _cutter().cut(fold(text), True) if _topical(word)]


def top_words(texts: Iterable[str | None], most: int = 50, *, also_stop: frozenset[str] = frozenset()) -> list[TopWord]:
    """Return the words that stand in most messages; ties go to the word used more often, then by the word."""
    messages: Counter[str] = Counter()
    times: Counter[str] = Counter()
    some = iter(texts)
    while chunk := list(islice(some, _CHUNK)):
        folded = Folded([text or "" for text in chunk])
        for row in range(folded.rows):
            found = [word for word in _cutter().cut(folded.row(row), True) if _topical(word)]
            times.update(found)
            messages.update(set(found))
    ranked = sorted(messages, key=lambda word: (-messages[word], -times[word], word))
    return [TopWord(word, messages[word], times[word]) for word in ranked if word not in also_stop][:most]


def _topical(word: str) -> bool:
    return len(word) >= 2 and word not in stop_words() and word.isalnum() and not word.isdecimal()
