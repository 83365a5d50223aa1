"""Knows where messages begin in QQ's text export: heads with number, mail or neither, and the blocks between chats."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from qunjian.sources.qq.accounts import SYSTEM_NUMBERS
from qunjian.sources.qq.rows import SYSTEM_NAME
from qunjian.text.late import late

BANNER = "消息记录（此消息记录为文本格式，不支持重新导入）"
_TIME = (
    r"(?P<date>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[ \t]{1,9}(?P<early>上午|下午)?[ \t]?"
    r"(?P<clock>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})(?:[ \t](?P<late>[AP]M))?"
)
# Every length has a bound, far over what QQ allows: a line of a hundred thousand blanks must not cost its square.
_ID = r"(?:\((?P<number>[0-9]{4,12})\)|<(?P<mail>[^<>@\s]{1,128}@[^<>\s]{1,255})>)"
_KNOWN = rf"[ \t](?P<who>(?P<name>[^\r\n]{{0,400}}?)[ \t]?{_ID})[ \t]{{0,99}}\r?$"
_ANY = rf"[ \t](?P<who>(?P<name>[^\r\n]{{1,400}}?)(?:[ \t]?{_ID})?)[ \t]{{0,99}}\r?$"
# QQ draws 64 signs.
BLOCK = late(
    r"^={20,}[ \t]*\n消息分组[:：](?P<category>[^\n]*)\n"
    r"={20,}[ \t]*\n消息对象[:：](?P<object>[^\n]*)\n={20,}[^\n]*(?:\n|\Z)",
    re.MULTILINE,
)
OBJECT = late(r"^消息对象[:：](?P<object>[^\n]*)$", re.MULTILINE)
CATEGORY = late(r"^消息分组[:：](?P<category>[^\n]*)$", re.MULTILINE)
# Friends are sorted under these; the groups a person joined under others.
PRIVATE = frozenset(
    {"我的好友", "最近联系人", "陌生人", "朋友", "家人", "同学", "特别关心", "临时会话", "黑名单", "系统消息"}
)


class Style(msgspec.Struct, frozen=True):
    """How a document writes: heads end in a number or mail (`ids`), and an empty line goes before each (`loose`)."""

    ids: bool = True
    loose: bool = True


class Chat(msgspec.Struct, frozen=True):
    """Whose messages follow. `ids`: whether its heads end in a number; None while no head has been seen."""

    object: str = ""
    category: str = ""
    ids: bool | None = True
    style: Style = Style()


@cache
def head_pattern(*, ids: bool, loose: bool) -> re.Pattern[str]:
    """Return the pattern of heads in text whose line ends are newlines."""
    lead = r"(?:\A|(?<=\n\n))" if loose else "^"
    return re.compile(lead + _TIME + (_KNOWN if ids else _ANY), re.MULTILINE)


@cache
def start_pattern(style: Style) -> re.Pattern[bytes]:
    """Return the pattern of the place where a record begins, in bytes."""
    lead = r"\n\r?\n" if style.loose else r"\n"
    form = _TIME + (_KNOWN if style.ids else _ANY)
    return re.compile(f"{lead}(?P<start>{form})".encode(), re.MULTILINE)


def style_of(head: str) -> Style:
    """Return how a document writes, by its beginning."""
    known = _count(head_pattern(ids=True, loose=False), head)
    every = known or _count(head_pattern(ids=False, loose=False), head)
    apart = _count(head_pattern(ids=bool(known), loose=True), head)
    loose = apart * 2 > every
    ids = _count(head_pattern(ids=True, loose=loose), head) * 2 >= _count(head_pattern(ids=False, loose=loose), head)
    return Style(ids=ids, loose=loose)


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for found in pattern.finditer(text) if not _system(found))


def _system(found: re.Match[str]) -> bool:
    return found["number"] in SYSTEM_NUMBERS or found["name"] == SYSTEM_NAME


def writes_ids(text: str, style: Style) -> bool | None:
    """Return whether the heads of a chat's messages end in a number, by the first head not of QQ itself."""
    if not style.ids:
        return False
    for found in head_pattern(ids=False, loose=style.loose).finditer(text):
        if not _system(found):
            return found["number"] is not None or found["mail"] is not None
    return None


def followed(chat: Chat, text: str, *, opening: bool) -> Chat:
    """Return the chat that holds after the text; `opening`: the text is the document's beginning."""
    return segments(chat, text, opening=opening)[-1][0]


def segments(chat: Chat, text: str, *, opening: bool) -> list[tuple[Chat, int, int]]:
    """Return (chat, begin, end) of the stretches of text that belong to one chat each."""
    out: list[tuple[Chat, int, int]] = []
    at = 0
    first = opening
    for block in [*BLOCK.finditer(text), None]:
        end = block.start() if block else len(text)
        if end > at or block is None:
            if chat.ids is None:
                chat = msgspec.structs.replace(chat, ids=writes_ids(text[at:end].lstrip("\n"), chat.style))
            out.append((chat, at, end))
            first = first and not head_pattern(ids=chat.ids is not False, loose=False).search(text, at, end)
        if block:
            ids = chat.style.ids if first else None
            chat = Chat(block["object"].strip(), block["category"].strip(), ids, chat.style)
            at, first = block.end(), False
    return out
