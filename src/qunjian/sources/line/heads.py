"""Knows the title, the lines that say a day and the beginnings of messages of a LINE export, in its languages."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import msgspec

from qunjian.text.late import late

_WEEK = {
    **dict(zip("一二三四五六日", range(7), strict=True)), **dict(zip("月火水木金土", range(6), strict=True)),
    **dict(zip("월화수목금토일", range(7), strict=True)),
    **dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(7), strict=True)),
}  # fmt: skip
_CJK = "一二三四五六日月火水木金土월화수목금토일"
_DAYS = (
    rf"(?P<y>\d{{4}})[/.](?P<m>\d{{1,2}})[/.](?P<d>\d{{1,2}})"
    rf"(?: ?[（(](?:[週周星期禮拜]*)(?P<w1>[{_CJK}])(?:曜日|요일)?[）)]"
    rf"|[週周](?P<w2>[{_CJK}])| (?P<w3>[{_CJK}])(?:曜日|요일)| ?[（(]?(?P<w4>Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[）)]?)"
    r"|(?P<w5>Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, (?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y2>\d{4})"
)
DAY = late(rf"^(?:{_DAYS})\s*$", re.MULTILINE)
_TIME = (
    r"(?:(?P<half>上午|下午|午前|午後|오전|오후|AM|PM) ?)?(?P<h>\d{1,2}):(?P<min>\d\d)(?: ?(?P<late>[AaPp]\.?[Mm]\.?))?"
)
HEAD = late(rf"^{_TIME}\t(?:(?P<who>[^\t\n]*)\t)?(?P<text>[^\n]*)", re.MULTILINE)
SPACED = late(rf"^{_TIME} (?P<who>\S+)(?: (?P<text>[^\n]*))?$", re.MULTILINE)
START = late(
    (
        rf"\n(?P<start>(?:{re.sub(r'[?]P<[^>]+>', '?:', _DAYS)})[ \r]*$"
        rf"|{re.sub(r'[?]P<[^>]+>', '?:', _TIME)}[\t ])"
    ).encode(),
    re.MULTILINE,
)
_TITLES = tuple(
    (late(rf"^(?:\[LINE\] ?)?{form}\s*$"), private)
    for form, private in (
        (r"Chat history with (?P<name>.+)", True),
        (r"Chat history in (?P<name>.+)", False),
        (r"(?P<name>.+?) ?とのトーク履歴", True),
        (r"\"?(?P<name>.+?)\"? ?のトーク履歴", False),
        (r"[与與] ?(?P<name>.+?) ?的聊天[记記][录錄]", True),
        (r"(?P<name>.+?) ?的聊天[记記][录錄]", False),
        (r"(?P<name>.+?)(?:님과의|와의|과의) 대화", True),
    )
)
_MARKED = late(r"^\[LINE\] ?(?P<name>.+)$")
_SAVED = late(r"^[^\n\d]{2,24}[:：] ?(\d{4})/(\d{1,2})/(\d{1,2}),? (?:(上午|下午|午前|午後) ?)?(\d{1,2}):(\d{2})")


class Title(msgspec.Struct, frozen=True):
    """What the first lines say: the chat's name, whether they word it as a talk of two, when it was saved."""

    name: str = ""
    private: bool = False
    saved: int | None = None


def title_of(head: str) -> Title:
    """Return what the first lines of a document say."""
    lines = head.lstrip("\ufeff\n ").split("\n")[:3]
    first = lines[0].strip()
    saved = next((_saved(found) for line in lines[1:] if (found := _SAVED.match(line)) is not None), None)
    if not first.startswith("[LINE]") and saved is None:
        return Title()
    for pattern, private in _TITLES:
        if (found := pattern.match(first)) is not None:
            return Title(found["name"].strip(), private, saved)
    marked = _MARKED.match(first)
    return Title(marked["name"].strip() if marked else "", saved=saved)


def _saved(found: re.Match[str]) -> int | None:
    year, month, day, half, hour, minute = found.groups()
    begin = _begin(int(year), int(month), int(day))
    time = clock(half, hour, minute, None)
    return None if begin is None or time is None else begin + time


def _begin(year: int, month: int, day: int) -> int | None:
    try:
        return (dt.date(year, month, day).toordinal() - 719_163) * 86_400_000_000 if 2000 <= year < 2100 else None
    except ValueError:
        return None


def _weekday(begin: int | None) -> int | None:
    return None if begin is None else (begin // 86_400_000_000 + 3) % 7


@lru_cache(maxsize=4096)
def day_said(line: str) -> int | None:
    """Return the begin of the day a line says (µs); None where it says none, or a weekday the day does not have."""
    found = DAY.match(line)
    if found is None:
        return None
    week = next(found[name] for name in ("w1", "w2", "w3", "w4", "w5") if found[name])
    wanted = _WEEK[week.lower()]
    if found["y"]:
        begins = [_begin(int(found["y"]), int(found["m"]), int(found["d"]))]
    else:  # the weekday tells whether the month or the day comes first
        a, b, year = int(found["a"]), int(found["b"]), int(found["y2"])
        begins = [_begin(year, a, b), _begin(year, b, a)]
    return next((begin for begin in begins if _weekday(begin) == wanted), None)


@lru_cache(maxsize=8192)
def clock(half: str | None, hour: str, minute: str, late: str | None) -> int | None:
    """Return the time of day in µs."""
    h, m = int(hour), int(minute)
    mark = (half or late or "").lower()
    if mark and 1 <= h <= 12:
        h = h % 12 + (12 if mark.startswith("p") or mark in ("下午", "午後", "오후") else 0)
    return (h * 60 + m) * 60_000_000 if h < 24 and m < 60 else None
