"""Says what a Feishu message is and reads, type by type; its content is JSON in a string."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.feishu.records import Box, Ids
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qunjian.sources.feishu.records import Mention, Message

KINDS = {
    "text": "text", "post": "text", "image": "image", "file": "file", "folder": "file", "audio": "voice",
    "media": "video", "sticker": "sticker", "interactive": "link", "share_chat": "card", "share_user": "card",
    "system": "system", "video_chat": "system", "location": "location", "hongbao": "red_packet",
    "merge_forward": "forward", "share_calendar_event": "other", "calendar": "other", "general_calendar": "other",
    "todo": "other", "vote": "other",
}  # fmt: skip
EVERYONE = "@所有人"
_AT = late(r"@_user_[0-9]+|@_all")
_FIELD = late(r"\{(\w+)\}")
_DEPTH = 12
# Where the text stands in the content of a simple type.
_TEXTS = {
    "text": "text", "hongbao": "text", "file": "file_name", "folder": "file_name", "media": "file_name",
    "location": "name", "video_chat": "topic", "share_calendar_event": "summary", "calendar": "summary",
    "general_calendar": "summary",
}  # fmt: skip
_LANGUAGES = ("zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw")
_MEDIA = {"image": "image", "file": "file", "folder": "file", "audio": "voice", "media": "video", "sticker": "sticker"}
_TAGS = {"img": "image", "media": "video"}


def content_of(one: Message) -> Any:
    """Return the content decoded; a string that is no JSON as the text it is."""
    written = one.body.content if isinstance(one.body, Box) else one.body
    written = one.content if written is None else written
    if not isinstance(written, str):
        return written if isinstance(written, dict) else {}
    try:
        found = msgspec.json.decode(written)
    except (msgspec.DecodeError, RecursionError):
        return {"text": written}
    return found if isinstance(found, dict) else {"text": written}


def names_of(mentions: list[Mention] | None) -> dict[str, str]:
    """Return what stands for each key in the text."""
    return {one.key: f"@{one.name}" for one in mentions or () if one.key and one.name}


def mentioned(mentions: list[Mention] | None) -> list[str] | None:
    """Return the accounts mentioned; a call to everyone has no account."""
    found: list[str] = []
    for one in mentions or ():
        native = one.id.best if isinstance(one.id, Ids) else one.id
        if native and native != "all" and one.key != "@_all":
            found.append(f"feishu:{native}")
    return found or None


def text_of(kind: str, content: Any, names: Mapping[str, str]) -> str:
    """Return what a message of this type reads, mentions by name."""
    if kind == "post":
        text = "\n".join(_post(_translated(content), names))
    elif kind == "interactive":
        text = "\n".join(part for part in _card(content, 0) if part)
    elif kind == "system":
        text = filled(content)
    elif kind == "vote":
        options = content.get("options")
        text = "\n".join([_string(content.get("topic")), *map(str, options if isinstance(options, list) else [])])
    elif kind == "todo":
        text = "\n".join(_post(_translated(content.get("summary") or {}), names))
    else:
        text = _string(content.get(_TEXTS[kind])) if kind in _TEXTS else ""
    return _AT.sub(lambda found: _called(found.group(), names), text) if "@_" in text else text


def _called(key: str, names: Mapping[str, str]) -> str:
    return EVERYONE if key == "@_all" else names.get(key, key)


def _translated(content: Any) -> Any:
    """Return the rich text; messages as they were sent hold it once per language."""
    if not isinstance(content, dict):
        return {}
    found = next((content[each] for each in _LANGUAGES if isinstance(content.get(each), dict)), None)
    return content if found is None else found


def _post(content: Any, names: Mapping[str, str]) -> Iterator[str]:
    if title := _string(content.get("title")):
        yield title
    for paragraph in _lists(content.get("content")):
        line = "".join(_piece(one, names) for one in paragraph if isinstance(one, dict))
        if line:
            yield line


def _piece(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    tag, text = one.get("tag"), _string(one.get("text"))
    if tag == "a":
        address = _string(one.get("href"))
        return text if address in text else f"{text} {address}".strip()
    if tag == "at":
        key = _string(one.get("user_id"))
        if key in ("@_all", "all"):
            return EVERYONE
        name = _string(one.get("user_name"))
        return names.get(key) or (f"@{name}" if name else key)
    return text


def _card(value: Any, depth: int) -> Iterator[str]:
    """Yield every text and address of a card, whose shape differs by version."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _card(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in ("title", "text", "content", "href") and isinstance(each, str):
                yield each
            elif isinstance(each, (dict, list)):
                yield from _card(each, depth + 1)


def filled(content: Any) -> str:
    """Return a system message: its template with names in the places of its fields."""

    def value(found: re.Match[str]) -> str:
        given = content.get(found.group(1))
        if isinstance(given, list):
            return "、".join(str(each) for each in given)
        return _string(given.get("text")) if isinstance(given, dict) else _string(given)

    return _FIELD.sub(value, _string(content.get("template"))) or _string(content.get("text"))


def attachments_of(kind: str, content: Any) -> list[dict[str, Any]] | None:
    """Return the media of a message, those inside rich text included."""
    if kind in _MEDIA:
        return [_attachment(_MEDIA[kind], content)]
    if kind != "post":
        return None
    pieces = (one for paragraph in _lists(_translated(content).get("content")) for one in paragraph)
    found = [_attachment(_TAGS[one["tag"]], one) for one in pieces if isinstance(one, dict) and one.get("tag") in _TAGS]
    return found or None


def _attachment(kind: str, one: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "name": _string(one.get("file_name")) or None, "size": None, "digest": None}


def _lists(value: Any) -> list[list[Any]]:
    return [each for each in value if isinstance(each, list)] if isinstance(value, list) else []


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
