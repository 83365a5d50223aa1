"""Reads messages as chatlog's CSV and text show them: media as "![图片](…)", a reply under the lines it quotes."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from qunjian.sources.wechat.kinds import kind_shown
from qunjian.sources.wechat.rows import NOBODY, attachment, is_group
from qunjian.sources.wechat.system_lines import read_line
from qunjian.text.late import late, late_re2

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTED = late(r"^> (?P<who>.*) (?P<at>(?P<m>\d\d)-(?P<d>\d\d) (?P<t>\d\d:\d\d)):\d\d$")
_PERSON = late(r"^(?P<name>.*)\((?P<id>[^()\s]+)\)$", re.DOTALL)
_ID = late(r"^[A-Za-z0-9][A-Za-z0-9_@.\-]{3,}$")
_PLACEHOLDER = late_re2(r"^!?\[[^|\]]+(?:\|(?P<words>[^\n]*?))?\](?:\((?P<url>[^\n]*)\))?$")
_DIGEST = late(r"/(?:image|video|file)/([0-9a-f]{32})\b")
_SILENT = frozenset({"image", "voice", "video", "sticker", "card"})


class Shown(NamedTuple):
    """A message read from its text."""

    kind: str
    text: str
    reply: str | None = None
    attachments: list[dict[str, Any]] | None = None


def shown(text: str, wall: int) -> Shown:
    """Return the message a text shows, written at a wall time (microseconds)."""
    reply = None
    if text.startswith("> "):
        reply, text = _unquoted(text, wall)
    kind = kind_shown(text)
    found = _PLACEHOLDER.match(text) if kind != "text" else None
    if found is None:
        return Shown(kind, text, reply)
    words, url = found["words"] or "", found["url"] or ""
    digest = _DIGEST.search(url)
    if kind in ("image", "video", "file"):
        name = words if kind == "file" else ""
        return Shown(kind, name, reply, [attachment(kind, name, digest[1] if digest else "")])
    if kind in _SILENT or text in ("[红包]", "[语音通话]"):
        return Shown(kind, "", reply)
    if kind == "link":
        return Shown(kind, "\n".join(part for part in (*words.split("|"), url) if part), reply)
    return Shown(kind, text, reply)


def _unquoted(text: str, wall: int) -> tuple[str | None, str]:
    lines = text.split("\n")
    upto = next((n for n, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    rest = "\n".join(lines[upto:])
    found = _QUOTED.match(lines[0])
    if found is None:
        return (None, rest) if lines[0] == "> [引用]" else (None, text)
    own = dt.datetime.fromtimestamp(wall / 1e6, dt.UTC)
    # The quoted time has no year: it lies before the reply.
    year = own.year - (found["at"] > own.strftime("%m-%d %H:%M"))
    name, native = person(found["who"])
    return f"?{year}-{found['m']}-{found['d']}T{found['t']}|{name or native}", rest


def person(written: str) -> tuple[str | None, str | None]:
    """Return (name, id) of "name(id)", of a bare id, or of the exporter ("我")."""
    written = written.strip()
    if (found := _PERSON.match(written)) is not None:
        native = None if found["id"] == "我" else found["id"]
        return found["name"].strip() or None, native
    return (None, written) if _ID.match(written) else (written or None, None)


def is_system(sender: str | None, name: str | None, talk: str, text: str) -> bool:
    """Return whether a row without a type is a system line: nobody says it, or it tells of its own recall."""
    if (sender or "") in NOBODY and (name or "") in NOBODY:
        return True
    if sender == talk and is_group(talk):
        return True
    if len(text) > 200 or "消息" not in text:
        return False
    line = read_line(text)
    return line.kind == "recall" and line.by is not None and (line.by.me or line.by.name == name)


def years_in(name: str) -> tuple[str | None, str | None]:
    """Return (year, date) that a file's name states, where it states just one."""
    dates = set(re.findall(r"(?<!\d)(20\d\d-\d\d-\d\d)(?!\d)", name))
    years = {date[:4] for date in dates} or set(re.findall(r"(?<!\d)(20\d\d)(?!\d)", name))
    return _only(years), _only(dates)


def _only(found: Iterable[str]) -> str | None:
    one = list(found)
    return one[0] if len(one) == 1 else None
