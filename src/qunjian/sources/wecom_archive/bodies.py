"""Says what a message of the WeCom archive is and what it reads: kind, text and attachments, type by type."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from qunjian.sources.wecom_archive.records import Body, Kept, Record

# By the type's name without underscores: tools spell meeting_voice_call and meetingvoicecall.
KINDS = {
    "text": "text", "markdown": "text", "mixed": "text", "image": "image", "voice": "voice", "video": "video",
    "emotion": "sticker", "file": "file", "qydiskfile": "file", "voipdocshare": "file", "link": "link", "news": "link",
    "weapp": "link", "docmsg": "link", "doc": "link", "sphfeed": "link", "location": "location", "card": "card",
    "chatrecord": "forward", "redpacket": "red_packet", "externalredpacket": "red_packet", "meetingvoicecall": "voice",
    "revoke": "recall", "agree": "system", "disagree": "system", "voiptext": "system", "meetingnotification": "system",
    "switch": "system", "todo": "other", "vote": "other", "collect": "other", "meeting": "other", "calendar": "other",
}  # fmt: skip
_KEYS = {
    "docmsg": ("doc", "info"), "doc": ("doc",), "markdown": ("info", "markdown"), "news": ("info", "news"),
    "externalredpacket": ("redpacket", "external_redpacket"), "meetingvoicecall": ("meeting_voice_call",
    "meetingvoicecall"), "voipdocshare": ("voip_doc_share", "voipdocshare"), "qydiskfile": ("info", "file"),
    "voiptext": ("info",), "meetingnotification": ("info",),
}  # fmt: skip
_TEXTS = {
    "location": ("title", "address"), "file": ("filename",), "qydiskfile": ("filename",), "voipdocshare": ("filename",),
    "link": ("title", "description", "link_url"), "weapp": ("title", "description", "displayname"),
    "docmsg": ("title", "link_url"), "doc": ("title", "link_url"), "card": ("corpname",), "emotion": ("title",),
    "redpacket": ("wish",), "externalredpacket": ("wish",), "meeting": ("topic", "address", "remarks"),
    "calendar": ("title", "place", "remarks"), "sphfeed": ("sph_name", "feed_desc"), "todo": ("title", "content"),
    "vote": ("votetitle", "voteitem"), "image": (), "voice": (), "video": (), "meetingvoicecall": (),
}  # fmt: skip
_SAID = {
    "revoke": "撤回了一条消息", "agree": "同意会话存档", "disagree": "不同意会话存档", "switch": "切换企业",
    "voiptext": "音视频通话",
}  # fmt: skip
_MEDIA = frozenset({"image", "voice", "video", "file", "sticker"})
_DEPTH = 3
_decode = msgspec.json.Decoder(Body, strict=False).decode


@lru_cache(maxsize=4096)
def plain_type(action: str | None, msgtype: str | None) -> str:
    """Return the type in one spelling; a recall and a switch of company are known by their action."""
    if action == "recall":
        return "revoke"
    if action == "switch":
        return "switch"
    name = (msgtype or "").lower()
    if name.startswith("chatrecord") and name != "chatrecord":
        name = name.removeprefix("chatrecord")
    return name.replace("_", "")


def body_of(one: Record, kind: str) -> Body:
    """Return the body, wherever the type keeps it; an empty one where there is none."""
    if kind == "text" and type(one.text) is Body:
        return one.text
    for key in _KEYS.get(kind, (kind, "info")):
        if (found := _body(getattr(one, key, None))) is not None:
            return found
    if kind == "vote":
        return Body(votetitle=one.votetitle, voteitem=one.voteitem)
    return Body(content=one.content if isinstance(one.content, str) else None)


def _body(kept: Kept) -> Body | None:
    """Return a body that may have been kept as JSON text."""
    if not isinstance(kept, str):
        return kept if isinstance(kept, Body) else None
    if not kept.lstrip().startswith("{"):
        return Body(content=kept) if kept else None
    try:
        return _decode(kept)
    except (msgspec.DecodeError, RecursionError):
        return Body(content=kept)


def text_of(kind: str, body: Body, depth: int = 0) -> str:
    """Return what a message of this type reads."""
    if kind == "text" and type(body.content) is str:
        return body.content
    if kind in _SAID:
        return _SAID[kind]
    if kind in ("chatrecord", "mixed", "news", "collect"):
        return "\n".join(part for part in _parts(kind, body, depth) if part)
    return "\n".join(part for name in _TEXTS.get(kind, ("content",)) if (part := _plain(getattr(body, name))))


def _parts(kind: str, body: Body, depth: int) -> list[str]:
    if kind == "news":
        lines = [(each.title, each.description, each.url) for each in _items(body.item)]
        return [part for line in lines for part in line if part] or [_plain(body.content)]
    if kind == "collect":
        return [body.title or "", *(each.ques or "" for each in _items(body.details))]
    nested = [] if depth >= _DEPTH else [_nested_text(each, depth) for each in _items(body.item)]
    return [body.title or "" if kind == "chatrecord" else "", *nested]


def _nested_text(item: Body, depth: int) -> str:
    """Return the text of one piece of a mixed message or of a forwarded conversation."""
    return text_of(_nested_kind(item), _inner(item), depth + 1)


def _nested_kind(item: Body) -> str:
    return plain_type(None, str(item.type or "text"))


def _inner(item: Body) -> Body:
    if isinstance(item.content, dict):
        try:
            return msgspec.convert(item.content, Body, strict=False)
        except msgspec.ValidationError:
            return Body()
    return _body(item.content if isinstance(item.content, str) else None) or Body()


def _items(kept: list[Body] | str | None) -> list[Body]:
    if not isinstance(kept, str):
        return kept or []
    try:
        return msgspec.json.decode(kept, type=list[Body], strict=False)
    except (msgspec.DecodeError, RecursionError):
        return []


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return value if isinstance(value, str) else ""


def attachments_of(kind: str, body: Body) -> list[dict[str, Any]] | None:
    """Return the media of a message, those of a mixed one included."""
    found = [_attachment(KINDS[kind], body)] if KINDS.get(kind) in _MEDIA else []
    if kind == "mixed":
        inner = [(KINDS.get(_nested_kind(each)), _inner(each)) for each in _items(body.item)]
        found = [_attachment(what, each) for what, each in inner if what in _MEDIA]
    return found or None


def _attachment(what: str | None, body: Body) -> dict[str, Any]:
    size = next((n for each in (body.filesize, body.voice_size, body.imagesize) if (n := _count(each))), None)
    return {"kind": what, "name": body.filename, "size": size, "digest": body.md5sum or None}


def _count(written: float | str | None) -> int | None:
    if isinstance(written, str):
        return int(written) if written.isdecimal() and len(written) < 16 else None
    return int(written) if written and 0 < written < 2**53 else None
