"""Turns Telegram's service messages into membership events, and the rest of them into system messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.sources.telegram.messages import account, flat, times
from qunjian.sources.telegram.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

_SELF_JOINED = frozenset({"join_group_by_link", "join_group_by_request", "joined_telegram_group", "join_group"})
_MEMBERS = {
    "invite_members": ("joined", "invited"),
    "remove_members": ("left", "kicked"),
    "create_group": ("joined",) * 2,
}


def membership_columns(service: Sequence[Record], zone: str | None) -> tuple[dict[str, Any], int, list[Record]]:
    """Return the columns of the membership events, how many there are, and the records that are none.

    An invitation names its members but gives no ids: whoever is not the actor is known by name alone.
    """
    rows: list[tuple[str, str | None, str | None, str, Record]] = []
    rest: list[Record] = []
    for one in service:
        if one.action in _SELF_JOINED:
            rows.append((str(one.id), account(one.actor_id, one.actor), one.actor, "joined", one))
        elif one.action in _MEMBERS and one.members:
            alone, by_other = _MEMBERS[one.action]
            for n, name in enumerate(one.members):
                itself = name == one.actor
                who = account(one.actor_id if itself else None, name)
                rows.append((f"{one.id}/{n + 1}" if n else str(one.id), who, name, alone if itself else by_other, one))
        else:
            rest.append(one)
    records = [row[4] for row in rows]
    columns: dict[str, Any] = {
        "message_id": [row[0] for row in rows],
        "account_id": [row[1] for row in rows],
        "name_then": [row[2] for row in rows],
        "kind": [row[3] for row in rows],
        "actor_id": [account(one.actor_id, one.actor) for one in records],
        "detail": [one.action for one in records],
        **times(records, zone),
    }
    return columns, len(rows), rest


def system_text(one: Record) -> Record:
    """Return a service message as a system message: its action, and the title where one was set."""
    words = " ".join(part for part in (one.action, one.title, flat(one.text)) if part)
    return msgspec.structs.replace(
        one, type="system", text=words, sender=one.actor, from_id=one.actor_id, media_type=None, photo=None, file=None
    )
