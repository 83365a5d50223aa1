"""Tells what a line of an IRC log says behind its time: words, an action, a notice, somebody coming or going."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.text.late import late, late_re2

if TYPE_CHECKING:
    from collections.abc import Callable

PLATFORM = "irc"
_RANKS = " @+%&~!"
_LONGEST = 2000


class Said(msgspec.Struct, frozen=True):
    """One line: its kind, or a membership event with who did it and why, or None for a line nobody knows."""

    kind: str
    who: str | None = None
    text: str = ""
    event: bool = False
    by: str | None = None
    detail: str | None = None


# (?P<why>…): the reason a client shows, with its brackets and quotes.
_WHY = r"(?: ?[\[(]\"?(?P<why>.*?)\"?[\])])?\s*"
_HOST = r"(?:\s+[\[(].*[\])])?\s+"
_EVENTS = tuple(
    (kind, late_re2(f"^{form}$"))
    for kind, form in (
        ("joined", r"Joins: (?P<who>\S+)(?: .*)?"),
        ("joined", rf"(?P<who>\S+){_HOST}(?:has )?joined #\S+?\.?\s*"),
        ("left", rf"(?:Parts|Quits): (?P<who>\S+) \(\S*\){_WHY}"),
        ("left", rf"(?P<who>\S+){_HOST}has (?:left #\S+|quit){_WHY}"),
        ("left", r"(?P<who>\S+) \(\S*\) left (?:#\S+?|irc)(?:: (?P<why>.*?)| \((?P<why2>.*?)\))?\.?\s*"),
        ("kicked", rf"(?P<who>\S+) was kicked (?:(?:from|off) #\S+ )?by (?P<by>\S+){_WHY}"),
        ("kicked", rf"(?P<by>\S+) has kicked (?P<who>\S+){_WHY}"),
        ("kicked", r"(?P<who>\S+) kicked from #\S+ by (?P<by>[^\s:]+): ?(?P<why>.*)"),
        ("renamed", r"(?P<who>\S+) is now known as (?P<why>\S+)\s*"),
        ("renamed", r"Nick change: (?P<who>\S+) -> (?P<why>\S+)"),
    )
)
_TOLD = late_re2(r"Topic changed on #|#\S+: mode change ")
_MESSAGE = late(r"<([^<>\n]{1,80}?)> ?")
_NOTICE = late(r"-([^\s:(-][^\s:(]*?)(?:\([^)\s]*\))?(?::[#@+]\S*?)?- ")
_RELAYED = late(r"\(([^\s/()]+)/#[^)\s]*\) ")
# Those logs set brackets in a nick apart: "[Big] Endian [n=root@host]".
_SPLIT = late(r"^(\S+) (\S+)(?= \[.*\]  has )")
_MODE = late(r"(?i)(?:server)?mode/|mode ")


def of_line(body: str) -> Said | None:
    """Return what a line without tabs says."""
    first = body[:1]
    if first == "<":
        found = _MESSAGE.match(body)
        return None if found is None else _words(found, body)
    tell = _BY_MARK.get(body[:4].strip()) or _BY_MARK.get(first if first != " " else body[1:2])
    return tell(body) if tell is not None else _bare(body)


def of_columns(mark: str, text: str) -> Said | None:
    """Return what a line of WeeChat says: who or a sign, a tab, the words."""
    sign = mark.strip()
    if sign in ("-->", "<--", "--"):
        return _event(text) or _notice_column(text) or Said("system", text=text)
    if sign == "*":
        return _action(text)
    if sign in ("", "=!=", "=-="):
        return Said("system", text=text)
    return Said("text", sign.lstrip(_RANKS) or sign, text)


def _notice_column(text: str) -> Said | None:
    found = re.match(r"Notice\((\S+?)\)(?: -> \S+)?: ", text)
    return None if found is None else Said("text", found[1], text[found.end() :])


def _words(found: re.Match[str], body: str) -> Said:
    return Said("text", found[1].strip(_RANKS) or found[1], body[found.end() :])


def _action(text: str) -> Said | None:
    who, _, rest = text.strip().partition(" ")
    return Said("text", who.lstrip(_RANKS), rest) if who else None


def _starred(body: str) -> Said | None:
    return _action(body.strip().lstrip("*"))


def _told(body: str) -> Said:
    """Return what a client or bouncer itself says ("***", "-!-")."""
    text = body[3:].strip()
    return _event(text) or Said("system", text=text)


def _equals(body: str) -> Said | None:
    """Return what the style of Ubuntu's channel logs says behind "===": it writes actions so too."""
    text = body[3:].strip()
    if _MODE.match(text):
        return Said("system", text=text)
    return _event(text) or _event(_SPLIT.sub(r"\1\2", text, count=1)) or _action(text)


def _bare(body: str) -> Said | None:
    """Return what a line without a sign says: a notice, or the plain words of bots such as Eggdrop."""
    for pattern in (_NOTICE, _RELAYED):
        if (found := pattern.match(body)) is not None:
            return Said("text", found[1].strip(_RANKS), body[found.end() :])
    if body.startswith("Action: "):
        return _action(body[8:])
    if _TOLD.match(body):
        return Said("system", text=body)
    return _event(body)


def _event(text: str) -> Said | None:
    who, _, rest = text.partition(" ")
    if rest in ("joined", "left"):
        return Said(rest, who, event=True)
    if len(text) > _LONGEST:
        return None
    for kind, pattern in _EVENTS:
        if (found := pattern.match(text)) is not None:
            groups = found.groupdict()
            why = groups.get("why") or groups.get("why2")
            return Said(kind, groups["who"].lstrip(_RANKS), event=True, by=groups.get("by"), detail=why or None)
    return None


_BY_MARK: dict[str, Callable[[str], Said | None]] = {
    "***": _told, "-!-": _told, "===": _equals, "*": _starred,
}  # fmt: skip
