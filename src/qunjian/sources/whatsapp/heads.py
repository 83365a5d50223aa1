"""Knows where a message begins in a WhatsApp export, in every way phones write date and time."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from qunjian.text.late import late

if TYPE_CHECKING:
    from qunjian.sources.day_order import Order

_GAP = "[ \u00a0\u202f\u2009\u200e\u200f]"
_MARK = "[\u200e\u200f\u202a\u202c\ufeff]"
_HALF = (
    r"[AaPp]\.?[ \u00a0\u202f]?[Mm]\.?|上午|下午|凌晨|清晨|早上|中午|晚上|오전|오후|午前|午後|π\.μ\.|μ\.μ\."
    r"|SA|CH|PTG|PG|ص|م"
)
_AFTERNOON = late("[Pp]\\.?[ \u00a0\u202f]?[Mm]|下午|中午|晚上|오후|午後|μ|CH|PTG|م")
# Android: "12/9/20, 23:55 - ", iPhone: "[2020/12/9 下午11:55:01] ".
HEAD = late(
    rf"^{_MARK}*(?P<open>\[)?{_MARK}*(?P<a>\d{{1,4}})\.?{_MARK}*[./\-]{_GAP}?{_MARK}*(?P<b>\d{{1,2}}){_MARK}*[./\-]"
    rf"{_GAP}?{_MARK}*(?P<c>\d{{1,4}})\.?{_MARK}*[,،]?{_GAP}+(?:(?:kl\.?|klo|um|at|à|às|a las){_GAP})?"
    rf"(?:(?P<before>{_HALF}){_GAP}?)?(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})(?:[:.](?P<s>\d{{2}}))?"
    rf"(?:{_GAP}*(?P<after>{_HALF}))?(?(open){_MARK}*\]{_GAP}|{_GAP}[-–]{_GAP})",
    re.MULTILINE,
)


def dates_of(head: re.Match[str]) -> tuple[int, int, int]:
    """Return the three numbers of a head's date as they stand."""
    return int(head["a"]), int(head["b"]), int(head["c"])


def wall_of(head: re.Match[str], order: Order) -> int | None:
    """Return the microseconds of the wall clock a head writes, or None for a day or time there is not."""
    day = _day(*dates_of(head), order)
    hour, minute, second = int(head["h"]), int(head["m"]), int(head["s"] or 0)
    half = head["before"] or head["after"]
    if half is not None and hour <= 12:
        hour = hour % 12 + (12 if _AFTERNOON.match(half) else 0)
    if day is None or hour > 23 or minute > 59 or second > 60:
        return None
    return (((day * 24 + hour) * 60 + minute) * 60 + min(second, 59)) * 1_000_000


@lru_cache(maxsize=8192)
def _day(a: int, b: int, c: int, order: Order) -> int | None:
    """Return the days since 1970."""
    at = dict(zip(order, (a, b, c), strict=True))
    year = at["y"] + 2000 if at["y"] < 100 else at["y"] - 543 if at["y"] > 2400 else at["y"]
    try:
        day = dt.date(year, at["m"], at["d"])
    except ValueError:
        return None
    return day.toordinal() - 719_163 if 1990 <= year < 2100 else None
