"""Use case: find messages by words they hold, author, community, kind and days, the newest first, page by page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.runs.browsing import Filters, condition
from qunjian.runs.contexts import Spoken, standing_at, with_findings

if TYPE_CHECKING:
    from qunjian.engines.local import Session

_ORDER = "sent_at DESC, scope DESC, message_id DESC"


class After(msgspec.Struct, frozen=True):
    """The last message of the page before."""

    sent_at: dt.datetime
    scope: str
    message_id: str


class Hits(msgspec.Struct, frozen=True):
    """One page of messages; `more`: there are older ones."""

    messages: tuple[Spoken, ...]
    more: bool


def find(session: Session, filters: Filters, zone: str, *, after: After | None = None, run: str | None = None) -> Hits:
    """Return the newest `filters.limit` messages that are wanted, older than `after`, with what the run found in them.

    All of `filters.communities` are meant, also when there is none; days are those of the zone.
    """
    most = filters.limit or 50
    where, values = condition(filters, zone)
    if after is not None:
        where += " AND sent_at <= ? AND (sent_at, scope, message_id) < (?, ?, ?)"
        values += [after.sent_at, after.sent_at, after.scope, after.message_id]
    keys = f"SELECT community_id, scope, message_id, sent_at FROM message WHERE {where} ORDER BY {_ORDER} LIMIT ?"  # noqa: S608
    found = session.arrow(keys, [*values, most + 1]).to_pylist()
    rows = sorted(standing_at(session, found[:most]), key=_place, reverse=True)
    return Hits(with_findings(session, rows, run), len(found) > most)


def _place(row: dict[str, Any]) -> tuple[dt.datetime, str, str]:
    return row["sent_at"], row["scope"], row["message_id"]
