"""Finds days and times of day in folded text, relative ones (下周三, 明天) by the message's own local day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from qunjian.text.late import late
from qunjian.text.numerals import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_N = r"[0-9]{1,2}|[一二两三四五六七八九十]{1,3}"
_TO = r"\s?(?:-|~|至|到|—|–)\s?"
_FULL = late(
    rf"(?<![0-9.])(?:(20[0-9]{{2}}|二[零〇一二三四五六七八九]{{3}})年\s?)?({_N})月\s?({_N})(?:日|号)?"
    rf"(?:{_TO}(?:({_N})月\s?)?({_N})(?:日|号))?"
)
_ISO = late(r"(?<![0-9.])(20[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_NOT_A_DAY = "楼线店厅门车馆院机桌位房铺码群档色链窗球台柜选产货弄室坑院工文"
_DAY_ONLY = late(
    rf"(?<![0-9.月a-z第])(本月|这个月|当月|下个?月|上个?月)?\s?({_N})(号|日)(?![{_NOT_A_DAY}内])"
    rf"(?!无理由|以内|之内|游|卡|课|营|可退|包退|有效)"
)
_NEAR = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0, "当天": 0,
    "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_RELATIVE = late("|".join(sorted(_NEAR, key=len, reverse=True)))
_WEEKDAY = {each: number for number, each in enumerate("一二三四五六日", 1)} | {"天": 7, "末": 6, **{
    str(number): number for number in range(1, 8)
}}  # fmt: skip
_WEEK = late(r"(每个?|上上个?|上个?|这个?|本|下下个?|下个?)?(?:周|星期|礼拜)([一二三四五六日天末1-7])(?![0-9个年岁天])")
_FESTIVALS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "劳动节": (5, 1), "儿童节": (6, 1), "国庆节": (10, 1),
    "国庆": (10, 1), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "圣诞节": (12, 25),
    "618": (6, 18),
}  # fmt: skip
_FESTIVAL = late("|".join(rf"(?<![0-9.]){name}(?![0-9元块.])" for name in _FESTIVALS))
_PART = r"(?:(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|今晚|明晚|晚)\s?)?"
_CLOCK = late(rf"{_PART}(?<![0-9:.])([01]?[0-9]|2[0-4]):([0-5][0-9])(?::[0-5][0-9])?(?![0-9:])")
_POINT = late(
    rf"{_PART}(?<![0-9第.a-z])({_N})(?:点|时)(?![0-9]*[个名位条赞])(半|整|钟|([一三])刻|([0-5]?[0-9]|[零一二三四五]?十?[一二三四五六七八九])分?)?"
    r"((?:准时|前|之前|以前|后|开始|开课|开播|开讲|开抢|开团|上课|直播|发车|集合|结束|截止|\s?[-~到至]\s?[0-9一二三四五六七八九十]))?"
)
_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "晚间", "今晚", "明晚", "晚"))


class Moment(NamedTuple):
    """A day (ordinal), a time of day (minutes; `clock`: morning or evening is not said), or a weekday of every week."""

    start: int
    end: int
    kind: str  # date | time | clock | weekly
    low: int
    high: int


def moments_in(folded: str, day: dt.date | None) -> Iterator[Moment]:
    """Yield the days and times of a folded text; those that need the message's day are left out without one."""
    yield from _dates(folded, day)
    yield from _times(folded)
    for match in _WEEK.finditer(folded):
        if (match[1] or "").startswith("每"):
            yield Moment(*match.span(), "weekly", _WEEKDAY[match[2]], _WEEKDAY[match[2]])
        elif day is not None:
            found = _weekday(match[1] or "", _WEEKDAY[match[2]], day)
            yield Moment(*match.span(), "date", found, found + (match[2] == "末"))
    if day is not None:
        for match in _RELATIVE.finditer(folded):
            there = day.toordinal() + _NEAR[match[0]]
            yield Moment(*match.span(), "date", there, there)


def _dates(folded: str, day: dt.date | None) -> Iterator[Moment]:
    for match in _ISO.finditer(folded):
        found = _date(int(match[1]), int(match[3]), int(match[4]))
        if found:
            yield Moment(*match.span(), "date", found, found)
    for match in _FULL.finditer(folded):
        year = _whole(match[1]) if match[1] else None
        first = _nearest(year, _whole(match[2]), _whole(match[3]), day)
        last = first
        if match[5]:
            last = _nearest(year, _whole(match[4] or match[2]), _whole(match[5]), day)
        if first and last and last >= first:
            yield Moment(*match.span(), "date", first, last)
    if day is None:
        return
    for match in _DAY_ONLY.finditer(folded):
        if found := _day_of_month(match[1], _whole(match[2]), day):
            yield Moment(*match.span(), "date", found, found)
    for match in _FESTIVAL.finditer(folded):
        if found := _nearest(None, *_FESTIVALS[match[0]], day):
            yield Moment(*match.span(), "date", found, found)


def _times(folded: str) -> Iterator[Moment]:
    for match in _CLOCK.finditer(folded):
        minute = _half(int(match[2]) * 60 + int(match[3]), match[1])
        yield Moment(*match.span(), "time", minute, minute)
    for match in _POINT.finditer(folded):
        hour = _whole(match[2])
        if hour > 24 or not (match[1] or match[3] or match[6]):
            continue
        minute = hour * 60
        if match[3] == "半":
            minute += 30
        elif match[4]:
            minute += 15 if match[4] == "一" else 45
        elif match[5]:
            minute += _whole(match[5])
        sure = bool(match[1]) or hour > 12 or hour == 0
        end = match.start(6) if match[6] else match.end()
        minute = _half(minute, match[1])
        yield Moment(match.start(), end, "time" if sure else "clock", minute, minute)


def _half(minute: int, part: str | None) -> int:
    return minute + 720 if part in _AFTERNOON and minute < 720 else minute


def _whole(written: str) -> int:
    found = read_number(written)
    return int(found.low) if found is not None and found.low == found.high else 99


def _date(year: int, month: int, day: int) -> int | None:
    try:
        return dt.date(year, month, day).toordinal()
    except ValueError:
        return None


def _nearest(year: int | None, month: int, number: int, day: dt.date | None) -> int | None:
    """Return a day of the year named, else of the year that brings it nearest to the message's day."""
    if year is not None:
        return _date(year, month, number)
    if day is None:
        return None
    found = [each for each in (_date(day.year + step, month, number) for step in (-1, 0, 1)) if each]
    return min(found, key=lambda each: abs(each - day.toordinal()), default=None)


def _day_of_month(said: str | None, number: int, day: dt.date) -> int | None:
    step = 1 if said and said.startswith("下") else -1 if said and said.startswith("上") else 0
    months = [day.year * 12 + day.month - 1 + each for each in ((step,) if said else (-1, 0, 1))]
    found = [each for each in (_date(month // 12, month % 12 + 1, number) for month in months) if each]
    return min(found, key=lambda each: abs(each - day.toordinal()), default=None)


def _weekday(said: str, number: int, day: dt.date) -> int:
    monday = day.toordinal() - day.isoweekday() + 1
    if not said:
        there = monday + number - 1
        return there if there >= day.toordinal() else there + 7
    weeks = said.count("下") - said.count("上")
    return monday + number - 1 + 7 * weeks
