"""Tells bare closings (谢谢, 好的, OK, 收到 …) from messages that still ask something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = """
    谢 谢谢 谢谢你 谢谢您 谢谢啦 谢谢了 谢谢哦 多谢 多谢了 感谢 非常感谢 十分感谢 谢了 辛苦 辛苦了 辛苦啦
    好 好的 好的呢 好的哦 好嘞 好滴 好哒 好吧 好呀 好啊 好了 行 行的 可以 可以的 嗯 嗯嗯 嗯好 嗯好的 哦 哦哦 哦好的
    收到 收到了 已收到 收到谢谢 好的谢谢 好的谢谢你 好的谢谢您 好谢谢 嗯嗯谢谢 谢谢老师 好的老师 收到老师 噢 噢噢
    明白 明白了 明白啦 知道 知道了 知道啦 了解 了解了 懂了 清楚了 没问题 没事 没事了 不客气 再见 拜拜 晚安
    ok okay okk oki kk k thanks thankyou thx ty tks thankyousomuch thanksalot gotit understood noted roger great cool
    bye goodbye yes yep np
"""
CLOSINGS = frozenset(_WORDS.split())
# A mention as chats show it: "@name" up to white space (WeChat ends it with U+2005).
_MENTION = re.compile(r"[@＠][^\s@＠]+\s?")
# What may stand around a closing and says nothing: punctuation, symbols, emoji, white space.
_SILENT = re.compile(r"[\W_]+")
_LONGEST = 80


def is_closing(text: str) -> bool:
    """Return whether the text, mentions and punctuation put aside, is nothing but a closing."""
    if len(text) > _LONGEST:
        return False
    return _is_closing_rest(_MENTION.sub(" ", text))


def closings(texts: Iterable[str | None]) -> pa.Array:
    """Return for each text whether it is a bare closing; what has no text is none (an image may be the question)."""
    return pa.array([text is not None and text.strip() != "" and is_closing(text) for text in texts], pa.bool_())


def _is_closing_rest(text: str) -> bool:
    """A bare mention asks for attention, a bare 👌 or 谢谢 does not; a question mark always asks."""
    if "?" in text or "？" in text:
        return False
    said = _SILENT.sub("", text).lower()
    if said:
        return said in CLOSINGS
    return text.strip() != ""
