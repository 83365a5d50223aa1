"""A set of words compiled for looking up by their keys: every pair of characters a hidden word may begin with.

Each word has an anchor: the pair of neighbours that the fewest other words share. A pair may stand in a text as
written, by sound, or by an alternate (another form of a digit, a look-alike, an emoji, an initial); all the ways a
pair can stand are numbers in one sorted table, so that a whole batch is asked at once and few places remain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import FLAG, SYLLABLE, digits, emoji, shapes, sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from qunjian.text.keys import Key

# How a character of a pair stands: as itself or an alternate (a code), or as a syllable (its number).
SOUND = 1 << 21
_READINGS = 6  # of a character; those of very many readings keep the first
_FIRST_ALIKE = 12  # alternates that may stand at both places of a pair; of the others one may
_ALLOWED: dict[Key, int] = {
    "digit": FLAG["digit"],
    "sound": FLAG["homophone"],
    "emoji": FLAG["emoji"],
    "pinyin": FLAG["pinyin"],
    "initials": FLAG["initial"],
    "shape": FLAG["shape"],
    "split": FLAG["split"],
    "repeat": FLAG["repeat"],
}


class Entry(NamedTuple):
    """A word as the lexicon takes it: its number, its folded characters, the keys that may serve it."""

    number: int
    folded: str
    keys: tuple[Key, ...]


class Pairs(NamedTuple):
    """Pairs as sorted numbers, with a bitmap by hash asked first; `words[starts[i]:starts[i+1]]` begin with pair i."""

    numbers: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    bitmap: npt.NDArray[np.bool_]
    shift: int


class Lexicon:
    """Words and their keys, compiled. `characters`, `runs` are the words' characters with doubles told as a run."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        spelled = [collapsed(entry.folded) for entry in entries]
        self.lengths = np.array([len(each) for each, _ in spelled], dtype=np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)
        self.characters = np.array([ord(c) for each, _ in spelled for c in each], dtype=np.uint32)
        self.runs = np.array([run for _, runs in spelled for run in runs], dtype=np.int64)
        self.numbers = np.array([entry.number for entry in entries], dtype=np.int64)
        self.allowed = np.array([_allowed(entry.keys) for entry in entries], dtype=np.uint32)
        self.readings = _readings_of(self.characters)
        ways = _Ways({chr(code) for code in self.characters.tolist()})
        self.alternate_keys, self.alternate_flags = ways.table()
        words = [word for word, _ in spelled]
        self.anchors = _anchors(words)
        self.first = _pairs(words, self.anchors, self.allowed, ways)
        self.second = _pairs(words, self.anchors + (self.lengths > self.anchors + 2), self.allowed, ways)

    @property
    def joins(self) -> frozenset[str]:
        """Return the characters of words that may be seen through split characters."""
        return frozenset(
            character
            for entry, allowed in zip(self.entries, self.allowed.tolist(), strict=True)
            if allowed & FLAG["split"]
            for character in entry.folded
        )


def collapsed(folded: str) -> tuple[str, list[int]]:
    """Return a word with neighbouring doubles of an ideograph as one, and how often each stood."""
    characters, runs = list[str](), list[int]()
    for character in folded:
        if characters and character == characters[-1] and collapses(ord(character)):
            runs[-1] += 1
        else:
            characters.append(character)
            runs.append(1)
    return "".join(characters), runs


def collapses(code: int) -> bool:
    """Return whether repeats of a character say no more than one: ideographs and pictures, not letters or digits."""
    return code >= 0x2E80 or 0x2190 <= code < 0x2C00


class _Ways:
    """All the codes that may stand for each character of the words, with the transformation each takes."""

    def __init__(self, alphabet: Iterable[str]) -> None:
        self.of: dict[str, dict[int, int]] = {}
        pictures: dict[int, list[int]] = defaultdict(list)
        known = sounds()
        for sign, read in emoji().items():
            for number in dict.fromkeys(number for each in read for number in known.readings.get(each, ())):
                pictures[number].append(ord(sign))
        for character in sorted(alphabet):
            self.of[character] = _alternates(character, pictures)

    def table(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
        """Return (character, code) as sorted numbers, and the flag of each."""
        rows = sorted((ord(c) << 32 | code, flag) for c, found in self.of.items() for code, flag in found.items())
        return np.array([key for key, _ in rows], dtype=np.uint64), np.array(
            [flag for _, flag in rows], dtype=np.uint32
        )

    def standing(self, character: str, allowed: int) -> tuple[list[int], list[int]]:
        """Return the numbers under which the character may stand: the surest few, and the rest."""
        ways = [ord(character)]
        if allowed & (FLAG["homophone"] | FLAG["pinyin"]):
            ways += [SOUND | number for number in sounds().readings.get(character, ())[:_READINGS]]
        others = [code for code, flag in self.of[character].items() if flag & allowed]
        return ways + others[:_FIRST_ALIKE], others[_FIRST_ALIKE:]


def _alternates(character: str, pictures: Mapping[int, list[int]]) -> dict[int, int]:
    """Return the codes that may stand for a character otherwise than by their usual sound, the surest first."""
    known = sounds()
    found: dict[int, int] = {}
    for form in digits().get(character, ""):
        found.setdefault(ord(form), FLAG["digit"])
    mine = known.readings.get(character, ())[:_READINGS]
    for letter in dict.fromkeys(known.syllables[number][0] for number in mine):
        found.setdefault(ord(letter), FLAG["initial"])
    for number in mine:
        for code in pictures.get(number, ()):
            found.setdefault(code, FLAG["emoji"])
    for like in shapes().get(character, ""):
        found.setdefault(ord(like), FLAG["shape"])
    for number in mine:  # characters whose usual reading is another one
        for other in known.read_so[number]:
            if int(known.usual[ord(other)]) not in mine:
                found.setdefault(ord(other), FLAG["homophone"])
    found.pop(ord(character), None)
    return found


def _anchors(words: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return for each word the place of its rarest pair, such that another pair follows where there is one."""
    common = Counter(pair for word in words for pair in pairwise(word))
    return np.array(
        [
            min(range(max(1, len(word) - 2)), key=lambda place, word=word: common[word[place], word[place + 1]])  # type: ignore[misc]
            for word in words
        ],
        dtype=np.int64,
    )


def _pairs(words: Sequence[str], places: npt.NDArray[np.int64], allowed: npt.NDArray[np.uint32], ways: _Ways) -> Pairs:
    """Return every way the pair at its place can stand, and the words it may belong to."""
    asked: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for word, (text, place, may) in enumerate(zip(words, places.tolist(), allowed.tolist(), strict=True)):
        asked[text[place], text[place + 1], may].append(word)
    numbers: list[npt.NDArray[np.uint64]] = []
    groups: list[npt.NDArray[np.int64]] = []
    members = list(asked.values())
    for group, (left, right, may) in enumerate(asked):
        sure_left, other_left = ways.standing(left, may)
        sure_right, other_right = ways.standing(right, may)
        both = [*product(sure_left, sure_right), *product(other_left, sure_right), *product(sure_left, other_right)]
        made = np.array(both, dtype=np.uint64)
        numbers.append(made[:, 0] << np.uint64(22) | made[:, 1])
        groups.append(np.full(len(made), group, dtype=np.int64))
    nothing = np.zeros(0, dtype=np.int64)
    return _sorted(np.concatenate([nothing.astype(np.uint64), *numbers]), np.concatenate([nothing, *groups]), members)


def _sorted(numbers: npt.NDArray[np.uint64], groups: npt.NDArray[np.int64], members: list[list[int]]) -> Pairs:
    order = np.argsort(numbers, kind="stable")
    numbers, groups = numbers[order], groups[order]
    sizes = np.array([len(each) for each in members], dtype=np.int64)
    flat = np.array([word for each in members for word in each], dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    count = sizes[groups]
    ends = np.cumsum(count)
    within = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64) - np.repeat(ends - count, count)
    words = flat[np.repeat(begins[groups], count) + within]
    distinct, first = np.unique(numbers, return_index=True)
    starts = np.concatenate([(ends - count)[first], [len(words)]]).astype(np.int64)
    size = max(16, int(np.ceil(np.log2(max(1, len(distinct)) * 16))))
    shift = 64 - min(size, 27)
    bitmap = np.zeros(1 << (64 - shift), dtype=bool)
    bitmap[place_of(distinct, shift)] = True
    return Pairs(distinct, starts, words, bitmap, shift)


def place_of(numbers: npt.NDArray[np.uint64], shift: int) -> npt.NDArray[np.intp]:
    """Return the place of pair numbers in a bitmap (Fibonacci hashing)."""
    return ((numbers * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift)).astype(np.intp)


def _allowed(keys: Iterable[Key]) -> int:
    return sum({_ALLOWED[key] for key in keys if key in _ALLOWED})


def _readings_of(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    """Return for each character of the words its readings, in `_READINGS` columns; 0xFFFF where there is none."""
    known = sounds().readings
    table = np.full((len(characters), _READINGS), 0xFFFF, dtype=np.uint16)
    for row, code in enumerate(characters.tolist()):
        numbers = known.get(chr(code), ())[:_READINGS]
        table[row, : len(numbers)] = numbers
    return table


assert SYLLABLE < SOUND  # noqa: S101 (a syllable's code and a sound's number are told apart)
