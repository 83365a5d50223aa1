"""The keys by which a hidden word may be seen: how characters sound, what emoji are read as, what parts make up."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from qunjian.text.folding import BIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

Key = Literal["literal", "separated", "digit", "sound", "emoji", "pinyin", "initials", "split", "shape", "repeat"]
# The keys that may serve a word unless its rule says otherwise: initials are asked for by name, being letters only.
USUAL: tuple[Key, ...] = ("literal", "separated", "digit", "sound", "emoji", "pinyin", "split", "shape", "repeat")
# The transformation each key sees through, as findings name it.
SEEN_BY: dict[str, Key] = {
    "separator": "separated",
    "digit": "digit",
    "homophone": "sound",
    "emoji": "emoji",
    "pinyin": "pinyin",
    "initial": "initials",
    "split": "split",
    "shape": "shape",
    "repeat": "repeat",
}
# A syllable written in letters stands in a stream as one character beyond Unicode: this and the syllable's number.
SYLLABLE = 0x110000
_LAST = SYLLABLE + 1024
# The forms of a digit; the folded text keeps them apart, because 一 is a word and 1 is not.
_DIGITS = ("0零〇", "1一壹幺弌", "2二贰两弍", "3三叁弎", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖")


class Sounds(NamedTuple):
    """How characters are read. `usual`: for each code the number of its usual syllable, 0 for none (uint16)."""

    syllables: tuple[str, ...]
    usual: npt.NDArray[np.uint16]
    readings: dict[str, tuple[int, ...]]
    read_so: dict[int, tuple[str, ...]]


@cache
def sounds() -> Sounds:
    """Return the readings of characters from text/tables/sounds.tsv, all of them, the usual one first."""
    usual = np.zeros(_LAST, dtype=np.uint16)
    names, read_so = [""], dict[int, tuple[str, ...]]()
    readings: dict[str, tuple[int, ...]] = {}
    for syllable, characters in _rows("sounds.tsv"):
        number = len(names)
        names.append(syllable)
        often, _, seldom = characters.partition("|")
        read_so[number] = tuple(often + seldom)
        for character in often:
            usual[ord(character)] = number
            readings[character] = (number, *readings.get(character, ()))
        for character in seldom:
            readings[character] = (*readings.get(character, ()), number)
        usual[SYLLABLE + number] = number
    return Sounds(tuple(names), usual, readings, read_so)


@cache
def emoji() -> dict[str, str]:
    """Return for each emoji the characters it is read as."""
    return dict(_rows("emoji.tsv"))


@cache
def splits() -> dict[str, str]:
    """Return for two to four parts side by side, as `plain_parts` writes them, the characters they may stand for."""
    return dict(_rows("splits.tsv"))


@cache
def shapes() -> dict[str, str]:
    """Return for each character those sure to be taken for it, the likest first."""
    return {character: alike.partition("|")[0] for character, alike in _rows("shapes.tsv")}


@cache
def resembling() -> dict[str, str]:
    """Return for each character those that resemble it: weak evidence, good only where all else agrees."""
    return {character: alike.partition("|")[2] for character, alike in _rows("shapes.tsv")}


@cache
def plain_parts() -> npt.NDArray[np.uint32]:
    """Return for each code the character people write for it when it is a part of another (亻 → 人)."""
    table = np.arange(_LAST, dtype=np.uint32)
    for drawn, written in _rows("parts.tsv"):
        table[ord(drawn)] = ord(written)
    return table


@cache
def digits() -> dict[str, str]:
    """Return for each form of a digit all of its forms."""
    return {form: forms for forms in _DIGITS for form in forms}


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (files("qunjian.text") / "tables" / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right


# The transformations in the order findings name them; the first are steps of folding.
TRANSFORMATIONS = (*BIT, *(name for name in SEEN_BY if name != "separator"))
"""Every transformation a hit can name."""
FLAG = {name: 1 << place for place, name in enumerate(TRANSFORMATIONS)}
