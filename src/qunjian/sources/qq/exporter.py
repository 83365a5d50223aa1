"""Reads what QQ Chat Exporter's text and sheet write for a message's words: placeholders, files, quoted messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.sources.qq.rows import Instant, instants
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M",
)  # fmt: skip
KINDS = {"image": "image", "video": "video", "audio": "voice", "voice": "voice", "file": "file"}
_LABELS = {"图片": "image", "视频": "video", "语音": "voice", "文件": "file"}
_PLACEHOLDER = late(r"\[(图片|视频|文件|语音)(?:[:： ] ?([^\]\n]{0,200}))?\]")
_LISTED = late(r"\s?\[(image|video|audio|voice|file): ([^\]\n]{0,200})\]")
_QUOTED = late(r"\A\[回复[^\]\n]{0,500}\]\n?")
_NOTHING = frozenset({"[空消息]", "[无文本内容]"})
_WHOLE = (
    ("forward", late(r"\A\[转发消息(?:: \d+条)?\]")),
    ("link", late(r"\A\[(?:JSON消息|json)\]\Z")),
    ("location", late(r"\A\[位置消息\]\Z")),
    ("sticker", late(r"\A(?:\[(?:表情\d+|\[[^\]\n]{1,20}\]|market_face|face)\])+\Z")),
)
# The labels of the sheet's column of types.
_TYPES = {
    "图片": "image", "视频": "video", "音频": "voice", "文件": "file", "image": "image", "video": "video",
    "audio": "voice", "file": "file", "forward": "forward", "json": "link", "type_6": "voice", "type_7": "link",
    "type_8": "file",
    "type_9": "video", "type_11": "forward", "type_17": "sticker", "market_face": "sticker", "表情": "sticker",
}  # fmt: skip


def read_words(
    written: str, kind_said: str, listed: list[tuple[str, str]]
) -> tuple[str, str, list[dict[str, Any]] | None]:
    """Return (kind, words, attachments); `listed`: the (kind, name) of files the exporter lists apart."""
    words = _QUOTED.sub("", written)
    held = listed or [(each[1], each[2]) for each in _LISTED.finditer(words)]
    words = _LISTED.sub("", words)
    placed = [(_LABELS[each[1]], each[2]) for each in _PLACEHOLDER.finditer(words)]
    words = _PLACEHOLDER.sub("", words).strip()
    if words in _NOTHING:
        words = ""
    found: list[tuple[str, str | None]] = [(KINDS.get(kind, "other"), name) for kind, name in held]
    found = found or [(kind, None if kind == "voice" else name) for kind, name in placed]
    attachments = [{"kind": kind, "name": name or None, "size": None, "digest": None} for kind, name in found] or None
    for kind, pattern in _WHOLE:
        if pattern.match(words):
            return kind, "" if kind in ("link", "location") else words, attachments
    if words:
        kind = _TYPES.get(kind_said, "text")
        return (kind if kind in ("forward", "link") else "text"), words, attachments
    return (found[0][0] if found else _TYPES.get(kind_said, "other")), "", attachments


def exported_times(written: Sequence[str | None], zone: str | None) -> list[Instant | None]:
    """Return when each time says; some versions write the hour after midnight as 24, of the day that begins."""
    return instants([None if each is None else each.strip().replace(" 24:", " 00:") for each in written], _FORMS, zone)
