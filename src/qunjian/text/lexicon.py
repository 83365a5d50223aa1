"""A set of words compiled for looking up by their keys: pairs of neighbours first, then all of a word.

Each word has an anchor: the pair of neighbours that the fewest other words share, or several. Which characters of a
text may stand for which of the words', and how surely, stands in one table (`standings`), so that a whole batch is
asked at once and few places remain.
All of it is arrays: made without a loop over words, kept in the cache as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.alternates import Alternates, readings_of
from qunjian.text.keys import FLAG
from qunjian.text.ragged import owned
from qunjian.text.standings import Standings

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
    """The anchors of all words, by the pair of kinds there: pair g is that of `anchors starts[g]` to `starts[g + 1]`.

    Pairs are in the order of their left kinds; those of kind k begin at `lefts[k]`; `rights`: the other kind of each.
    For each anchor its word, its place in it, and the place of the character outside the pair that tells most.
    """

    lefts: npt.NDArray[np.int64]
    rights: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    deciders: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        anchors: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
        starts: npt.NDArray[np.int64],
        kinds: npt.NDArray[np.int64],
        standings: Standings,
    ) -> Pairs:
        """Gather the anchors (word, place) of words that start at `starts` among characters of these kinds."""
        words, places = anchors
        at = starts[words] + places
        pairs = kinds[at] << 32 | kinds[at + 1]
        order = np.argsort(pairs, kind="stable")
        words, places, pairs = words[order], places[order], pairs[order]
        distinct, begins = np.unique(pairs, return_index=True)
        lefts = np.searchsorted(distinct >> 32, np.arange(len(standings.levels) + 1))
        deciders = _deciders(words, places, starts, standings.breadth()[kinds]) if len(words) else words
        return cls(lefts, distinct & 0xFFFFFFFF, np.append(begins, len(pairs)), words, places, deciders)


class Lexicon(NamedTuple):
    """Words and their keys, compiled; `characters` and `runs` are the words' characters with doubles told as a run.

    kinds: of each character its number in `standings`. pairs: those at the words' anchors.
    """

    numbers: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    characters: npt.NDArray[np.uint32]
    runs: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]
    readings: npt.NDArray[np.uint16]
    alternate_keys: npt.NDArray[np.uint64]
    alternate_flags: npt.NDArray[np.uint32]
    standings: Standings
    pairs: Pairs

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Lexicon:
        """Compile words of two characters or more, doubles told as one."""
        characters, runs, starts = _spelled([entry.folded for entry in entries])
        lengths = np.diff(starts)
        allowed = np.array([_allowed(entry.keys) for entry in entries], dtype=np.uint32)
        own = np.repeat(allowed, lengths)
        alternates = Alternates(characters[own > 0])
        keys, flags = alternates.table()
        sounded = bool(np.any(allowed & np.uint32(_HEARD)))
        readings = readings_of(characters if sounded else characters[:0])
        distinct, kinds = np.unique(own.astype(np.uint64) << np.uint64(32) | characters, return_inverse=True)
        standings = Standings.of(distinct, alternates)
        pairs = Pairs.of(_anchored(entries, characters, starts), starts, kinds, standings)
        numbers = np.array([entry.number for entry in entries], dtype=np.int64)
        return cls(numbers, allowed, lengths, starts, characters, runs, kinds, readings, keys, flags, standings, pairs)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return everything as named arrays, to be kept."""
        found: dict[str, npt.NDArray[np.generic]] = {}
        for name, value in self._asdict().items():
            if name in _PARTS:
                found |= {f"{name}.{field}": each for field, each in value._asdict().items()}
            else:
                found[name] = value
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Lexicon:
        """Return what `arrays` gave; raises KeyError where one is missing."""
        made = {
            name: part(*(arrays[f"{name}.{field}"] for field in part._fields))  # type: ignore[arg-type]
            for name, part in _PARTS.items()
        }
        return cls(*(made[name] if name in made else arrays[name] for name in cls._fields))  # type: ignore[arg-type]

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


_PARTS: dict[str, type[Standings | Pairs]] = {"standings": Standings, "pairs": Pairs}


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


def _rarest(characters: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
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


def _anchored(
    entries: Sequence[Entry], characters: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return every anchor: its word and its place in it.

    A character that only resembles the word's is in no pair. A word that may hold such characters therefore has all
    its pairs side by side for anchors, the last one too where a character is left over: with fewer of them than
    pairs, one pair stands intact.
    """
    lengths, rarest = np.diff(starts).tolist(), _rarest(characters, starts).tolist()
    words, places = list[int](), list[int]()
    for word, entry in enumerate(entries):
        own = [rarest[word]]
        if "shape" in entry.keys:
            own = sorted({*range(0, lengths[word] - 1, 2), lengths[word] - 2})
        words += [word] * len(own)
        places += own
    return np.array(words, dtype=np.int64), np.array(places, dtype=np.int64)


def _deciders(
    words: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    breadth: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return for each anchor the place in its word, outside the pair, of the character the fewest others stand for."""
    lengths = starts[words + 1] - starts[words]
    anchor, at = owned(starts[words], lengths)
    within = at - starts[words][anchor]
    beside = within - places[anchor]
    cost = np.where((beside == 0) | (beside == 1), _NEVER, breadth[at])
    least = np.flatnonzero(cost == np.minimum.reduceat(cost, np.cumsum(lengths) - lengths)[anchor])
    first = np.concatenate([[True], anchor[least][1:] != anchor[least][:-1]])
    return np.asarray(within[least[first]], dtype=np.int64)


def _allowed(keys: Iterable[Key]) -> int:
    return sum({_ALLOWED[key] for key in keys if key in _ALLOWED})
