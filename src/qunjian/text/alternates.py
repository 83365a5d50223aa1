"""All the ways a character of a word may stand in a text, as numbers: itself, a sound, another form of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qunjian.text.keys import EITHER, FLAG, SYLLABLE, digits, emoji, letters, resembling, shapes, sounds, splits

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

# How a character of a pair stands: as itself or an alternate (a code), or as a syllable (its number).
SOUND = 1 << 21
READINGS = 6  # of a character; those of very many readings keep the first
_FIRST_ALIKE = 12  # alternates that may stand at both places of a pair; of the others one may
_HEARD = FLAG["homophone"] | FLAG["pinyin"]
assert SYLLABLE < SOUND  # noqa: S101 (a syllable's code and a sound's number are told apart)


class Standing(NamedTuple):
    """For each kind of character asked about its ways: `flat[begins[i]:begins[i] + counts[i]]` are those of kind i."""

    flat: npt.NDArray[np.uint32]
    begins: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


class Alternates:
    """The alternates of every character that a word with keys beside the literal one has."""

    def __init__(self, characters: npt.NDArray[np.uint32]) -> None:
        self._of: dict[int, dict[int, int]] = {}
        if len(characters):
            pictures, either = _pictures(), _either(frozenset(map(chr, np.unique(characters).tolist())))
            for code in np.unique(characters).tolist():
                self._of[code] = _alternates(chr(code), pictures, either)

    def table(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
        """Return (character, code) as sorted numbers, and the flag of each."""
        rows = sorted(
            (code << 32 | other, flag)
            for code, found in self._of.items()
            for other, flag in (_resembling(code) | found).items()
        )
        return np.array([key for key, _ in rows], dtype=np.uint64), np.array([f for _, f in rows], dtype=np.uint32)

    def standing(self, kinds: npt.NDArray[np.uint64]) -> tuple[Standing, Standing]:
        """Return the ways of each kind (allowed flags << 32 | code): the surest few, and the rest."""
        sure, others = [list[int]() for _ in kinds], [list[int]() for _ in kinds]
        readings = sounds().readings if len(self._of) else {}
        for nth, kind in enumerate(kinds.tolist()):
            code, allowed = kind & 0xFFFFFFFF, kind >> 32
            sure[nth] = [code]
            if not allowed:
                continue
            if allowed & _HEARD:
                sure[nth] += [SOUND | number for number in readings.get(chr(code), ())[:READINGS]]
            alike = [other for other, flag in self._of[code].items() if flag & allowed]
            sure[nth] += alike[:_FIRST_ALIKE]
            others[nth] = alike[_FIRST_ALIKE:]
        return _standing(sure), _standing(others)


def _standing(ways: list[list[int]]) -> Standing:
    counts = np.array([len(each) for each in ways], dtype=np.int64)
    flat = np.array([way for each in ways for way in each], dtype=np.uint32)
    return Standing(flat, np.cumsum(counts) - counts, counts)


def readings_of(characters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    """Return for each character its readings, in `READINGS` columns; 0xFFFF where there is none."""
    distinct, place = np.unique(characters, return_inverse=True)
    known = sounds().readings if len(distinct) else {}
    table = np.full((len(distinct), READINGS), 0xFFFF, dtype=np.uint16)
    for row, code in enumerate(distinct.tolist()):
        numbers = known.get(chr(code), ())[:READINGS]
        table[row, : len(numbers)] = numbers
    return table[place]


def _resembling(code: int) -> dict[int, int]:
    """Return the codes that only resemble a character: never in a pair, where too much would begin a word."""
    return {ord(other): FLAG["shape"] for other in resembling().get(chr(code), "")}


def _pictures() -> dict[int, list[int]]:
    """Return for each syllable the emoji that are read so."""
    known = sounds()
    pictures: dict[int, list[int]] = defaultdict(list)
    for sign, read in emoji().items():
        for number in dict.fromkeys(number for each in read for number in known.readings.get(each, ())):
            pictures[number].append(ord(sign))
    return pictures


def _either(characters: frozenset[str]) -> dict[str, list[int]]:
    """Return for each of these characters the codes of parts that may make it or another of them."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, join in enumerate(splits().values()):
        made = [each for each in join.made if each in characters]
        for each in made if len(made) > 1 else ():
            found[each].append(EITHER + row)
    return found


def _alternates(character: str, pictures: Mapping[int, list[int]], either: Mapping[str, list[int]]) -> dict[int, int]:
    """Return the codes that may stand for a character otherwise than by their usual sound, the surest first."""
    known = sounds()
    found: dict[int, int] = {}
    for form in digits().get(character, ""):
        found.setdefault(ord(form), FLAG["digit"])
    for like in letters().get(character, ""):
        found.setdefault(ord(like), FLAG["letter"])
    for code in either.get(character, ()):
        found.setdefault(code, FLAG["split"])
    mine = known.readings.get(character, ())[:READINGS]
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
