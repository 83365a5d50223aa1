"""Reads written numbers: 99, 1,299.5, 1.2万, 3k, 九十九, 一百二 (120), 两千零五, 三点五, 二〇二六."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

# The forms of a digit in words; 幺 and 两 as numbers are read aloud.
DIGITS = {
    "零": 0, "〇": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4, "肆": 4,
    "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_SUFFIX = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "w": 10_000, "k": 1000}

CHINESE = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
# One number as written; long runs of digits are somebody's telephone, never a quantity.
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}(?![0-9])(?:\.[0-9]{1,4})?|[0-9]{1,9}(?:\.[0-9]{1,4})?)"
    r"(?:\s?[百千万亿](?:[0-9一二三四五六七八九](?![0-9十百千]))?|[wk](?![a-z0-9]))?"
    rf"|[{CHINESE}]{{1,16}}(?:点[零〇一二三四五六七八九]{{1,4}})?"
)
_ARABIC = re.compile(r"([0-9,]+(?:\.[0-9]+)?)\s?(?:([百千万亿wk])([0-9一二三四五六七八九])?)?")


class Number(NamedTuple):
    """One number, or two said as a range (三五天: low 3, high 5); `vague`: no more than an order of size (百元)."""

    low: Fraction
    high: Fraction
    vague: bool = False


def read_number(written: str) -> Number | None:
    """Return the number a text is, whole; None: it is none."""
    match = _ARABIC.fullmatch(written)
    if match is not None:
        try:
            value = Fraction(match[1].replace(",", ""))
        except ValueError:
            return None
        if match[2]:
            value *= _SUFFIX[match[2]]
            if match[3]:  # 1万2
                value += _digit(match[3]) * Fraction(_SUFFIX[match[2]], 10)
        return Number(value, value)
    whole, dot, part = written.partition("点")
    if dot:
        found, rest = read_number(whole), [DIGITS.get(each) for each in part]
        if found is None or found.low != found.high or None in rest or not rest:
            return None
        more = Fraction("0." + "".join(str(each) for each in rest))
        return Number(found.low + more, found.low + more)
    return _chinese(written)


def _digit(written: str) -> int:
    return int(written) if written.isascii() else DIGITS[written]


def _chinese(written: str) -> Number | None:
    if not written or any(each not in DIGITS and each not in _SMALL and each not in _LARGE for each in written):
        return None
    if all(each in DIGITS for each in written):
        return _digits(written)
    total, section, digit = 0, 0, None
    last, zero = 1, False
    for each in written:
        if each in DIGITS:
            if digit is not None:  # 九零, 三五十: not one number
                return None
            digit, zero = DIGITS[each] or None, zero or DIGITS[each] == 0
        elif each in _SMALL:
            last, zero = _SMALL[each], False
            section += (digit or 1) * last
            digit = None
        else:
            last, zero = _LARGE[each], False
            total = (total + section + (digit or 0) or 1) * last
            section, digit = 0, None
    if digit is not None:
        section += digit * (last // 10 if last >= 100 and not zero else 1)  # 一百二 is 120, 一百零二 is 102
    value = Fraction(total + section)
    return Number(value, value, written[0] in "百千万亿佰仟")


def _digits(written: str) -> Number | None:
    values = [DIGITS[each] for each in written]
    if len(values) == 1:
        return Number(Fraction(values[0]), Fraction(values[0]))
    if len(values) == 2:
        if 0 < values[0] < values[1] and (values[1] - values[0] == 1 or values == [3, 5]):
            return Number(Fraction(values[0]), Fraction(values[1]))
        return None
    value = Fraction("".join(map(str, values)))
    return Number(value, value)
