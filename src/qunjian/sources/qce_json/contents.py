"""Turns the parts of an exported message into its kind, its words, its attachments, whom it answers and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.sources.qq.accounts import EVERYONE, PLATFORM
from qunjian.text.late import late

if TYPE_CHECKING:
    from qunjian.sources.qce_json.records import Content, Data, Element, Mention, Reply

_MEDIA = {"image": "image", "video": "video", "audio": "voice", "voice": "voice", "ptt": "voice", "file": "file"}
_KINDS = {
    **_MEDIA, "market_face": "sticker", "giphy": "sticker", "face_bubble": "sticker", "forward": "forward",
    "long_message": "forward", "json": "link", "location": "location", "wallet": "red_packet", "contact": "card",
    "markdown": "text", "av_record": "other", "calendar": "other", "yolo_game_result": "other", "tofu_record": "other",
    "task_top_msg": "other", "recommended_msg": "other", "action_bar": "other", "inline_keyboard": "other",
}  # fmt: skip
_TEXTUAL = frozenset({"text", "at", "reply", "face", "system"})
# What V4's and V5's own labels say where a message comes without its parts.
_TYPES = {
    "image": "image", "video": "video", "audio": "voice", "file": "file", "forward": "forward", "json": "link",
    "type_6": "voice", "type_7": "link", "type_8": "file", "type_9": "video", "type_11": "forward",
    "type_17": "sticker",
}  # fmt: skip
_PLACEHOLDER = late(
    r"\[(?:图片|视频|文件|语音)(?:[:： ][^\]\n]{0,200})?\]"
    r"|\[(?:JSON消息|Markdown消息|位置消息|长消息|Giphy动图|内联键盘|推荐消息|操作栏|回复消息)\]"
)
_NO_TEXT = frozenset({"[空消息]", "[无文本内容]"})


def read_content(content: Content, kind_said: str, unknown: dict[str, int]) -> tuple[str, str]:
    """Return the kind and the words: what the exporter wrote for pictures, cards and quoted messages is no words."""
    elements = content.elements or []
    text = content.text or ""
    if len(elements) == 1 and elements[0].type == "text" and "[" not in text and not content.resources:
        return "text", text.strip()
    words = _own_words(text, content)
    for element in elements:
        if element.type not in _TEXTUAL and element.type not in _KINDS:
            unknown[element.type] = unknown.get(element.type, 0) + 1
    kinds = [_KINDS.get(element.type, "other") for element in elements if element.type not in _TEXTUAL]
    kinds = kinds or [_MEDIA.get(each.type, "other") for each in content.resources or ()]
    if not elements and not kinds and kind_said in _TYPES and not words:
        kinds = [_TYPES[kind_said]]
    spoken = "".join(extra for element in elements if (extra := _words_of(element)))
    if spoken:
        words = f"{words}\n{spoken}" if words else spoken
    if not kinds:
        faces = any(element.type == "face" for element in elements)
        only = faces and not any(element.type == "text" and _text_of(element).strip() for element in elements)
        return ("sticker", words) if only else ("text", words)
    first = kinds[0]
    # A picture with words beside it is inspected as words.
    return ("text", words) if words and first in _MEDIA.values() else (first, words)


def _own_words(text: str, content: Content) -> str:
    """Return the text without placeholders, and without the quoted message that V5 writes before an answer."""
    quoted = _quoted(content)
    if quoted is not None and text.startswith("[回复"):
        end = text.find(f"{quoted}]")
        text = text[end + len(quoted) + 1 :] if end >= 0 else text
    for resource in content.resources or ():
        name = resource.filename or resource.file_name
        if name:
            for label in ("图片", "视频", "文件"):
                text = text.replace(f"[{label}: {name}]", "").replace(f"[{label}:{name}]", "")
    text = _PLACEHOLDER.sub("", text) if "[" in text else text
    text = text.strip()
    return "" if text in _NO_TEXT else text


def _quoted(content: Content) -> str | None:
    if content.reply is not None:
        return content.reply.content or ""
    for element in content.elements or ():
        if element.type == "reply":
            return (element.data.content if element.data else None) or ""
    return None


def _text_of(element: Element) -> str:
    return (element.data.text if element.data else None) or ""


def _words_of(element: Element) -> str:
    """Return the words of a part that the exporter's text leaves out: a card's title and address, Markdown."""
    data = element.data
    if data is None:
        return ""
    if element.type == "json":
        parts = (data.title, data.description, data.url)
        return "\n".join(part for part in parts if part and part != "JSON消息")
    return data.content or "" if element.type == "markdown" else ""


def attachments(content: Content) -> list[dict[str, Any]] | None:
    """Return the pictures, voices, videos and files."""
    sums = [element.data.md5 if element.data else None for element in content.elements or () if element.type in _MEDIA]
    found = [
        {
            "kind": _MEDIA.get(each.type, "other"),
            "name": each.filename or each.file_name,
            "size": _size(each.size if each.size is not None else each.file_size),
            "digest": sums[place] if place < len(sums) else None,
            "file": each.file,
        }
        for place, each in enumerate(content.resources or ())
    ]
    return found or None


def _size(written: float | str | None) -> int | None:
    try:
        size = int(float(written or 0))
    except (ValueError, OverflowError):
        return None
    return size if 0 < size < 2**62 else None


def reply_to(content: Content) -> str | None:
    """Return the id of the message answered."""
    answered = (element.data for element in content.elements or () if element.type == "reply")
    told: Reply | Data | None = content.reply or next(answered, None)
    if told is None:
        return None
    return next((str(each) for each in (told.referenced, told.message_id) if each not in (None, "", "0", 0)), None)


def mentions(found: list[Mention] | None) -> list[str] | None:
    """Return the accounts named: by number where it is written, else by QQ's internal id."""
    out: list[str] = []
    for one in found or ():
        native = one.uin if one.uin not in (None, "", "0", 0) else one.uid
        if one.type == "all" or one.uid == "all":
            out.append(EVERYONE)
        elif native not in (None, "", "unknown"):
            out.append(f"{PLATFORM}:{native}")
    return out or None
