"""Which days are unlike other days of their weekday in China: public holidays, make-up workdays, shopping festivals."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import chinese_calendar

FESTIVALS = {(6, 18): "618", (11, 11): "双11"}
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆",
    "Mid-autumn Festival": "中秋",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
_ENGLISH = {name: english for english, name in _NAMES.items()} | {"双11": "Double 11"}


def in_english(day: str) -> str:
    """Return the English name of what `special_day` names."""
    name = day.removesuffix("调休")
    return _ENGLISH.get(name, name) + (" (make-up workday)" if name != day else "")


CHINESE_ZONES = frozenset(
    {"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "PRC", "Asia/Macau", "Asia/Hong_Kong"}
)


@lru_cache(maxsize=4096)
def special_day(day: dt.date) -> str:
    """Return the name of what makes the day special, or "": 国庆, 国庆调休 (a make-up workday), 双11."""
    if festival := FESTIVALS.get((day.month, day.day)):
        return festival
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return ""
    if name is None:
        return ""
    return str(_NAMES.get(name, name)) + ("" if off else "调休")


def calendar_reaches(day: dt.date) -> bool:
    """Return whether the holiday calendar knows the year of the day."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True
