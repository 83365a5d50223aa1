"""Tells bare closings (谢谢, 好的, OK, 收到 …) from messages that still ask something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import re2

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
# Longer closings are put together from these pieces: acknowledgement, thanks for something, what is settled.
# 麻烦 and 打扰 close only with 了: 麻烦您处理 asks.
_END = "[了啦哦呀啊呢哈噢]*"
_WHO = (
    "(?:各?位?(?:老师|群主|管理员?|运营|客服|店家|卖家|商家|助教|班长|主任|医生|师傅|大佬|大神|大家|姐妹|兄弟|朋友|亲爱的|亲"
    "|宝子?|小姐姐|小哥哥|小助手|哥|姐|您|你)们?)"
)
_FOR = (
    "(?:(?:这么|如此)?[的地]?(?:耐心|及时|快速|详细|热心|认真|用心|细心|贴心)*的?(?:解答|答复|回复|回答|答疑|帮助|帮忙|提醒"
    "|指导|指点|分享|讲解|说明|安排|处理|支持|关心|告知|推荐|反馈|照顾|跟进))"
)
_VERY = "(?:真的|真是|实在|非常|十分|特别|太|万分|多|再次)*"
_PIECES = (
    f"(?:嗯+|哦+|噢+|好+|行+|ok+|okay|收到|明白|知道|懂|了解|清楚|没问题|可以|原来如此|原来是这样)[的滴哒嘞吧]*{_END}{_WHO}?",
    f"{_VERY}(?:感谢|谢+|感恩){_WHO}*{_FOR}?{_WHO}?{_END}",
    f"{_VERY}(?:(?:麻烦|打扰){_WHO}*[了啦]+|辛苦{_WHO}*{_END})",
    "我?(?:这边|这里)?(?:的?问题)?(?:已经?|都|刚刚?)*(?:解决|搞定|收到|弄好|处理好|找到|看到|退款到账|到账|领到|进去|加上)[了啦]+",
)
_CLOSES = re2.compile(f"(?:{'|'.join(_PIECES)})+")
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
        return said in CLOSINGS or _CLOSES.fullmatch(said) is not None
    return text.strip() != ""
