"""Knows the time that begins a line of an IRC log, the lines that say which day it is, and what a file's name says."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import PurePosixPath

from qunjian.text.late import late

# "[12:34] ", "12:34:56 ", "[2024-01-05 12:34:56] ", "2024-01-05 12:34:56<tab>" (WeeChat).
HEAD = late(
    r"\[?(?:(?P<date>\d{4}-\d\d-\d\d)[ T])?(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)?\]?(?P<gap>[ \t])"
)
_DAYMARK = late(
    r"(?:\[?\d\d:\d\d(?::\d\d)?\]? )?--- (?:(?P<what>Log opened|Log closed|Day changed) )?"
    r"(?P<when>\w{2,5}\.? \w{3,5}\.? {1,2}\d{1,2}(?: \d\d:\d\d:\d\d)? \d{4})$"
)
_WHEN = late(r"\S+ (?P<month>\w{3})\w*\.? {1,2}(?P<day>\d{1,2})(?: (?P<clock>\d\d:\d\d:\d\d))? (?P<year>\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = late(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-_.]?)(?P<m>\d\d)(?P=sep)(?P<d>\d\d)(?!\d)|"
    r"(?<!\d)(?P<dd>\d\d)(?P<mon>[A-Z][a-z]{2})(?P<yy>(?:19|20)\d\d)(?!\d)"
)
_CHANNEL = late(r"(?:(?P<network>[A-Za-z][A-Za-z0-9-]*)[._])?(?P<channel>#[^\s/\\]+)")
_SUFFIX = late(r"(?i)(?:\.(?:log|txt|weechatlog|raw|old|\d{1,3}))+$")
_AT_CHANNEL = late(r"#[^\s\]),.]+")
_PLAIN = late(r"\d{4}|\d{1,2}|logs?|irclogs?|irc|\.|\.\.", re.IGNORECASE)
_DAY = 86_400_000_000


def day_of(year: int, month: int, day: int) -> int | None:
    """Return the microseconds at which a day begins, since 1970."""
    try:
        return (dt.date(year, month, day).toordinal() - 719_163) * _DAY if 1985 <= year < 2100 else None
    except ValueError:
        return None


@lru_cache(maxsize=512)
def written_day(written: str) -> int | None:
    """Return the begin of a day written as 2024-01-05."""
    year, month, day = written.split("-")
    return day_of(int(year), int(month), int(day))


def day_mark(line: str) -> tuple[bool, int | None]:
    """Return whether a line only says which day follows, and the day it says (None: it could not be read)."""
    found = _DAYMARK.match(line)
    if found is None:
        return False, None
    when = _WHEN.match(found["when"])
    month = when["month"].lower() if when else ""
    if when is None or month not in _MONTHS:
        return True, None
    return True, day_of(int(when["year"]), _MONTHS.index(month) + 1, int(when["day"]))


def day_named(name: str) -> int | None:
    """Return the day a file's path names, if it does."""
    for part in reversed(PurePosixPath(name).parts):
        for hit in _DATE.finditer(part):
            if hit["mon"]:
                month = hit["mon"].lower()
                day = month in _MONTHS and day_of(int(hit["yy"]), _MONTHS.index(month) + 1, int(hit["dd"]))
            else:
                day = day_of(int(hit["y"]), int(hit["m"]), int(hit["d"]))
            if day:
                return day
    return None


def channel_of(name: str, head: str) -> tuple[str, bool]:
    """Return the channel, and whether it is certain: from the path, else from who joined, else the folder or file."""
    parts = PurePosixPath(name).parts
    for part in reversed(parts):
        stem = _SUFFIX.sub("", _DATE.sub("", _SUFFIX.sub("", part)))
        if (hit := _CHANNEL.search(stem)) is not None:
            channel = re.sub(r"[._-]+$", "", hit["channel"]).casefold()
            # Only WeeChat and old ZNC write the network into the file's name: "irc.libera.#cats.weechatlog".
            network = hit["network"] if part == parts[-1] else None
            return (f"{network.casefold()}/{channel}" if network and network != "irc" else channel), True
    if (joined := _joined(head)) is not None:
        return joined.casefold(), True
    for part in reversed(parts):
        stem = re.sub(r"^[._\-]+|[._\-]+$", "", _SUFFIX.sub("", _DATE.sub("", _SUFFIX.sub("", part))))
        if stem and not _PLAIN.fullmatch(stem):
            return stem.casefold(), part != parts[-1] or len(stem) > 2
    return "irc", False


def _joined(head: str) -> str | None:
    """Return the channel that somebody came to or left, as a client tells it (never a person's words)."""
    for word in ("joined #", "left #"):
        place = head.find(word)
        while place >= 0:
            line = head[head.rfind("\n", 0, place) + 1 : place]
            if "<" not in line and (found := _AT_CHANNEL.match(head, place + len(word) - 1)) is not None:
                return found[0]
            place = head.find(word, place + 1)
    return None
