"""Turns Feishu's events and system lines into comings and goings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.epochs import epoch_micros
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.sources.feishu.records import Message, Record

_CAME = "im.chat.member.user.added_v1"
_WENT = ("im.chat.member.user.deleted_v1", "im.chat.member.user.withdrawn_v1")
MEMBER_EVENTS = frozenset({_CAME, *_WENT})
RECALLED = "im.message.recalled_v1"
# System lines are known by their templates, whatever names stand in them.
_TEMPLATES = (
    (late(r"(?i)(?=.*\{to_chatters\}).*(removed|移出|移除)"), "kicked"),
    (late(r"(?i)(?=.*\{to_chatters\}).*(invited|added|邀请|拉)"), "invited"),
    (late(r"(?i)\{from_user\}.*(joined|加入)"), "joined"),
    (late(r"(?i)\{from_user\}.*(left|退出|离开)"), "left"),
)


class Passage(msgspec.Struct):
    """One coming or going."""

    message_id: str
    chat: str
    sent_at: int
    kind: str
    account: str
    name: str | None
    actor: str | None
    detail: str


def of_event(one: Record) -> Iterator[Passage] | str:
    """Return the comings and goings of a member event, or why there are none."""
    header, event = one.header, one.event
    if header is None or event is None:
        return "no_type"
    sent = epoch_micros(header.create_time)
    if sent is None:
        return "no_time"
    if not event.chat_id:
        return "no_community"
    people = [(user.user_id.best if user.user_id else None, user.name) for user in event.users or ()]
    if not people or not all(native or name for native, name in people):
        return "no_account"
    actor = event.operator_id.best if event.operator_id else None
    kind = header.event_type or ""
    return (
        Passage(
            _numbered(header.event_id or "", n), event.chat_id, sent, _became(kind, native, actor),
            _account(native, name), name, f"feishu:{actor}" if actor else None, kind,
        )
        for n, (native, name) in enumerate(people)
    )  # fmt: skip


def _became(event: str, native: str | None, actor: str | None) -> str:
    by_self = actor is None or actor == native
    if event == _CAME:
        return "joined" if by_self else "invited"
    return "left" if by_self else "kicked"


def of_system_line(one: Message, content: Any, sent: int) -> list[Passage]:
    """Return the comings and goings a system line tells, by name: it holds no ids."""
    template = content.get("template")
    kind = next((kind for form, kind in _TEMPLATES if isinstance(template, str) and form.match(template)), None)
    if kind is None:
        return []
    by = _names(content.get("from_user"))
    whom = _names(content.get("to_chatters")) if kind in ("invited", "kicked") else by
    actor = _account(None, by[0]) if by else None
    return [
        Passage(
            _numbered(one.message_id or "", n), one.chat_id or "", sent, kind, _account(None, name), name, actor,
            str(template),
        )
        for n, name in enumerate(whom)
    ]  # fmt: skip


def _names(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str) and each] if isinstance(value, list) else []


def _account(native: str | None, name: str | None) -> str:
    return f"feishu:{native}" if native else f"feishu:name:{name}"


def _numbered(native: str, n: int) -> str:
    return f"{native}/{n + 1}" if n and native else native
