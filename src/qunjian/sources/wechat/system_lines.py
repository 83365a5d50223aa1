"""Reads WeChat's system lines, Chinese and English: who joined, was invited or removed, who recalled a message.

The client announces no leaving on one's own, so none is made up. A line whose names were left out by the exporter
("$names$") stays a system message. Lines of traditional Chinese are read by the same patterns but were not seen.
"""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec

from qunjian.text.late import late, late_re2

_YOU = frozenset({"你", "您", "you"})
_LIMIT = 64 * 1024
_QUOTE = r"[\"“”]"
_SOMEONE = rf"(?:{_QUOTE}\s*(?P<by>.+?)\s*{_QUOTE}|(?P<me>你|您|[Yy]ou))"
_GROUP = r"(?:群聊|群組|群组)"
_ID = late(r"^(?P<name>.*?)\((?P<id>[A-Za-z0-9_][A-Za-z0-9_@.\-]{3,63})\)$", re.DOTALL)
_SEPARATED = late(r"(?<=\))、")


class Member(msgspec.Struct, frozen=True):
    """Someone as a line names them; `native` where the exporter wrote the id behind the name; `me`: the exporter."""

    name: str = ""
    native: str | None = None
    me: bool = False


class Event(msgspec.Struct, frozen=True):
    """One change of membership."""

    kind: str
    who: Member
    by: Member | None = None
    detail: str | None = None


class Line(msgspec.Struct, frozen=True):
    """A system line read: readable text, its kind (system or recall), who recalled, and the events it tells."""

    text: str
    kind: str = "system"
    by: Member | None = None
    events: tuple[Event, ...] = ()


def _pattern(form: str) -> Any:
    # Names are hostile: RE2 takes linear time whatever they hold.
    return late_re2("(?s)^" + form.format(s=_SOMEONE, q=_QUOTE, g=_GROUP) + r"[\s.。]*$")


# In this order: the first that fits. `who`: the members of the event; `host`: who did it where it is not `by`.
_EVENTS: tuple[tuple[Any, str, str | None], ...] = (
    (_pattern(r"{s}(?:邀请|邀請)(?P<self>[你您])和\s*{q}(?P<who>.+){q}加入了?{g}"), "invited", None),
    (_pattern(r"{s}(?:邀请|邀請)(?P<self>[你您])加入了?{g}(?:[，,]\s*{g}参与人还有[:：].*)?"), "invited", None),
    (_pattern(r"{s}(?:邀请|邀請)\s*{q}(?P<who>.+){q}加入了?{g}"), "invited", None),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q}通[过過][扫掃]描{s}分享的二[维維][码碼]加入了?{g}"), "joined", "qr_code"),
    (_pattern(r"(?P<self>[你您])通[过過][扫掃]描{s}分享的二[维維][码碼]加入了?{g}"), "joined", "qr_code"),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q}(?:已|被邀请)?加入了?{g}"), "joined", None),
    (_pattern(r"(?P<self>[你您])被{q}\s*(?P<host>.+?)\s*{q}移出了?{g}"), "kicked", None),
    (_pattern(r"{s}[将將]\s*{q}\s*(?P<who>.+)\s*{q}移出了?{g}"), "kicked", None),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q}被{s}移出了?{g}"), "kicked", None),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q}(?:已|主动)?退出了?{g}"), "left", None),
    (_pattern(r"(?P<self>[你您])(?:已)?退出了?{g}"), "left", None),
    (_pattern(r"{q}?(?P<host>.+?){q}? invited (?P<self>you) and {q}?(?P<who>.+?){q}? to (?:the|a) group chat"), "invited", None),  # noqa: E501
    (_pattern(r"{q}?(?P<host>.+?){q}? invited (?P<self>you) to (?:the|a) group chat(?: with .+)?"), "invited", None),
    (_pattern(r"{q}?(?P<host>.+?){q}? invited {q}?(?P<who>.+?){q}? to (?:the|a) group chat"), "invited", None),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q} joined (?:the )?group chat via the QR [Cc]ode (?:shared by {s}|(?P<host>you) shared)"), "joined", "qr_code"),  # noqa: E501
    (_pattern(r"(?P<self>You) were removed from the group chat by {q}(?P<host>.+?){q}"), "kicked", None),
    (_pattern(r"{s} removed {q}\s*(?P<who>.+?)\s*{q} from the group chat"), "kicked", None),
    (_pattern(r"{q}\s*(?P<who>.+?)\s*{q} left the group chat"), "left", None),
)  # fmt: skip
_RECALLS: tuple[Any, ...] = (
    _pattern(r"{s}\s*(?:已)?撤回了?(?:成员\s*{q}.+{q}\s*的)?(?:一条)?消息(?:\s*重新编辑)?"),
    _pattern(r"{s}\s*(?:已)?收回了?一?[則则]?[訊讯]息"),
    _pattern(r"{s} (?:has )?recalled (?:a|.+'s) message"),
)
_TAG = late(r"<[^<>]{0,500}>")
_CDATA = late_re2(r"(?s)<!\[CDATA\[(.*?)\]\]>")
_REPLACED = late_re2(r"(?s)<replacemsg>(.*?)</replacemsg>")
_PLAIN = late_re2(r"(?s)<plain>(.*?)</plain>")
_TEMPLATE = late_re2(r"(?s)<template>(.*?)</template>")
_LINK = late_re2(r"(?s)<link name=\"(\w+)\"[^>]*>(.*?)</link>")
_NICKNAME = late_re2(r"(?s)<nickname>(.*?)</nickname>")
_UNCLEAR = late(r"[$\"“”]")
_REVOKE = late(r"\$revoke\$")


def read_line(text: str, *, ids: bool = False) -> Line:
    """Return what a system line tells; `ids`: the exporter writes "name(id)" for every member."""
    shown = _readable(text)
    if len(shown) > _LIMIT:
        return Line(shown)
    for pattern in _RECALLS:
        if (found := pattern.match(shown)) is not None:
            return Line(shown, "recall", _doer(found, ids=ids))
    for pattern, kind, detail in _EVENTS:
        if (found := pattern.match(shown)) is not None:
            members = _members(found, ids=ids)
            if not members:
                return Line(shown)
            by = _doer(found, ids=ids)
            return Line(shown, events=tuple(Event(kind, who, by, detail) for who in members))
    return Line(shown)


def _doer(found: Any, *, ids: bool) -> Member | None:
    groups = found.groupdict()
    if groups.get("me"):
        return Member(me=True)
    name = groups.get("host") or groups.get("by")
    who = _member(name, ids=ids) if name else None
    return None if who is None or _UNCLEAR.search(who.name) else who


def _members(found: Any, *, ids: bool) -> list[Member]:
    groups = found.groupdict()
    members = [Member(me=True)] if groups.get("self") else []
    if written := groups.get("who"):
        names = _SEPARATED.split(written) if ids and ")、" in written else written.split("、")
        members += [_member(name, ids=ids) for name in names if name.strip(' "“”')]
    # A placeholder the exporter did not fill, or a quotation mark: a nickname could else play a line within a line.
    return [] if any(_UNCLEAR.search(one.name) for one in members) else members


def _member(written: str, *, ids: bool) -> Member:
    name = written.strip().strip('"“”').strip()
    if name.casefold() in _YOU:
        return Member(me=True)
    if ids and (found := _ID.match(name)) is not None:
        return Member(found["name"].strip(), found["id"])
    return Member(name)


def _readable(text: str) -> str:
    """Return a line as the client shows it; some exporters leave its XML as it is stored."""
    if "<" not in text:
        return _REVOKE.sub("", text).strip()
    if len(text) > _LIMIT:
        return text
    for pattern in (_REPLACED, _PLAIN):
        if (found := pattern.search(text)) is not None and (words := _words(found[1])):
            return words
    if (found := _TEMPLATE.search(text)) is not None:
        names = {name: "、".join(map(_words, _NICKNAME.findall(body))) for name, body in _LINK.findall(text)}
        shown = re.sub(r"\$(\w+)\$", lambda hit: names.get(hit[1]) or hit[0], _words(found[1]))
        return _REVOKE.sub("", shown).strip()
    return _words(text)


def _words(piece: str) -> str:
    bare = _TAG.sub("", _CDATA.sub(r"\1", piece))
    return _REVOKE.sub("", html.unescape(bare)).strip()
