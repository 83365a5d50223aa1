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

Key = Literal[
    "literal",
    "separated",
    "digit",
    "letter",
    "sound",
    "emoji",
    "pinyin",
    "initials",
    "split",
    "shape",
    "repeat",
    "short",
]
# The keys that may serve a word unless its rule says otherwise: initials are asked for by name, being letters only.
USUAL: tuple[Key, ...] = (
    "literal", "separated", "digit", "letter", "sound", "emoji", "pinyin", "split", "shape", "repeat",
)  # fmt: skip
# What a rule's words are served by unless it says otherwise: those of two characters too, which the rule then asks for
# something beside (checks/phrases.py).
IN_RULES: tuple[Key, ...] = (*USUAL, "short")
# The transformation each key sees through, as findings name it.
SEEN_BY: dict[str, Key] = {
    "separator": "separated",
    "digit": "digit",
    "letter": "letter",
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
# Parts that make more than one character stand as one character beyond these: this and the row of the parts' table.
EITHER = SYLLABLE + 1024
_LAST = EITHER + (1 << 15)
# The forms of a digit; the folded text keeps them apart, because 一 is a word and 1 is not. Behind the bar: characters
# that may stand for the digit, but for which no digit stands (参加).
_DIGITS = (
    "0零〇", "1一壹幺弌", "2二贰两弍", "3三叁弎|参仨", "4四肆|亖", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖",
)  # fmt: skip


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


class Join(NamedTuple):
    """The characters that parts side by side may stand for; `word`: the parts are a word of their own (水军)."""

    made: str
    word: bool


@cache
def splits() -> dict[str, Join]:
    """Return for two to four parts side by side, as `plain_parts` writes them, what they may stand for."""
    return {parts: Join(made.lstrip("|"), made.startswith("|")) for parts, made in _rows("splits.tsv")}


@cache
def letters() -> dict[str, str]:
    """Return for each Latin letter and digit the folded characters that look like it."""
    return dict(_rows("letters.tsv"))


@cache
def latin() -> npt.NDArray[np.uint8]:
    """Return for each code the Latin letter it looks like, 0 for none: letters of other scripts alone, no digits."""
    table = np.zeros(_LAST, dtype=np.uint8)
    for letter in "zyxwvutsrqponmlkjihgfedcba":
        table[[ord(letter), *(ord(each) for each in letters().get(letter, "") if not each.isascii())]] = ord(letter)
    return table


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
    return {form: forms.replace("|", "") for forms in _DIGITS for form in forms.partition("|")[0]}


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (files("qunjian.text") / "tables" / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right


# The transformations in the order findings name them; the first are steps of folding.
TRANSFORMATIONS = (*BIT, *(name for name in SEEN_BY if name != "separator"))
"""Every transformation a hit can name."""
FLAG = {name: 1 << place for place, name in enumerate(TRANSFORMATIONS)}
