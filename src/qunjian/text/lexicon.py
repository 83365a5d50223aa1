"""A set of words compiled for looking up by their keys: every pair of characters a hidden word may begin with.

Each word has an anchor: the pair of neighbours that the fewest other words share. A pair may stand in a text as
written, by sound, or by an alternate (another form of a digit, a look-alike, an emoji, an initial); all the ways a
pair can stand are numbers in one sorted table, so that a whole batch is asked at once and few places remain.
All of it is arrays: made without a loop over words, kept in the cache as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.alternates import Alternates, Standing, readings_of
from qunjian.text.keys import FLAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from qunjian.text.keys import Key

_ALLOWED: dict[Key, int] = {
    "digit": FLAG["digit"],
    "letter": FLAG["letter"],
    "sound": FLAG["homophone"],
    "emoji": FLAG["emoji"],
    "pinyin": FLAG["pinyin"],
    "initials": FLAG["initial"],
    "shape": FLAG["shape"],
    "split": FLAG["split"],
    "repeat": FLAG["repeat"],
}
_HEARD = FLAG["homophone"] | FLAG["pinyin"]
_NEVER = 1 << 62


class Entry(NamedTuple):
    """A word as the lexicon takes it: its number, its folded characters, the keys that may serve it."""

    number: int
    folded: str
    keys: tuple[Key, ...]


class Pairs(NamedTuple):
    """The ways the words' anchors can stand, as sorted numbers: left way × len(ways) + right way, by place in `ways`.

    Number i is a way of pair `groups[i]`; the words anchored at pair g are `words[starts[g]:starts[g + 1]]`.
    """

    ways: npt.NDArray[np.uint32]
    numbers: npt.NDArray[np.uint64] | npt.NDArray[np.uint32]
    groups: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int32]
    words: npt.NDArray[np.int32]


class Lexicon(NamedTuple):
    """Words and their keys, compiled; `characters` and `runs` are the words' characters with doubles told as a run.

    pairs: those at the words' anchors.
    """

    numbers: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    characters: npt.NDArray[np.uint32]
    runs: npt.NDArray[np.int64]
    readings: npt.NDArray[np.uint16]
    alternate_keys: npt.NDArray[np.uint64]
    alternate_flags: npt.NDArray[np.uint32]
    anchors: npt.NDArray[np.int64]
    pairs: Pairs

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Lexicon:
        """Compile words of two characters or more, doubles told as one."""
        entries, anchors = _entered(entries)
        characters, runs, starts = _spelled([entry.folded for entry in entries])
        lengths = np.diff(starts)
        anchors = np.where(anchors >= 0, anchors, _anchors(characters, starts))
        allowed = np.array([_allowed(entry.keys) for entry in entries], dtype=np.uint32)
        own = np.repeat(allowed, lengths)
        alternates = Alternates(characters[own > 0])
        keys, flags = alternates.table()
        sounded = bool(np.any(allowed & np.uint32(_HEARD)))
        readings = readings_of(characters if sounded else characters[:0])
        kinds = own.astype(np.uint64) << np.uint64(32) | characters
        pairs = _pairs(kinds, starts[:-1] + anchors, alternates)
        numbers = np.array([entry.number for entry in entries], dtype=np.int64)
        return cls(numbers, allowed, lengths, starts, characters, runs, readings, keys, flags, anchors, pairs)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return everything as named arrays, to be kept."""
        found: dict[str, npt.NDArray[np.generic]] = {}
        for name, value in self._asdict().items():
            if isinstance(value, Pairs):
                found |= {f"{name}.{field}": each for field, each in value._asdict().items()}
            else:
                found[name] = value
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Lexicon:
        """Return what `arrays` gave; raises KeyError where one is missing."""
        pairs = Pairs(*(arrays[f"pairs.{field}"] for field in Pairs._fields))  # type: ignore[arg-type]
        return cls(*(arrays[name] for name in cls._fields[:-1]), pairs)  # type: ignore[arg-type,call-arg]

    @property
    def sounded(self) -> bool:
        """Return whether any word may be found by sound."""
        return bool(np.any(self.allowed & np.uint32(_HEARD)))

    def ends(self, word: int) -> tuple[int, int]:
        """Return how often a word's first and last character stand there in a row."""
        return int(self.runs[self.starts[word]]), int(self.runs[self.starts[word + 1] - 1])

    def joins(self) -> frozenset[str]:
        """Return the characters of words that may be seen through split characters."""
        may = np.repeat((self.allowed & np.uint32(FLAG["split"])) > 0, self.lengths)
        return frozenset(map(chr, np.unique(self.characters[may]).tolist()))

    def pieces(self) -> frozenset[str]:
        """Return the Latin pieces of words that have other characters too (vpn in 代理vpn)."""
        latin = (self.characters >= ord("a")) & (self.characters <= ord("z"))
        some = np.unique(np.repeat(np.arange(len(self.lengths)), self.lengths)[latin])
        words = (self.characters[self.starts[word] : self.starts[word + 1]] for word in some.tolist())
        return frozenset(piece for word in words for piece in _letters_of(word))


def _letters_of(codes: npt.NDArray[np.uint32]) -> Iterable[str]:
    return re.findall("[a-z]+", "".join(map(chr, codes.tolist())))


def collapsed(folded: str) -> tuple[str, list[int]]:
    """Return a word with neighbouring doubles of an ideograph as one, and how often each stood."""
    characters, runs = list[str](), list[int]()
    for character in folded:
        if characters and character == characters[-1] and _collapses(ord(character)):
            runs[-1] += 1
        else:
            characters.append(character)
            runs.append(1)
    return "".join(characters), runs


def _collapses(code: int) -> bool:
    """Return whether repeats of a character say no more than one: ideographs and pictures, not letters or digits."""
    return code >= 0x2E80 or 0x2190 <= code < 0x2C00


def doubles(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Return for a buffer what `_collapses` says of each character."""
    return (codes >= 0x2E80) | ((codes >= 0x2190) & (codes < 0x2C00))


def _spelled(words: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the words' characters with doubles told as one, how often each stood, and where each word starts."""
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    heads = np.ones(len(codes), dtype=bool)
    heads[1:] = (codes[1:] != codes[:-1]) | ~doubles(codes[1:])
    heads[ends[:-1][ends[:-1] < len(codes)]] = True
    kept = np.flatnonzero(heads)
    runs = np.diff(np.append(kept, len(codes)))
    starts = np.searchsorted(kept, np.concatenate([[0], ends]))
    return codes[kept], runs.astype(np.int64), starts.astype(np.int64)


def _anchors(characters: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each word the place of its rarest pair, such that another pair follows where there is one."""
    words, lengths = len(starts) - 1, np.diff(starts)
    if not words:
        return np.zeros(0, dtype=np.int64)
    word_of = np.repeat(np.arange(words), lengths)
    within = np.arange(len(characters)) - starts[word_of]
    pairs = characters.astype(np.uint64) << np.uint64(32)
    pairs[:-1] |= characters[1:]
    inside = within < lengths[word_of] - 1  # a character with a neighbour
    _, place, count = np.unique(pairs[inside], return_inverse=True, return_counts=True)
    cost = np.full(len(characters), _NEVER, dtype=np.int64)
    cost[inside] = count[place]
    cost[within >= np.maximum(1, lengths - 2)[word_of]] = _NEVER
    rarest = np.flatnonzero(cost == np.minimum.reduceat(cost, starts[:-1])[word_of])
    first = np.concatenate([[True], word_of[rarest][1:] != word_of[rarest][:-1]])
    return np.asarray(within[rarest[first]], dtype=np.int64)


def _entered(entries: Sequence[Entry]) -> tuple[list[Entry], npt.NDArray[np.int64]]:
    """Return the words, and for each the place of its anchor, -1 where any will do.

    A character that only resembles the word's is in no pair. A word that may hold such characters is therefore entered
    once for each of its pairs side by side: with fewer of them than pairs, one pair stands intact.
    """
    found, anchors = list[Entry](), list[int]()
    for entry in entries:
        length = len(collapsed(entry.folded)[0])
        places = [-1]
        if "shape" in entry.keys:
            places = [0, 1] if length == 3 else list(range(0, length - 1, 2))
        found += [entry] * len(places)
        anchors += places
    return found, np.array(anchors, dtype=np.int64)


def _pairs(kinds: npt.NDArray[np.uint64], places: npt.NDArray[np.int64], alternates: Alternates) -> Pairs:
    """Return every way the pair at each word's place can stand, and the words it may belong to."""
    asked, sides = np.unique(np.stack([kinds[places], kinds[places + 1]]), return_inverse=True)
    sides = sides.reshape(2, -1)
    groups, group_of = np.unique(sides[0] << 32 | sides[1], return_inverse=True)
    left, right = groups >> 32, groups & 0xFFFFFFFF
    sure, others = alternates.standing(asked)
    ways = np.unique(np.concatenate([sure.flat, others.flat]))
    sure, others = (each._replace(flat=np.searchsorted(ways, each.flat).astype(np.uint32)) for each in (sure, others))
    both = [(sure, sure), (others, sure), (sure, others)]
    made = [_product(one, left, other, right, len(ways)) for one, other in both]
    numbers = np.concatenate([each for each, _ in made])
    owners = np.concatenate([each for _, each in made]).astype(np.uint32)
    order = np.argsort(numbers, kind="stable")
    sizes = np.bincount(group_of, minlength=len(groups))
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    words = np.argsort(group_of, kind="stable").astype(np.int32)
    return Pairs(ways, numbers[order], owners[order], begins, words)


def _product(
    first: Standing, left: npt.NDArray[np.int64], second: Standing, right: npt.NDArray[np.int64], ways: int
) -> tuple[npt.NDArray[np.uint64] | npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the numbers of all ways each group's pair can stand, and the group of each."""
    across = second.counts[right]
    counts = first.counts[left] * across
    group = np.repeat(np.arange(len(left)), counts)
    within = spread(np.zeros(len(left), dtype=np.int64), counts)
    ahead, behind = np.divmod(within, np.maximum(across, 1)[group])
    ahead, behind = first.begins[left][group] + ahead, second.begins[right][group] + behind
    if ways < 1 << 16:  # half the memory
        return first.flat[ahead] * np.uint32(ways) + second.flat[behind], group
    return first.flat[ahead].astype(np.uint64) * np.uint64(ways) + second.flat[behind], group


def spread(begins: npt.NDArray[np.integer], counts: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return begins[0], begins[0] + 1 … (counts[0] of them), then those of the next."""
    before = np.cumsum(counts) - counts
    found: npt.NDArray[np.int64] = np.arange(int(counts.sum()), dtype=np.int64) + np.repeat(begins - before, counts)
    return found


def _allowed(keys: Iterable[Key]) -> int:
    return sum({_ALLOWED[key] for key in keys if key in _ALLOWED})
