"""A small world for tests of conversations and window checks: message rows written as one line each."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pyarrow as pa

from qunjian.engines.local import Session
from qunjian.model.schemas import MESSAGE

START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)  # a Monday, 09:00 in Shanghai


def said(
    at: dt.datetime | float,
    by: str,
    text: str = "在吗",
    *,
    id: str | None = None,  # noqa: A002
    to: str | None = None,
    mentions: tuple[str, ...] = (),
    kind: str = "text",
    community: str = "chat:a",
    channel: str | None = None,
) -> dict[str, Any]:
    """Return one message row; `at` is an instant or seconds after START."""
    moment = at if isinstance(at, dt.datetime) else START + dt.timedelta(seconds=at)
    message_id = id or hashlib.sha256(f"{moment}{by}{text}{channel}{kind}".encode()).hexdigest()[:10]
    row: dict[str, Any] = dict.fromkeys(MESSAGE.names)
    row |= {
        "scope": community, "message_id": message_id, "platform": "chat", "community_id": community,
        "channel_id": channel, "sent_at": moment, "account_id": by, "name_then": by, "kind": kind, "text": text,
        "reply_to": to, "mentions": list(mentions), "content_hash": hashlib.sha256(text.encode()).digest()[:16],
    }  # fmt: skip
    return row


def session_of(rows: list[dict[str, Any]]) -> Session:
    """Return a session whose message view holds the rows."""
    session = Session()
    session.connection.register("message_rows", pa.Table.from_pylist(rows, MESSAGE))
    session.connection.execute("CREATE TABLE message AS SELECT * FROM message_rows")
    session.connection.execute("CREATE TABLE document (communities VARCHAR, observed_at TIMESTAMPTZ)")
    session.connection.execute(
        "CREATE TABLE roster (platform VARCHAR, community_id VARCHAR, account_id VARCHAR, name VARCHAR, role VARCHAR, "
        "joined_at TIMESTAMPTZ, left_at TIMESTAMPTZ, observed_at TIMESTAMPTZ)"
    )
    return session
