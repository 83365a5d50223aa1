"""Writes chronicles as the exports of chat programs: Telegram result.json, ChatLab JSON and JSONL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from qunjian.runs.demo.records import AFTER_DAY, ZONE, Line
from qunjian.runs.demo.script import script

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.runs.demo.records import Chronicle, Passage

_CHATLAB_KINDS = {
    "text": 0, "image": 1, "voice": 2, "video": 3, "file": 4, "sticker": 5, "link": 7, "red_packet": 20, "recall": 81,
}  # fmt: skip
_EXPORTED = dt.datetime.combine(AFTER_DAY, dt.time(9, 30))
_TELEGRAM_MEDIA = {"voice": "voice_message", "video": "video_file", "sticker": "sticker"}


def epoch(at: dt.datetime) -> int:
    """Return the local wall time as seconds since 1970 UTC."""
    return int(at.replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def write_telegram(chronicle: Chronicle, path: Path) -> None:
    """Write one chat as Telegram Desktop exports it; Telegram shows no recalled messages."""
    told = script(chronicle.community)
    items: list[Line | Passage] = [line for line in chronicle.lines if line.kind != "recall"]
    items.extend(chronicle.passages)
    items.sort(key=lambda item: item.number)
    head = {"name": told.name, "type": "public_supergroup", "id": int(told.native_id)}
    records = [_telegram_line(one) if isinstance(one, Line) else _telegram_passage(one) for one in items]
    body = msgspec.json.format(msgspec.json.encode({**head, "messages": records}), indent=1)
    path.write_bytes(body + b"\n")


def _telegram_stamp(number: int, at: dt.datetime, kind: str) -> dict[str, Any]:
    return {"id": number, "type": kind, "date": at.isoformat(), "date_unixtime": str(epoch(at))}


def _telegram_line(line: Line) -> dict[str, Any]:
    record = _telegram_stamp(line.number, line.at, "message")
    record |= {"from": line.who.name, "from_id": line.who.account}
    if line.reply is not None:
        record["reply_to_message_id"] = line.reply.number
    if line.kind == "image":
        record |= {"photo": f"photos/photo_{line.number}.jpg", "width": 960, "height": 1280}
    elif line.kind in _TELEGRAM_MEDIA:
        record |= {"file": f"files/{line.kind}_{line.number}", "media_type": _TELEGRAM_MEDIA[line.kind]}
        if line.kind == "sticker":
            record["sticker_emoji"] = line.text
    elif line.kind == "file":
        record |= {"file": f"files/{line.text}", "mime_type": "application/octet-stream"}
    record["text"] = _telegram_text(line) if line.kind in ("text", "link") else ""
    return record


def _telegram_text(line: Line) -> str | list[str | dict[str, Any]]:
    if line.mentions:
        who = line.mentions[0]
        tag = f"@{who.name}"
        rest = line.text[len(tag) :]
        return [{"type": "mention_name", "text": tag, "user_id": int(who.account.removeprefix("user"))}, rest]
    if line.kind == "link":
        address, _, title = line.text.partition(" ")
        link: dict[str, Any] = {"type": "link", "text": address}
        return [link, f" {title}"] if title else [link]
    return line.text


def _telegram_passage(passage: Passage) -> dict[str, Any]:
    record = _telegram_stamp(passage.number, passage.at, "service")
    action = {"joined": "join_group_by_link", "invited": "invite_members"}.get(passage.kind, "remove_members")
    record |= {"actor": passage.actor.name, "actor_id": passage.actor.account, "action": action}
    if action == "join_group_by_link":
        record["inviter"] = "Group"
    else:
        record["members"] = [passage.who.name]
    return record | {"text": ""}


def write_chatlab(chronicle: Chronicle, path: Path) -> None:
    """Write one chat as a ChatLab 0.0.2 JSON document."""
    parts = _chatlab(chronicle)
    body = msgspec.json.encode(parts["head"] | {"members": parts["members"], "messages": parts["messages"]})
    path.write_bytes(msgspec.json.format(body, indent=1) + b"\n")


def write_chatlab_lines(chronicle: Chronicle, path: Path) -> None:
    """Write one chat as ChatLab 0.0.2 JSON lines."""
    parts = _chatlab(chronicle)
    rows = [{"_type": "header", **parts["head"]}]
    rows += [{"_type": "member", **member} for member in parts["members"]]
    rows += [{"_type": "message", **message} for message in parts["messages"]]
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def _chatlab(chronicle: Chronicle) -> dict[str, Any]:
    told = script(chronicle.community)
    owner = next(one for one in chronicle.people if one.role == "owner")
    members = []
    for one in chronicle.people:
        member: dict[str, Any] = {"platformId": one.account, "accountName": one.name}
        if one.role != "member":
            member["roles"] = [{"id": one.role}]
        members.append(member)
    items: list[Line | Passage] = [*chronicle.lines]
    items.extend(one for one in chronicle.passages if one.kind in ("joined", "invited"))
    items.sort(key=lambda item: item.number)
    return {
        "head": {
            "chatlab": {"version": "0.0.2", "exportedAt": epoch(_EXPORTED), "generator": "demo"},
            "meta": {"name": told.name, "platform": told.platform, "type": "group", "groupId": told.native_id,
                     "ownerId": owner.account},
        },
        "members": members,
        "messages": [_chatlab_message(told.id, one) for one in items],
    }  # fmt: skip


def _chatlab_message(community: str, one: Line | Passage) -> dict[str, Any]:
    record: dict[str, Any] = {
        "sender": one.who.account, "accountName": one.who.name, "timestamp": epoch(one.at),
        "platformMessageId": f"{community[:2]}{7_000_000 + one.number}",
    }  # fmt: skip
    if not isinstance(one, Line):
        words = f"“{one.who.name}”通过扫描二维码加入群聊"
        if one.kind == "invited":
            words = f"“{one.actor.name}”邀请“{one.who.name}”加入了群聊"
        return record | {"sender": "system", "accountName": "系统消息", "type": 80, "content": words}
    if one.kind == "recall":
        return record | {"type": 81, "content": f"“{one.who.name}”撤回了一条消息"}
    record |= {"type": _CHATLAB_KINDS.get(one.kind, 99), "content": one.text}
    if one.reply is not None:
        record |= {"type": 25, "replyToMessageId": f"{community[:2]}{7_000_000 + one.reply.number}"}
    return record
