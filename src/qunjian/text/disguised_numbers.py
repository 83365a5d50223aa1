"""Mobile numbers that hide from a plain pattern: digits in words, a sign between all of them, letters for digits."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from qunjian.text.keys import FLAG
from qunjian.text.matching import confidence_of, named
from qunjian.text.numerals import DIGITS

_VALUE = {form: str(value) for form, value in DIGITS.items()}
_LETTERS = {"o": "0", "i": "1", "l": "1"}
_FEWEST_DIGITS = 8  # of eleven, where letters stand for the others
_ONE, _THREE_TO_NINE, _ANY = "[1一壹幺]", "[3-9三叁四肆五伍六陆七柒八捌九玖]", f"[0-9{''.join(_VALUE)}]"
_SIGN = r"[ .,_·•~*|/、。\-]"
_COUNTING = "十百千万亿拾佰仟"

# Over folded text. Plain numbers match some of these too; `reveal` says which are in disguise.
MOBILE_IN_DISGUISE = (
    rf"{_ONE}{_THREE_TO_NINE}{_ANY}(?:[ \-]?{_ANY}{{4}}){{2}}",
    rf"{_ONE}{_SIGN}{{1,2}}{_THREE_TO_NINE}(?:{_SIGN}{{1,2}}{_ANY}){{9}}",
    r"[1il][3-9][0-9oil]{9}",
)
# The digits of an account, some of them in words: at least one, or it is no disguise.
WORDED_DIGITS = rf"{_ANY}{{5,11}}"


class Revealed(NamedTuple):
    """The digits behind a disguise, the transformations it took to read them, and how sure that is."""

    digits: str
    transformations: tuple[str, ...]
    confidence: float


def reveal(text: str, start: int, end: int, seen: str) -> Revealed | None:
    """Return the number hidden in `seen`, the folded text of text[start:end]; None: it is plain, or no number at all.

    A sign between digits counts only where the same one stands between all of them: others are lists, dates, scores.
    """
    flags, digits, signs = 0, "", []
    for counted, group in groupby(seen, lambda each: each in _VALUE or each in _LETTERS or each.isdigit()):
        piece = "".join(group)
        if not counted:
            signs.append(piece)
            continue
        digits += "".join(_VALUE.get(each) or _LETTERS.get(each) or each for each in piece)
        flags |= FLAG["digit"] if any(each in _VALUE for each in piece) else 0
        flags |= FLAG["shape"] if any(each in _LETTERS for each in piece) else 0
    if len(signs) == len(digits) - 1:
        if len(set(signs)) > 1:
            return None
        flags |= FLAG["separator"]
    letters = sum(each in _LETTERS for each in seen)
    if not flags or (letters and sum(map(str.isdigit, seen)) < _FEWEST_DIGITS):
        return None
    if _goes_on(text[:start][-1:], letters > 0) or _goes_on(text[end : end + 1], letters > 0):
        return None
    return Revealed(digits, named(flags), confidence_of(flags))


def _goes_on(beside: str, letters: bool) -> bool:
    """Return whether the character beside a number makes it a piece of something longer."""
    return beside.isnumeric() or beside in {*_COUNTING} or (letters and beside.isascii() and beside.isalpha())
