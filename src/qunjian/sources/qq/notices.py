"""Reads QQ's own lines: who joined, left, was invited or removed, what was recalled; the rest stay system messages.

Only for lines that QQ wrote: what a member types is never an event.
"""

from __future__ import annotations

import re

import msgspec

from qunjian.sources.qq.accounts import with_id
from qunjian.text.late import late

_LONGEST = 300
_GROUP = r"(?:本群|群聊|该群|群|讨论组|多人聊天)"
_END = r"[。.!！\s]*\Z"
_IN = rf"(?:加入|进入)了?{_GROUP}{_END}"
_OUT = rf"(?:移出|踢出|移除|请出)了?{_GROUP}{_END}"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("invited", late(rf"\A(?P<actor>.+?)\s*邀请\s*(?P<name>.+?)\s*{_IN}", re.DOTALL)),
    (
        "joined",
        late(rf"\A(?P<name>.+?)\s*通过(?:扫描)?\s*(?P<actor>.+?)\s*分享的(?P<detail>群?二维码)\s*{_IN}", re.DOTALL),
    ),
    ("joined", late(rf"\A(?P<name>.+?)\s*通过(?P<detail>[^，。\n]{{1,20}}?)\s*{_IN}", re.DOTALL)),
    ("joined", late(rf"\A(?P<name>.+?)\s*已?{_IN}", re.DOTALL)),
    ("kicked", late(rf"\A(?P<name>.+?)\s*已?被\s*(?:群主|管理员)?\s*(?P<actor>.*?)\s*{_OUT}", re.DOTALL)),
    ("kicked", late(rf"\A(?P<actor>.+?)\s*(?:将|把)\s*(?P<name>.+?)\s*{_OUT}", re.DOTALL)),
    ("left", late(rf"\A(?P<name>.+?)\s*已?(?:退出|离开)了?{_GROUP}{_END}", re.DOTALL)),
)
_TELLING = late(rf"(?:[加进]入|移出|踢出|移除|请出|退出|离开)了?{_GROUP}{_END}")
_RECALL = late(r"撤回了(?:一条|成员|.{0,80}的)?\S{0,80}消息|recalled a message")
# The exporter himself: who that is, the file does not say.
_SELF = frozenset({"你", "您", "我", ""})


class Person(msgspec.Struct, frozen=True):
    """Someone a notice names: the name, the number where it is written; `me`: the exporter himself, unnamed there."""

    name: str | None = None
    native: str | None = None
    me: bool = False


class Notice(msgspec.Struct, frozen=True):
    """One line of QQ's own: a membership kind with the people it befell, "recall", or "system"."""

    kind: str
    people: tuple[Person, ...] = ()
    actor: Person = Person()
    detail: str | None = None


def read_notice(text: str) -> Notice:
    """Return what QQ's line says."""
    line = " ".join(text.split())
    if len(line) > _LONGEST:
        return Notice("system")
    if ("撤回" in line or "recalled" in line) and _RECALL.search(line):
        return Notice("recall")
    if _TELLING.search(line) is None:
        return Notice("system")
    for kind, pattern in _PATTERNS:
        found = pattern.match(line)
        if found is not None:
            parts = found.groupdict()
            people = tuple(_person(each) for each in _several(parts["name"], kind))
            return Notice(kind, people, _person(parts.get("actor") or ""), parts.get("detail"))
    return Notice("system")


def _several(names: str, kind: str) -> list[str]:
    """Return the names of an invitation or removal of several people."""
    if kind not in ("invited", "kicked") or "、" not in names:
        return [names]
    return [each for each in names.split("、") if each.strip()]


def _person(written: str) -> Person:
    if written.strip() in _SELF:
        return Person(me=bool(written.strip()))
    name, native = with_id(written)
    return Person(name, native)
