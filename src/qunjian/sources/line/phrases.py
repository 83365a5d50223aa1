"""Tells what LINE's own lines and placeholders say, in English, Chinese, Japanese and Korean as far as described."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from qunjian.text.late import late, late_re2

_YOU = frozenset({"you", "你", "您", "あなた", "나"})
_LONGEST = 400


class Told(msgspec.Struct, frozen=True):
    """What a line of LINE's own says: a membership kind or "recall"; of whom; by whom."""

    kind: str
    who: tuple[str, ...] = ()
    actor: str | None = None


_FORMS = (
    ("invited", r"(?P<actor>.+?) (?:invited|added) (?P<who>.+?)(?: to (?:the|this) (?:group|chat))?"),
    ("invited", r"(?P<actor>.+?) ?(?:已)?[邀][請请]了? ?(?P<who>.+?) ?加入.*"),
    ("invited", r"(?P<actor>.+?) ?已[将將新] ?(?:增 ?)?(?P<who>.+?) ?(?:添加)?[至到] ?[该該]?(?:群|群組|群组)"),
    ("invited", r"(?P<actor>.+?)が(?P<who>.+?)を(?:グループに)?(?:招待|追加)しました"),
    ("invited", r"(?P<actor>.+?)님이 (?P<who>.+?)님을 (?:그룹에 )?초대(?:했|하였)습니다"),
    ("kicked", r"(?P<actor>.+?) removed (?P<who>.+?)(?: from the (?:group|chat))?"),
    ("kicked", r"(?P<actor>.+?) ?已?[将將] ?(?P<who>.+?) ?(?:移出|移除|退出).*"),
    ("kicked", r"(?P<actor>.+?)が(?P<who>.+?)を(?:グループから)?(?:退会させ|削除し|退出させ)ました"),
    ("joined", r"(?P<who>.+?) (?:has )?joined(?: the (?:group|chat))?"),
    ("joined", r"(?P<who>.+?) ?(?:已)?加入了?[该該]?(?:群|群組|群组|聊天|聊天室|群聊)"),
    ("joined", r"(?P<who>.+?)が(?:グループに|トークに)?参加しました"),
    ("joined", r"(?P<who>.+?)님이 (?:그룹에 )?(?:참여|참가|입장)(?:했|하였)습니다"),
    ("left", r"(?P<who>.+?) (?:has )?left(?: the (?:group|chat))?"),
    ("left", r"(?P<who>.+?) ?(?:已)?(?:退群|離開[了]?(?:群組|聊天|聊天室)?|离开了?(?:群组|群聊)?)"),
    ("left", r"(?P<who>.+?) ?(?:已)?退出了?(?:群組|群组|群聊|该群|聊天)"),
    ("left", r"(?P<who>.+?)が(?:グループを|グループから|トークから)?(?:退会|退出)しました"),
    ("left", r"(?P<who>.+?)님이 (?:그룹을 |그룹에서 )?(?:나갔습니다|퇴장(?:했|하였)습니다)"),
    ("recall", r"(?P<who>.+?) unsent a message"),
    ("recall", r"(?P<who>.+?) ?(?:已)?(?:收回[了]?(?:一則)?訊息|撤回了?一?条?消息)"),
    ("recall", r"(?P<who>.+?)がメッセージの送信を取り消しました"),
    ("recall", r"(?P<who>.+?)님이 메시지를? (?:전송|보내기)을? ?취소했습니다"),
)  # fmt: skip
_PATTERNS = tuple((kind, late_re2(f"(?i)^{form}[。.]?$")) for kind, form in _FORMS)
_RECALLED = late(
    r"(?i)^(?:(?:You )?unsent a message|Message unsent|已收回訊息|你?撤回了?一条消息"
    r"|メッセージの送信を取り消しました)[。.]?$"
)
_KINDS = {
    "image": "photo photos image 照片 圖片 图片 写真 사진 album 相簿 相册 アルバム 앨범",
    "video": "video videos 视频 影片 動画 동영상",
    "voice": "voice 语音信息 语音消息 語音訊息 ボイスメッセージ 음성메시지 audio",
    "sticker": "sticker stickers 贴图 貼圖 スタンプ 스티커 emoji 表情",
    "file": "file 文件 檔案 ファイル 파일",
    "location": "location 位置 位置资讯 位置資訊 位置情報 위치",
    "card": "contact 联系人 聯絡資訊 連絡先 연락처",
}
_BY_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_PLACEHOLDER = late(r"^\[(?P<word>[^\[\]\n]{2,20})\](?P<rest>[^\n]{0,200})$")
_FILED = frozenset({"image", "video", "voice", "file"})


def told(line: str) -> Told | None:
    """Return what one of LINE's own lines says, or None for one that nobody knows."""
    if len(line) > _LONGEST:
        return None
    if _RECALLED.match(line):
        return Told("recall")
    for kind, pattern in _PATTERNS:
        if (found := pattern.match(line)) is not None:
            groups = found.groupdict()
            names = re.split(r"、|, | and ", groups["who"]) if kind in ("invited", "kicked") else [groups["who"]]
            return Told(kind, tuple(name.strip() for name in names if name.strip()), groups.get("actor"))
    return None


def is_recalled(text: str) -> bool:
    """Return whether a message's text only says that it was taken back."""
    return _RECALLED.match(text) is not None


def account(name: str) -> tuple[str | None, str]:
    """Return (account id, name); "you" is nobody known."""
    plain = name.strip()
    return (None if plain.casefold() in _YOU else f"line:name:{plain}"), plain


def media(text: str) -> tuple[str, str, list[dict[str, Any]] | None] | None:
    """Return (kind, words beside, attachments) of a placeholder, else None."""
    found = _PLACEHOLDER.match(text)
    kind = _BY_WORD.get(found["word"].casefold().replace(" message", "")) if found else None
    if found is None or kind is None:
        return None
    beside = found["rest"].strip()
    if kind not in _FILED:
        return kind, beside, None
    name = beside if kind == "file" and beside else None
    return kind, "" if name else beside, [{"kind": kind, "name": name, "size": None, "digest": None}]
