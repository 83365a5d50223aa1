"""Turns notices into membership events, and the rest (mutes, recalls, essence, admins, files) into messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.sources.onebot.segments import whole
from qunjian.sources.qq.accounts import account_id
from qunjian.sources.qq.rows import Moved, Said, Seen

if TYPE_CHECKING:
    from qunjian.sources.onebot.records import Event, Id
    from qunjian.sources.qq.rows import Instant, Rows

_INCREASE = frozenset({"group_increase", "group_member_increase"})
_DECREASE = frozenset({"group_decrease", "group_member_decrease"})
_RECALL = frozenset({"group_recall", "group_message_delete"})
# These say nothing a row could hold: friends, typing, the bot's own connection, an emoji set on an earlier message.
_PASSED = frozenset(
    {
        "friend_add", "friend_recall", "friend_increase", "friend_decrease", "private_message_delete", "bot_offline",
        "client_status", "offline_file", "profile_like", "input_status", "group_msg_emoji_like", "reaction",
    }
)  # fmt: skip
_SIMPLE = {
    ("group_ban", "lift_ban"): "被解除禁言",
    ("group_admin", "set"): "成为管理员",
    ("group_admin", "unset"): "不再是管理员",
    ("essence", "add"): "的消息被设为精华",
    ("essence", "delete"): "的消息被移出精华",
    ("notify", "lucky_king"): "是红包运气王",
    ("notify", "honor"): "获得群荣誉",
    ("notify", "title"): "获得头衔",
}


class Place(msgspec.Struct, frozen=True):
    """Where and when a notice happened."""

    when: Instant
    community_id: str
    platform: str


def add_notice(event: Event, at: Place, rows: Rows, unknown: dict[str, int]) -> bool:
    """Add the rows of one notice; returns whether it was one of a group's."""
    kind, sub = event.notice_type or event.detail_type or "", event.sub_type or ""
    if kind in _INCREASE:
        _moved(event, at, rows, "invited" if sub == "invite" else "joined")
    elif kind in _DECREASE:
        _moved(event, at, rows, "kicked" if sub in ("kick", "kick_me") else "left")
    elif kind == "group_card":
        old, new = event.card_old or None, event.card_new or None
        person = _account(event.user_id, at)
        rows.moved.append(Moved(at.when, at.community_id, person, old, "renamed", None, new, platform=at.platform))
    elif kind in _RECALL:
        _recalled(event, at, rows)
    elif kind == "group_upload" and event.file is not None:
        file: dict[str, object] = {
            "kind": "file",
            "name": event.file.name,
            "size": whole(event.file.size),
            "digest": None,
        }
        _said(event, at, rows, "file", "", event.user_id, attachments=[file])
    elif kind in _PASSED or (kind == "notify" and sub in ("input_status", "profile_like")):
        return False
    else:
        _system(event, at, rows, kind, sub, unknown)
    return True


def _system(event: Event, at: Place, rows: Rows, kind: str, sub: str, unknown: dict[str, int]) -> None:
    who = event.user_id if event.user_id not in (None, "") else event.sender_id
    words = _SIMPLE.get((kind, sub))
    if kind == "essence":
        who = event.sender_id
    if kind == "group_ban" and sub != "lift_ban":
        words = f"被禁言 {whole(event.duration) or 0} 秒"
    if kind == "group_ban" and who in (0, "0", None):
        text = "解除全员禁言" if sub == "lift_ban" else "全员禁言"
    elif kind == "notify" and sub == "poke":
        text = f"{who} 戳了戳 {event.target_id}"
    elif kind == "notify" and sub == "group_name":
        text = f"群名称改为 {event.name_new or ''}".strip()
    elif words is not None:
        text = " ".join(str(part) for part in (who, words, event.title, event.honor_type) if part not in (None, ""))
    else:
        unknown[f"{kind}/{sub}" if sub else kind] = unknown.get(f"{kind}/{sub}" if sub else kind, 0) + 1
        text = " ".join(part for part in (kind, sub) if part)
    operator = event.operator_id if event.operator_id not in (None, 0, "0", "") else None
    _said(event, at, rows, "system", f"{text}（操作者 {operator}）" if operator not in (None, who) else text, operator)
    if kind == "group_admin" and (person := _account(who, at)) is not None:
        role = "admin" if sub == "set" else "member"
        rows.seen.append(Seen(at.when, at.community_id, person, None, role, at.platform))


def _recalled(event: Event, at: Place, rows: Rows) -> None:
    by_other = event.operator_id not in (None, "", event.user_id)
    text = f"{event.operator_id} 撤回了 {event.user_id} 的一条消息" if by_other else f"{event.user_id} 撤回了一条消息"
    target = None if event.message_id in (None, "", 0) else str(event.message_id)
    _said(event, at, rows, "recall", text, event.operator_id or event.user_id, reply_to=target)


def _moved(event: Event, at: Place, rows: Rows, kind: str) -> None:
    actor = event.operator_id if event.operator_id not in (0, "0", "", event.user_id) else None
    rows.moved.append(
        Moved(
            at.when, at.community_id, _account(event.user_id, at), event.user_name or None, kind, _account(actor, at),
            event.sub_type or None, platform=at.platform,
        )
    )  # fmt: skip


def _said(
    event: Event, at: Place, rows: Rows, kind: str, text: str, who: Id, *,
    reply_to: str | None = None, attachments: list[dict[str, object]] | None = None,
) -> None:  # fmt: skip
    rows.said.append(
        Said(
            at.when, at.community_id, _account(who, at), None, kind, text, None, reply_to, None, None, attachments,
            platform=at.platform,
        )
    )  # fmt: skip


def _account(native: Id, at: Place) -> str | None:
    return account_id(native, None, at.platform)
