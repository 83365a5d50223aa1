"""Checks numbers that identify people: identity card dates and check digits, Luhn sums, card prefixes."""

from __future__ import annotations

import datetime as dt

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()  # noqa: SIM905
)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a number is no piece of a longer one or of a code of letters and digits; a word may touch it."""
    first, last = start, end
    while first > 0 and (text[first - 1].isdigit() or _latin(text[first - 1])):
        first -= 1
    while last < len(text) and (text[last].isdigit() or _latin(text[last])):
        last += 1
    before, after = text[first:start], text[end:last]
    return not (any(map(str.isdigit, before + after)) or len(before) > 8 or len(after) > 4)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def digits_of(text: str) -> str:
    """Return the digits of a folded number, with a final x kept as X."""
    return "".join(character for character in text.upper() if character.isdigit() or character == "X")


def valid_id_card(number: str) -> bool:
    """Return whether 18 characters are an identity number: region, birthday not before 1880, check digit (GB 11643)."""
    if len(number) != 18 or number[:2] not in _PROVINCES or not number[:17].isdigit():
        return False
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return born.year >= 1880 and number[17] == _CHECKS[weighed % 11]


def valid_luhn(number: str) -> bool:
    """Return whether the last digit agrees with the others (ISO/IEC 7812)."""
    if not number.isdigit():
        return False
    total = 0
    for place, character in enumerate(reversed(number)):
        digit = int(character) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def valid_bank_card(number: str) -> bool:
    """Return whether digits may be a payment card: a network's prefix with its length, not one repeated digit, Luhn."""
    if not number.isdigit() or len(set(number)) < 4 or not valid_luhn(number):
        return False
    two, length = int(number[:2]), len(number)
    return (
        (two == 62 and 16 <= length <= 19)
        or (number[0] == "4" and length == 16)
        or ((51 <= two <= 55 or 22 <= two <= 27) and length == 16)
        or (two == 35 and length == 16)
        or (two in (34, 37) and length == 15)
        or (number[:4] in _OLD_DEBIT and 16 <= length <= 19)
    )


# Prefixes of Chinese debit cards issued before 62.
_OLD_DEBIT = frozenset(
    {"9558", "9559", "6013", "6011", "6040", "6858", "6886", "6887", "6888", "6896", "9111", "9400", "9843", "9999"}
)
