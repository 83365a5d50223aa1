"""Turns a message's segments, or the same written as one text with CQ codes, into kind, words and links."""

from __future__ import annotations

from typing import Any

import msgspec

from qunjian.sources.onebot.records import Data, Segment
from qunjian.text.late import late

_KINDS = {
    "image": "image", "mface": "sticker", "marketface": "sticker", "bface": "sticker", "record": "voice",
    "voice": "voice", "audio": "voice", "video": "video", "file": "file", "share": "link", "json": "link",
    "xml": "link",
    "music": "link", "contact": "card", "location": "location", "forward": "forward", "node": "forward",
    "redbag": "red_packet", "markdown": "text", "dice": "sticker", "rps": "sticker", "poke": "other", "shake": "other",
    "anonymous": "text", "keyboard": "other", "miniapp": "link", "lightapp": "link", "longmsg": "forward",
}  # fmt: skip
_INLINE = frozenset({"text", "at", "mention", "mention_all", "face", "reply"})
_MEDIA = frozenset({"image", "voice", "video", "file"})
_CODE = late(r"\[CQ:(?P<type>[A-Za-z_]+)(?P<data>(?:,[^,\[\]=]+=[^,\[\]]*)*)\]")
_ESCAPES = (("&#91;", "["), ("&#93;", "]"), ("&#44;", ","), ("&amp;", "&"))
_KNOWN = frozenset(Data.__struct_fields__)


class Told(msgspec.Struct):
    """What a message says: `mentions` are native ids, "all" for everyone."""

    kind: str = "text"
    text: str = ""
    reply_to: str | None = None
    mentions: list[str] = []
    attachments: list[dict[str, Any]] = []


def from_codes(message: str) -> list[Segment]:
    """Return the segments of a text with CQ codes."""
    out: list[Segment] = []
    at = 0
    for found in _CODE.finditer(message):
        if found.start() > at:
            out.append(Segment("text", Data(text=_plain(message[at : found.start()]))))
        pairs = (pair.split("=", 1) for pair in found["data"].split(",")[1:])
        data = {name: _plain(value) for name, value in pairs if name in _KNOWN}
        out.append(Segment(found["type"], Data(**data)))
        at = found.end()
    if at < len(message):
        out.append(Segment("text", Data(text=_plain(message[at:]))))
    return out


def _plain(text: str) -> str:
    for code, sign in _ESCAPES:
        text = text.replace(code, sign)
    return text


def told(segments: list[Segment], unknown: dict[str, int]) -> Told:
    """Return what the segments say; a kind nobody knows is counted."""
    said = Told()
    words: list[str] = []
    kinds: list[str] = []
    faces = False
    for one in segments:
        data = one.data or Data()
        if one.type in _INLINE:
            faces = faces or one.type == "face"
            words.append(_inline(one.type, data, said))
            continue
        kind = _KINDS.get(one.type)
        if kind is None:
            unknown[one.type] = unknown.get(one.type, 0) + 1
        kinds.append(kind or "other")
        if kind in _MEDIA:
            said.attachments.append(_attachment(kind, data))
        elif kind == "text":
            words.append(data.content or "")
        elif kind == "link":
            words.append("\n".join(part for part in (data.title, data.content, data.url) if part))
    said.text = "".join(words).strip()
    rest = [kind for kind in kinds if kind != "text"]
    if rest:
        said.kind = "text" if said.text and rest[0] in _MEDIA else rest[0]
    elif faces and not said.text and not said.mentions:
        said.kind = "sticker"
    return said


def _inline(kind: str, data: Data, said: Told) -> str:
    if kind == "text":
        return data.text or ""
    if kind == "reply":
        native = data.message_id if data.message_id is not None else data.id
        said.reply_to = str(native) if native not in (None, "", 0, "0") else said.reply_to
        return ""
    if kind == "face":
        return ""
    native = "all" if kind == "mention_all" else data.user_id if data.user_id is not None else data.qq
    if native in (None, ""):
        return ""
    said.mentions.append(str(native))
    return "@全体成员 " if native == "all" else f"@{data.name or native} "


def _attachment(kind: str, data: Data) -> dict[str, Any]:
    name = data.file_name or data.name or data.file or data.file_id
    size = data.file_size if data.file_size is not None else data.size
    return {"kind": kind, "name": name, "size": whole(size), "digest": None}


def whole(written: float | str | None) -> int | None:
    """Return a size in bytes; None when it is none."""
    try:
        size = int(float(written or 0))
    except (ValueError, OverflowError):
        return None
    return size if 0 < size < 2**62 else None
