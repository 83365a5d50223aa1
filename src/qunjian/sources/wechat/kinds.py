"""The kinds of WeChat messages: by number, by the number of an app message, by Chinese name, by placeholder."""

from __future__ import annotations

from qunjian.text.late import late_re2

# A call or a pat on the shoulder: shown like a system line, but its words are people's and tell of no member.
NOTICE = "notice"
_APP = 49
_TYPES = {
    1: "text", 3: "image", 34: "voice", 42: "card", 43: "video", 47: "sticker", 48: "location", 50: NOTICE,
    62: "video", 66: "card", 10000: "system", 10002: "system",
}  # fmt: skip
_APPS = {
    0: "link", 1: "text", 2: "image", 3: "link", 4: "link", 5: "link", 6: "file", 8: "sticker", 17: "location",
    19: "forward", 24: "link", 33: "link", 36: "link", 40: "forward", 51: "link", 53: "text", 57: "text", 62: NOTICE,
    63: "link", 74: "file", 76: "link", 87: "text", 92: "link", 2000: "red_packet", 2001: "red_packet",
    2003: "red_packet",
}  # fmt: skip
_NAMES = {
    "文本": "text", "引用": "text", "群公告": "text", "接龙": "text", "图片": "image", "语音": "voice", "视频": "video",
    "文件": "file", "动画表情": "sticker", "表情": "sticker", "表情包": "sticker", "名片": "card", "位置": "location",
    "链接": "link", "卡片式链接": "link", "图文": "link", "分享": "link", "音乐": "link", "音乐分享": "link",
    "小程序": "link", "小程序分享": "link", "视频号": "link", "视频号直播卡片": "link", "笔记": "link",
    "红包": "red_packet", "红包卡片": "red_packet", "转账": "red_packet", "转账卡片": "red_packet",
    "微信礼物": "red_packet", "聊天记录": "forward", "聊天记录合并转发": "forward", "合并转发": "forward",
    "系统": "system", "撤回": "system", "通话": NOTICE, "音视频通话": NOTICE, "语音通话": NOTICE, "视频通话": NOTICE,
    "拍一拍": NOTICE, "其他": "other",
}  # fmt: skip
# RE2: what stands in brackets is anybody's, and long.
_PLACEHOLDER = late_re2(
    r"^!?\[(图片|语音|视频|名片|动画表情|GIF表情|位置|语音通话|红包|红包封面|合并转发|分享|文件|链接|小程序|视频号|音乐"
    r"|转账|直播)(?:\|[^\n]*)?\](?:\([^\n]*\))?$"
)
_SHOWN = {"GIF表情": "sticker", "红包封面": "red_packet", "直播": "link"}


def kind_of(number: int, sub: int = 0) -> str | None:
    """Return the kind of a type (and subtype), or None; WeChat 4 keeps both in one number."""
    if number > 0xFFFFFFFF:
        number, sub = number & 0xFFFFFFFF, number >> 32
    return _APPS.get(sub) if number == _APP else _TYPES.get(number)


def kind_named(name: str) -> str | None:
    """Return the kind of a Chinese type name ("图片消息", "图片"), or None."""
    name = name.strip()
    return _NAMES.get(name) or _NAMES.get(name.removesuffix("消息"))


def kind_shown(text: str) -> str:
    """Return the kind of a message known by its text alone: a placeholder such as "![图片](…)", else text."""
    if not text.startswith(("[", "!")):
        return "text"
    found = _PLACEHOLDER.match(text)
    return "text" if found is None else _SHOWN.get(found[1]) or _NAMES[found[1]]
