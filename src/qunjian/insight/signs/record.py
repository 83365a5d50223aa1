"""What a sign says: its kind, where and when, the numbers behind it, and the sentence people read."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from qunjian.model.language import Phrase

SignKind = Literal[
    "silence", "promised", "rejected", "hole", "removed", "edited", "ending", "order", "shift", "vanished",
    "same_file", "unconsented", "not_compared",
]  # fmt: skip
KINDS: dict[SignKind, Phrase] = {
    "silence": Phrase("不大可能的沉默", "improbable silence"),
    "promised": Phrase("索引承诺的没有来齐", "less came than the index promises"),
    "rejected": Phrase("许多记录没能读入", "many records refused"),
    "hole": Phrase("另一份导出补上的缺口", "hole another export fills"),
    "removed": Phrase("一人连续的消息不见了", "a person's messages in a row are missing"),
    "edited": Phrase("连续被改写", "a run of edits"),
    "ending": Phrase("导出止于问题之前", "export ends just before a finding"),
    "order": Phrase("行序错乱", "rows out of order"),
    "shift": Phrase("时间整体错开", "times shifted as a whole"),
    "vanished": Phrase("成员从记录中消失", "a member vanishes from history"),
    "same_file": Phrase("同一文件换了名字", "the same file under another name"),
    "unconsented": Phrase("不同意存档后仍有消息", "messages after the archive was refused"),
    "not_compared": Phrase("没有比较", "not compared"),
}
# What leaves a score without its data; the other kinds are about files whose messages another file brought.
INCOMPLETE: frozenset[SignKind] = frozenset({"silence", "promised", "rejected"})
LIKELY = 0.01  # a sign of chance is shown when so few like it would be expected in a whole clean record


class Sign(msgspec.Struct, frozen=True):
    """One sign; `expected`: how many like it chance alone would make in the record, None where it is a plain fact."""

    kind: SignKind
    community_id: str
    first: dt.datetime | None
    last: dt.datetime | None
    numbers: dict[str, float]
    words: Phrase
    files: tuple[str, ...] = ()
    expected: float | None = None


def lasting(seconds: int) -> Phrase:
    """Return a length of time as people say it."""
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return Phrase(f"{days:,} 天 {hours} 小时", f"{days:,} d {hours} h")
    if seconds < 60:
        return Phrase(f"{seconds} 秒", f"{seconds} s")
    return Phrase(f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分钟", f"{hours} h {minutes} min")
