"""Writes a mapping file from what a person marked in a sample: which field is the time, the author, the words."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from qunjian.model.language import Phrase
from qunjian.sources.mapping.sketching import Sketch

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: dict[str, Phrase] = {
    "time": Phrase("时间", "time"),
    "name": Phrase("名字", "name"),
    "account": Phrase("账号", "account"),
    "text": Phrase("正文", "text"),
    "message_id": Phrase("消息编号", "message id"),
    "reply_to": Phrase("回复哪条", "answered message"),
    "community": Phrase("社群", "community"),
    "community_name": Phrase("社群名称", "name of the community"),
    "channel": Phrase("频道", "channel"),
    "thread": Phrase("话题", "thread"),
    "kind": Phrase("类型", "kind"),
}
# What such fields are called, the whole name or its last part, in lower case.
_CALLED = {
    "time": "time date datetime timestamp timestamp_ms created created_at createtime sent sent_at ts at when "
            "时间 日期 发送时间 发言时间 消息时间",
    "account": "user_id userid uid account account_id sender_id author_id from_id 账号 用户id 发送人id 工号",
    "name": "name nick nickname user username author sender who from sender_name speaker "
            "昵称 名字 姓名 发送人 发言人 用户 用户名 成员",
    "text": "text body content message msg message_text comment words 内容 正文 消息 消息内容 发言内容 文本",
    "message_id": "id message_id messageid msg_id msgid mid 编号 消息id 消息编号 序号",
    "reply_to": "reply_to reply_id reply_to_id quoted_id parent_id in_reply_to 回复 引用 回复id",
    "community": "group group_id room room_id chat chat_id community guild 群 群名 群聊 群id 社群 房间",
    "community_name": "group_name room_name chat_name community_name 群名称 社群名称",
    "channel": "channel channel_id 频道",
    "thread": "thread thread_id topic 话题 主题",
    "kind": "type kind msg_type msgtype message_type 类型 消息类型",
}  # fmt: skip
_ID = re.compile(r"[^a-z0-9_]+")


class Draft(msgspec.Struct, frozen=True):
    """What a person said of a sample; `roles`: the field of each role.

    `group`: the community, where no field says it. `found`: whether such files are known again by themselves.
    """

    id: str
    title: str
    sketch: Sketch
    roles: dict[str, str] = {}
    platform: str = "im"
    group: str = ""
    form: str = "auto"
    zone: str = ""
    multiline: bool = True
    html: bool = False
    found: bool = True


def guess_roles(sketch: Sketch) -> dict[str, str]:
    """Return which field may have which role, by what fields are called."""
    roles: dict[str, str] = {}
    for role, called in _CALLED.items():
        words = called.split()
        fits = [
            (words.index(last), place, field.name)
            for place, field in enumerate(sketch.fields)
            if (last := re.split(r"[.@]", field.name.strip().lower())[-1].replace(" ", "_")) in words
        ]
        if fits and min(fits)[2] not in roles.values():
            roles[role] = min(fits)[2]
    names = {field.name for field in sketch.fields}
    if sketch.format == "log":
        roles |= {role: name for role, name in (("text", "body"), ("time", "time"), ("name", "who")) if name in names}
    return roles


def plain_id(title: str, fallback: str) -> str:
    """Return an id a mapping may have, made of a title."""
    for text in (title, fallback):
        made = _ID.sub("_", PurePosixPath(text).stem.lower()).strip("_")
        if re.fullmatch(r"[a-z][a-z0-9_]{1,40}", made[:40]):
            return made[:40]
    return "my_mapping"


def written(draft: Draft, name: str) -> str:
    """Return the mapping file of a draft, made on a sample of that name."""
    page: dict[str, Any] = {
        "id": draft.id, "name": {"zh": draft.title, "en": draft.title}, "platform": draft.platform,
        "format": draft.sketch.format,
    }  # fmt: skip
    detect = _detect(draft, name) if draft.found else {}
    page |= {"detect": detect} if detect else {}
    page |= _structure(draft)
    fields: dict[str, Any] = {role: field for role, field in draft.roles.items() if role != "time"}
    if "community" not in fields and draft.group:
        fields["community"] = f"={draft.group}"
    if draft.html and "text" in fields:
        tags = [{"match": "<br ?/?>|</p>", "by": "\n"}, {"match": "<[^>]*>", "by": ""}]
        fields["text"] = {"from": fields["text"], "replace": tags, "decode": ["html"]}
    page["fields"] = dict(sorted(fields.items(), key=lambda pair: list(ROLES).index(pair[0])))
    time: dict[str, Any] = {"from": draft.roles.get("time", "")}
    page["time"] = time | ({"formats": [draft.form]} if draft.form not in ("", "auto") else {})
    page["time"] |= {"zone": draft.zone} if draft.zone else {}
    return yaml.safe_dump(page, allow_unicode=True, sort_keys=False, width=110)


def _structure(draft: Draft) -> Mapping[str, Any]:
    sketch = draft.sketch
    if sketch.format in ("csv", "tsv", "xlsx"):
        table: dict[str, Any] = {}
        if sketch.format == "csv" and sketch.delimiter != ",":
            table["delimiter"] = sketch.delimiter
        if sketch.skip_lines:
            table["skip_lines"] = sketch.skip_lines
        if not sketch.header:
            table |= {"header": False, "columns": [field.name for field in sketch.fields]}
        return {"table": table} if table else {}
    if sketch.format == "json":
        return {"json": {"records": sketch.records}}
    if sketch.format == "xml":
        return {"xml": {"records": sketch.records}}
    if sketch.format == "log":
        return {"log": {"start": sketch.start, **({} if draft.multiline else {"multiline": False})}}
    return {}


def _detect(draft: Draft, name: str) -> Mapping[str, Any]:
    """Return what tells such a file again: the ending of its name and what must stand in its beginning."""
    sketch = draft.sketch
    ending = PurePosixPath(name).suffix
    names = {"names": [f"*{ending}"]} if ending else {}
    content: list[str] = []
    used = [field.name for field in sketch.fields if field.name in draft.roles.values()]
    if sketch.format in ("csv", "tsv", "xlsx") and sketch.header:
        named = [field.name for field in sketch.fields if not field.name.startswith("column_")]
        content = [_escaped(name) for name in named[:6]]
    elif sketch.format in ("json", "jsonl"):
        own = [one.rsplit(".", 1)[-1] for one in used if not one.startswith("context.")]
        content = [f'"{_escaped(one)}"\\s*:' for one in dict.fromkeys(own)][:6]
    elif sketch.format == "xml":
        content = [f"<{_escaped(sketch.records.rsplit('.', 1)[-1])}\\b"]
    elif sketch.format == "log":
        content = [f"(?m)^(?:{sketch.start})"]
    return {**names, "content": content} if content else {}


def _escaped(text: str) -> str:
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
