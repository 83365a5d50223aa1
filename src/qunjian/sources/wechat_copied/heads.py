"""Knows the title, the days and the beginnings of messages in text copied out of WeChat, and its placeholders."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from qunjian.text.late import late

_DATE = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_CLOCK = (
    r"(?:(?P<half>凌晨|早上|上午|中午|下午|晚上|AM|PM) ?)?(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?"
    r"(?: ?(?P<late>[AP]M))?"
)
# "—————  2026-04-06  —————"
DAY = late(rf"^[ \t]*[—─–\-]{{3,}}[ \t]*(?P<date>{_DATE})[ \t]*[—─–\-]{{3,}}[ \t]*$", re.MULTILINE)
# "小林  16:21" under such a day; "小林 2026-04-06 16:21:05", "小林 2026年4月6日 下午4:21"; no time at all: "小林:"
HEAD = late(
    rf"^(?P<who>[^\s:：][^\n\t]{{0,63}}?)(?:[ \t\u2003]+(?P<date>{_DATE})[ \t]+|[ \t\u2003]{{2,}}){_CLOCK}[ \t]*$",
    re.MULTILINE,
)
BARE = late(r"^(?P<who>[^\s:：\[][^\n:：]{0,31})[:：][ \t]*$", re.MULTILINE)
# Where slices may be cut, in bytes: the commonest of those heads, never anything that is none.
_PLAIN_DATE = r"\d{4}(?:[-/.]|年)\d{1,2}(?:[-/.]|月)\d{1,2}(?:日)?"
START = late(
    (
        rf"\n(?P<start>[^\s:\xef][^\n\t]{{0,60}}?(?:[ \t]+{_PLAIN_DATE}[ \t]+|[ \t]{{2,}})"
        + re.sub(r"[?]P<[^>]+>", "?:", _CLOCK)
        + r"[ \t]*\r?$)"
    ).encode("utf-8"),
    re.MULTILINE,
)
_GROUP = late(r"^(?:微信)?群(?:聊)?[ ]?[\"“「](?P<name>.+?)[\"”」] ?的聊天记录", re.MULTILINE)
_PRIVATE = late(r"^.{1,64}?(?: 和 .{1,64} 在微信上的聊天记录|与.{1,64}的聊天记录如下)", re.MULTILINE)
_KINDS = {
    "图片": "image", "照片": "image", "Photo": "image", "视频": "video", "Video": "video", "语音": "voice",
    "Voice": "voice", "Audio": "voice", "文件": "file", "File": "file", "表情": "sticker", "动画表情": "sticker",
    "Sticker": "sticker", "位置": "location", "Location": "location", "链接": "link", "Link": "link", "小程序": "link",
    "Mini Program": "link", "音乐": "link", "视频号": "link", "名片": "card", "个人名片": "card",
    "Contact Card": "card", "红包": "red_packet", "Red Packet": "red_packet", "转账": "red_packet",
    "聊天记录": "forward", "Chat History": "forward",
}  # fmt: skip
_PLACEHOLDER = late(r"^\[(?P<word>[^\[\]:：\n]{2,12})(?:[:：] ?(?P<name>[^\]\n]*))?\](?P<rest>[^\n]*)$")
_MAILED = late(r"\(请在附件中查看\)|（请在附件中查看）")
_QUOTE = late(r"^「[^\n]{1,64}?[:：](?s:.{0,4000}?)」\n[- —─]{5,}\n")
_MENTION = late("@([^\\s@\u2005]{1,32})\u2005")
_FILED = frozenset({"image", "video", "voice", "file"})


def title_of(head: str) -> tuple[str, bool]:
    """Return the group's name where the first lines say it, and whether they say that it is a talk of two."""
    opening = "\n".join(head.lstrip("\ufeff\n ").split("\n")[:4])
    found = _GROUP.search(opening)
    return (found["name"].strip(), False) if found else ("", _PRIVATE.search(opening) is not None)


@lru_cache(maxsize=4096)
def day_of(written: str) -> int | None:
    """Return the begin of a written day in µs."""
    year, month, day = (int(number) for number in re.findall(r"\d+", written))
    try:
        return (dt.date(year, month, day).toordinal() - 719_163) * 86_400_000_000 if 2000 <= year < 2100 else None
    except ValueError:
        return None


def clock(found: re.Match[str]) -> int | None:
    """Return the time of day a head writes in µs."""
    hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
    mark = found["half"] or found["late"]
    if mark and 1 <= hour <= 12:
        hour = hour % 12 + (12 if mark in ("下午", "晚上", "PM") or (mark == "中午" and hour in (12, 1, 2)) else 0)
    return ((hour * 60 + minute) * 60 + min(second, 59)) * 1_000_000 if hour < 24 and minute < 60 else None


def shown(words: str) -> tuple[str, str, list[dict[str, Any]] | None, list[str] | None]:
    """Return (kind, the writer's own words, attachments, mentions) of a message's text."""
    found = _PLACEHOLDER.match(words)
    kind = _KINDS.get(found["word"].strip()) if found else None
    if found is not None and kind is not None:
        name = _MAILED.sub("", found["name"] or "").strip() or None
        files = [{"kind": kind, "name": name, "size": None, "digest": None}] if kind in _FILED else None
        beside = found["rest"].strip() if files else " ".join(filter(None, (name, found["rest"].strip())))
        return kind, beside, files, None
    words = _QUOTE.sub("", words, count=1)
    mentions = [f"wechat:name:{name}" for name in _MENTION.findall(words)] if "@" in words else []
    return "text", words, None, list(dict.fromkeys(mentions)) or None
