"""Turns exported messages into rows: who, when, what; QQ's own lines into events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.model.records import Reject
from qunjian.sources.json_records import places
from qunjian.sources.qce_json.contents import attachments, mentions, read_content, reply_to
from qunjian.sources.qce_json.records import Content, Record, Sender
from qunjian.sources.qq.accounts import TITLE_ROLES, account_id
from qunjian.sources.qq.notices import read_notice
from qunjian.sources.qq.rows import Instant, Rows, Said, Seen, epoch, instants
from qunjian.sources.times import AUTO

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROLES = {"owner": "owner", "admin": "admin", **TITLE_ROLES}
# What the exporter calls someone it knows nothing of.
_NOBODY = frozenset({"未知", "未知用户", "unknown"})


def add_messages(
    records: Sequence[Record], first: int, community: str, zone: str | None, rows: Rows, unknown: dict[str, int]
) -> list[Reject]:
    """Add the rows of the messages; returns those whose time cannot be read."""
    rejects: list[Reject] = []
    for at, (one, when) in zip(places(records, first), zip(records, _times(records, zone), strict=True), strict=False):
        if when is None:
            reason = "no_time" if one.timestamp in (None, "") else "bad_time"
            shown = one.content.text if one.content is not None else None
            rejects.append(Reject(reason, at, " ".join((shown or str(one.timestamp)).split())[:80]))
        else:
            _add(one, when, community, rows, unknown)
    return rejects


def _add(one: Record, when: Instant, community: str, rows: Rows, unknown: dict[str, int]) -> None:
    content = one.content or Content()
    native = one.id if one.id not in (None, "") else one.message_id
    message_id = None if native in (None, "", "0", 0) else str(native)
    recalled = one.recalled or one.is_recalled
    if (one.system or one.is_system or one.type == "system") and not recalled:
        text = _system_text(content)
        rows.add_notice(read_notice(text), text, when, community, message_id)
        return
    sender = one.sender or Sender()
    name = _name(sender)
    who = account_id(_native(sender), name)
    kind, words = read_content(content, one.type, unknown)
    rows.said.append(
        Said(
            when, community, who, name, "recall" if recalled else kind, words, message_id, reply_to(content),
            mentions(content.mentions), None, attachments(content),
        )
    )  # fmt: skip
    role = _ROLES.get(sender.role or "") or _ROLES.get(sender.title or "")
    if role is not None and who is not None:
        rows.seen.append(Seen(when, community, who, name, role))


def _system_text(content: Content) -> str:
    if content.text:
        return content.text
    parts = (element.data for element in content.elements or () if element.data is not None)
    return next((text for data in parts if (text := data.text or data.summary)), "")


def _native(sender: Sender) -> str | int | None:
    if sender.uin not in (None, "", "0", 0):
        return sender.uin
    return None if sender.uid in _NOBODY else sender.uid


def _name(sender: Sender) -> str | None:
    name = sender.card or sender.name or sender.nickname
    return None if name in (str(sender.uin), str(sender.uid)) or name in _NOBODY else name or None


def _times(records: Sequence[Record], zone: str | None) -> list[Instant | None]:
    if all(type(one.timestamp) is not str for one in records):
        return [epoch(one.timestamp) for one in records]  # type: ignore[arg-type]
    written = [None if one.timestamp is None else str(one.timestamp) for one in records]
    return instants(written, (*AUTO, "epoch"), zone)


def stamp_of(written: str | None, zone: str | None) -> dt.datetime | None:
    """Return when the export was made, where it says so."""
    (when,) = instants([written], AUTO, zone) if written else (None,)
    return None if when is None else dt.datetime.fromtimestamp(when.sent / 1e6, dt.UTC)
