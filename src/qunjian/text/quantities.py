"""Finds what a text states in numbers and brings it to one form: money, shares, durations, days, measures, counts.

99元, 九十九块, ¥99 and 99.0元 are the same quantity; 7天 and 一周 too. What only looks like a quantity is left out:
models (iPhone 15), telephones, clauses (第3条), versions, numbers of rooms and links. All in folded text.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from qunjian.text.late import late
from qunjian.text.moments import moments_in
from qunjian.text.numerals import NUMBER, Number, read_number
from qunjian.text.units import PREFIXES, UNIT, follows_well, unit_of

if TYPE_CHECKING:
    import datetime as dt
    import re
    from collections.abc import Iterator

Bound = Literal["exact", "least", "most", "about"]


class Quantity(NamedTuple):
    """One quantity of a folded text: its place, kind, value (low and high agree unless it is a range) and bound.

    Kinds: money (yuan), usd, ratio (1 is 100 %), seconds, months, workdays, date (ordinal), time and clock (minutes),
    weekly, reduction (low off high: 满300减50), g, ml, mm, byte, watt, mah, celsius, "count:人" …, number (no unit).
    """

    start: int
    end: int
    kind: str
    low: Fraction
    high: Fraction
    bound: Bound = "exact"


_PHONE = (
    r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"
    r"|(?<![0-9])(?:400|800)[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}(?![0-9])|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}(?![0-9])"
)
_NAMED = (
    r"(?:编号|单号|工号|学号|尾号|房号|门牌|邮编|qq|微信|vx|验证码|密码|提取码|口令|代码|型号|电话|手机|热线|版本|no\.?)"
    r"[:是为号 ]{0,3}[a-z0-9][a-z0-9-]*"
)
_LATIN = r"(?<![a-z0-9])(?!(?:rmb|cny|usd|us)[0-9])[a-z][a-z.+-]{0,14}[0-9][a-z0-9]*(?:[.-][a-z0-9]+)*"
_TRAPS = late(
    rf"https?://[^\s\u4e00-\u9fff]+|[a-z0-9_.+-]{{1,64}}@[a-z0-9-]{{1,63}}\.[a-z.]{{2,20}}|{_PHONE}|{_NAMED}"
    rf"|第\s?(?:{NUMBER})\s?[\u4e00-\u9fff]?|(?<![0-9])[0-9]{{10,}}(?![0-9])|(?<![0-9])[0-9]+(?:\.[0-9]+){{2,}}"
    rf"|{_LATIN}|(?:比分|比例)[是为: ]{{0,2}}[0-9]+[:比][0-9]+"
    r"|(?<![0-9])[0-9]{2,4}(?:后|年代|款)(?![0-9])|[a-z]{2,}\s(?:1?[0-9]|20)(?![0-9.]|\s?(?:元|块|¥|rmb|%|折|天|人|节|个|g|k|米))"
    rf"|(?:{NUMBER})号(?=[楼线店厅门车馆院机桌位房铺码群链窗])"
    r"|(?:千万|万一|百分百|百里挑一|十分|一百分)(?=[\u4e00-\u9fff!,。])(?!元|块)"
)
_RANGE = r"\s?(?:-|~|～|至|到|—|–)\s?"
_DASH = late(_RANGE)
_REDUCTION = late(
    rf"满\s?({NUMBER})\s?(?:元|块)?[,\s]?(?:立|即|就|可|直|再)*减\s?({NUMBER})\s?(?:元|块)?"
    rf"|(?<![0-9])([0-9]{{2,5}})减([0-9]{{1,4}})(?![0-9])"
)
_DISCOUNT = late(
    r"(?<![百转曲骨波])([0-9](?:\.[0-9])?|[0-9]{2}|[一二三四五六七八九]{1,2}|[一二三四五六七八九]点[一二三四五六七八九])\s?折(?![叠腾磨扣页断])|(半价|对折)"
)
_PERCENT = late(
    r"([0-9]{1,6}(?:\.[0-9]{1,4})?)(?:\s?%?\s?(?:-|~|至|到)\s?([0-9]{1,6}(?:\.[0-9]{1,4})?))?\s?%"
    r"|百分之([零一二两三四五六七八九十百点]{1,8}|[0-9.]{1,6})"
    r"(?:(?:到|至)(?:百分之)?([零一二两三四五六七八九十百点]{1,8}))?"
)
_MONEY_TAIL = late(
    r"(?<=[块元])([0-9一二三四五六七八九])(?:(?:毛|角)([0-9一二三四五六七八九])?分?"
    r"|(?<=[0-9])(?![0-9元块天个人次折%点十百千])|(?![\u4e00-\u9fff0-9%])|(?=[包到拿就的]))"
)
_HALF = late(rf"(?:({NUMBER})\s?个)?半\s?(小时|个小时|个月|月|年|个钟头|个钟|斤)(?![龄级])")
_SINGLE = late(
    rf"(?:((?:¥|\$|rmb|cny|usd|us\$)\s?)|(?<![0-9.])(?<![0-9]:))({NUMBER})(?:(多|来|余|几|\+)?\s?({UNIT}))?(?:{_RANGE}(?:¥|\$)?({NUMBER})(?:(多|来|余)?\s?({UNIT}))?)?"
)
_ABOUT_BEFORE = late(r"(?:大约|大概|差不多|将近|接近|估计|约|近|不到|不足|上|好几|几|数)\s?$")
_LEAST_BEFORE = late(r"(?:至少|最少|起码|最低|不低于|不少于|不小于|超过|高于|大于|多于)\s?$")
_MOST_BEFORE = late(r"(?:至多|最多|最高|最迟|最晚|不超过|不高于|不大于|不多于|低于|少于|小于|截至|截止到?)\s?$")
_ABOUT_AFTER = late(r"\s?(?:左右|上下|前后|开外|出头)")
_LEAST_AFTER = late(r"\s?(?:及?以上|起步|起(?![来到码初点飞]))")
_MOST_AFTER = late(r"\s?(?:及?以内|之内|内(?![容部心])|及?以下|封顶|之?前(?![台往提面后]))")

_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_ABOUT_BEFORE, "about"), (_MOST_BEFORE, "most"), (_LEAST_BEFORE, "least"),
)  # fmt: skip
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_ABOUT_AFTER, "about"), (_LEAST_AFTER, "least"), (_MOST_AFTER, "most"),
)  # fmt: skip


def quantities_in(folded: str, day: dt.date | None = None) -> list[Quantity]:
    """Return the quantities of a folded text in the order of their places; `day`: the message's own local day."""
    taken = bytearray(len(folded))
    found: list[Quantity] = []

    def take(start: int, end: int, quantity: Quantity | None) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            if quantity is not None and quantity.low <= quantity.high:
                found.append(_bounded(folded, quantity))

    for moment in sorted(moments_in(folded, day), key=lambda each: (each.start - each.end, each.start)):
        if moment.kind in ("date", "time", "clock", "weekly") and not _in_name(folded, moment.start):
            low, high = Fraction(moment.low), Fraction(moment.high)
            take(moment.start, moment.end, Quantity(moment.start, moment.end, moment.kind, low, high))
    for match in _TRAPS.finditer(folded):
        take(*match.span(), None)
    for quantity in (*_special(folded), *_plain(folded)):
        take(quantity.start, quantity.end, quantity if quantity.kind else None)
    return _joined(folded, sorted(found))


def _in_name(folded: str, start: int) -> bool:
    """Return whether what looks like a time is part of a score or a ratio (比分 3:15)."""
    return folded[max(0, start - 3) : start].rstrip(": ").endswith(("比分", "比例", "第"))


def _special(folded: str) -> Iterator[Quantity]:
    for match in _REDUCTION.finditer(folded):
        over, off = (read_number(match[n] or match[n + 2] or "") for n in (1, 2))
        if over and off:
            yield Quantity(*match.span(), "reduction", off.low, over.low)
    for match in _DISCOUNT.finditer(folded):
        if share := _paid(match[1]):
            yield Quantity(*match.span(), "ratio", share.low, share.high)
    for match in _PERCENT.finditer(folded):
        low = read_number(match[1] or match[3])
        high = read_number(match[2] or match[4]) if match[2] or match[4] else low
        if low and high:
            yield Quantity(*match.span(), "ratio", low.low / 100, high.high / 100)


def _paid(written: str | None) -> Number | None:
    """Return the share of the price that is paid: 八折 and 8折 .8, 85折 and 八五折 .85, 半价 .5."""
    if written is None:
        return Number(Fraction(1, 2), Fraction(1, 2))
    digits = [read_number(each) for each in written] if not written.isascii() and "点" not in written else []
    if len(digits) == 2 and digits[0] and digits[1]:
        first, second = digits[0].low, digits[1].low
        if second - first == 1:  # 七八折: seven or eight
            return Number(first / 10, second / 10)
        return Number(first / 10 + second / 100, first / 10 + second / 100)
    found = read_number(written)
    if found is None:
        return None
    share = found.low / (100 if found.low >= 10 else 10)
    return Number(share, share)


def _plain(folded: str) -> Iterator[Quantity]:
    """Yield numbers with or without a unit, ranges included; a kind of "" takes its place and means nothing."""
    for match in _HALF.finditer(folded):
        kind, factor = unit_of(match[2])
        number = read_number(match[1]) if match[1] else Number(Fraction(0), Fraction(0))
        if number is not None:
            value = (number.low + Fraction(1, 2)) * factor
            yield Quantity(*match.span(), kind, value, value)
    place = 0
    while (seen := _SINGLE.search(folded, place)) is not None:
        end, quantity = _single(folded, seen)
        place = max(end, seen.start() + 1)
        if quantity is not None:
            yield quantity


def _single(folded: str, match: re.Match[str]) -> tuple[int, Quantity | None]:
    """Return where reading goes on, and the quantity of one number or range of numbers."""
    mark, low_text, low_vague, low_unit, high_text, high_vague, high_unit = match.groups()
    low, high = read_number(low_text), read_number(high_text) if high_text else None
    start, before = match.start(), folded[max(0, match.start() - 1) : match.start()]
    if before and before.isascii() and (before.isalnum() or before in "._/") and not mark:
        return match.end(2), None
    unit = high_unit or low_unit
    if (
        high is None
        or (low_unit and high_unit and unit_of(low_unit)[0] != unit_of(high_unit)[0])
        or (low_unit and not high_unit)
    ):
        high, unit, end = None, low_unit, match.end(4) if low_unit else match.end(2)
    else:
        end = match.end()
    if low is None:
        return match.end(2), None
    kind, factor = unit_of(unit) if unit else ("", Fraction(1))
    if unit and not follows_well(folded, unit, low_text, match.start(2), end):
        if unit == "包":  # 9.9包邮
            return _bare(match, low, low_text)
        return end, Quantity(start, end, "", low.low, low.low)
    if mark and (not unit or unit in ("元", "块")):
        kind, factor = PREFIXES[mark.strip()], Fraction(1)
    if not kind:
        return _bare(match, low, low_text)
    least, most = low.low * factor, low.high * factor
    if high is not None:
        if low_unit and unit_of(low_unit)[1] != factor:
            least = low.low * unit_of(low_unit)[1]
        elif not low_unit and low.low > high.high and high_text[-1:] in "万千":
            least = low.low * read_number("1" + high_text[-1]).low  # type: ignore[union-attr]
        most = high.high * factor
    end, more = _tail(folded, unit, end)
    vague = bool(low_vague or high_vague) or low.vague or (high is not None and high.vague)
    return end, Quantity(start, end, kind, least + more, most + more, "about" if vague else "exact")


def _bare(match: re.Match[str], low: Number, written: str) -> tuple[int, Quantity | None]:
    """Return a number without a unit: of Chinese ones only those that are surely numbers."""
    end = match.end(2)
    if match[5] and not match[4] and not match[7]:  # 1-3 of nothing
        return match.end(5), None
    if written[0].isdigit() or (len(written) > 1 and not low.vague and low.low == low.high and low.low >= 10):
        return end, Quantity(match.start(2), end, "number", low.low, low.high)
    return end, None


def _tail(folded: str, unit: str | None, end: int) -> tuple[int, Fraction]:
    """Return what follows a unit and belongs to it: 9块9, 三块五毛, 一年半."""
    if unit in ("元", "块"):
        tail = _MONEY_TAIL.match(folded, end)
        if tail:
            parts = [read_number(each) for each in tail.groups() if each]
            return tail.end(), sum((part.low / 10**place for place, part in enumerate(parts, 1) if part), Fraction(0))
    halved = unit is not None and folded.startswith("半", end) and not folded.startswith(("半价", "半天"), end)
    if unit and halved and unit_of(unit)[0] in ("seconds", "months", "g"):
        return end + 1, unit_of(unit)[1] / 2
    return end, Fraction(0)


def _bounded(folded: str, quantity: Quantity) -> Quantity:
    """Return a quantity with the bound that the words around it set."""
    if quantity.bound != "exact":
        return quantity
    before = folded[max(0, quantity.start - 5) : quantity.start]
    for pattern, bound in _BEFORE:
        if pattern.search(before):
            return quantity._replace(bound=bound)
    for pattern, bound in _AFTER:
        if pattern.match(folded, quantity.end):
            return quantity._replace(bound=bound)
    return quantity


def _joined(folded: str, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with two of one kind around a dash as one range: 18:00-20:00, 11月5日至11月8日."""
    joined: list[Quantity] = []
    for each in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.kind == each.kind
            and _DASH.fullmatch(folded[last.end : each.start])
            and each.high >= last.low
        ):
            joined[-1] = last._replace(end=each.end, high=each.high, bound=each.bound)
        else:
            joined.append(each)
    return joined
