"""Knows what a message of QQ's text export was by the placeholders QQ writes for what is no text."""

from __future__ import annotations

import re
from typing import Any

from qunjian.text.late import late

_PLACEHOLDERS = {"图片": "image", "闪照": "image", "表情": "sticker", "语音": "voice", "视频": "video", "文件": "file"}
_PLACEHOLDER = late(r"\[(图片|闪照|表情|语音|视频|文件)\]")
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("red_packet", late(r"\[(?:QQ)?红包\]|\[转账\]")),
    ("image", late(r"\[闪照\]")),
    ("link", late(r"\[(?:分享|链接|QQ小程序|小程序)\]")),
    ("location", late(r"\[位置\]")),
    ("forward", late(r"\[(?:聊天记录|合并转发)\]")),
    ("card", late(r"\[(?:推荐联系人|名片|推荐群)\]")),
    ("voice", late(r"\[语音\]")),
    ("video", late(r"\[视频\]")),
    ("file", late(r"\[文件\]")),
)
# The whole body, never part of what someone typed.
_RECALLED = late(r"\A你?撤回了一条消息[。\s]*\Z")


def kind_of(body: str) -> tuple[str, str, list[dict[str, Any]] | None]:
    """Return the kind, the words (empty where a placeholder was all there was) and the attachments."""
    if not body.strip():
        return "other", "", None
    if _RECALLED.match(body):
        return "recall", body, None
    named = [_PLACEHOLDERS[found] for found in _PLACEHOLDER.findall(body)]
    attachments = [
        {"kind": kind, "name": None, "size": None, "digest": None} for kind in named if kind != "sticker"
    ] or None
    if named and not _PLACEHOLDER.sub("", body).strip():
        return named[0], "", attachments
    for kind, pattern in _KINDS:
        if pattern.match(body):
            return kind, body, attachments
    return "text", body, attachments
