"""Use case: a message among its neighbours in the same channel, and what an inspection found in each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.model.records import Severity
from qunjian.model.schemas import UTC_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.engines.local import Session

_ORDER = ("sent_at", "scope", "message_id")
_ASKED = pa.schema([("scope", pa.string()), ("message_id", pa.string())])
_PLACE = pa.schema(
    [("community_id", pa.string()), ("sent_at", UTC_US), ("scope", pa.string()), ("message_id", pa.string())]
)


class Key(msgspec.Struct, frozen=True):
    """Which message is meant."""

    community_id: str
    scope: str
    message_id: str


class Found(msgspec.Struct, frozen=True):
    """One finding of a message; `spans` point into the original text and are empty where it was edited since."""

    finding_id: str
    rule: str
    severity: Severity
    spans: tuple[tuple[int, int], ...] = ()
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0
    check: str = ""


class Spoken(msgspec.Struct, frozen=True):
    """One message as it stands, with what was found in it; `centre`: the one that was asked for."""

    scope: str
    message_id: str
    community_id: str
    channel_id: str | None
    sent_at: dt.datetime
    account_id: str | None
    name_then: str | None
    kind: str
    text: str | None
    reply_to: str | None
    attachments: tuple[str, ...]
    edited_at: dt.datetime | None
    centre: bool
    found: tuple[Found, ...] = ()


# The columns of a row that `with_findings` reads.
SPOKEN = (
    "scope, message_id, community_id, channel_id, sent_at, account_id, name_then, kind, text, reply_to, edited_at, "
    "content_hash, [coalesce(a.name, a.kind) FOR a IN coalesce(attachments, [])] AS attachments"
)
_FOUND = """
SELECT f.scope, f.message_id, f.content_hash, f.finding_id, f.rule, f.severity, f.spans, f.transformations,
       f.confidence, f."check"
FROM finding f SEMI JOIN asked a ON f.scope = a.scope AND f.message_id = a.message_id WHERE f.act_id = ?
ORDER BY list_position(['critical', 'major', 'minor', 'notice'], f.severity), f.rule, f.finding_id
"""


def conversation(
    session: Session, key: Key, *, before: int = 5, after: int = 5, run: str | None = None
) -> tuple[Spoken, ...]:
    """Return the message with its neighbours, oldest first, and what the run found in them; empty: no such message."""
    rows = neighbours(session, key, SPOKEN, before=before, after=after)
    return with_findings(session, rows, run)


def neighbours(session: Session, key: Key, columns: str, *, before: int, after: int) -> list[dict[str, Any]]:
    """Return the message and so many before and after it in its channel, oldest first; `centre` says which it is."""
    values: list[object] = [key.community_id, key.scope, key.message_id]
    place = "community_id = ? AND scope = ? AND message_id = ?"
    found = session.arrow(f"SELECT channel_id, sent_at FROM message WHERE {place} LIMIT 1", values).to_pylist()  # noqa: S608
    if not found:
        return []
    channel, sent_at = found[0]["channel_id"], found[0]["sent_at"]
    whole = ", ".join(_ORDER)
    beside = (
        f"SELECT {columns} FROM message WHERE community_id = ? AND channel_id IS NOT DISTINCT FROM ? "  # noqa: S608
        f"AND sent_at {{compare}}= ? AND ({whole}) {{compare}} (?, ?, ?) ORDER BY {{order}} LIMIT ?"
    )
    backward = beside.format(compare="<", order=", ".join(f"{name} DESC" for name in _ORDER))
    forward = beside.format(compare=">", order=whole)
    where: list[object] = [key.community_id, channel, sent_at, sent_at, key.scope, key.message_id]
    centre = f"SELECT {columns} FROM message WHERE {place} AND sent_at = ? LIMIT 1"  # noqa: S608
    earlier = session.arrow(backward, [*where, before]).to_pylist() if before else []
    later = session.arrow(forward, [*where, after]).to_pylist() if after else []
    itself = session.arrow(centre, [*values, sent_at]).to_pylist()
    return [
        *({**row, "centre": False} for row in reversed(earlier)),
        *({**row, "centre": True} for row in itself),
        *({**row, "centre": False} for row in later),
    ]


def standing_at(session: Session, places: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages of these communities, times, scopes and ids, in no order; `centre` is false.

    To find candidates by few columns and then read those alone is several times as fast as to read all at once.
    """
    if not places:
        return []
    wanted = pa.Table.from_pylist([{name: row[name] for name in _PLACE.names} for row in places], schema=_PLACE)
    times = [row["sent_at"] for row in places]
    same = " AND ".join(f"m.{name} = w.{name}" for name in _PLACE.names)
    query = (
        f"SELECT {SPOKEN}, false AS centre FROM (SELECT m.* FROM message m SEMI JOIN wanted w ON {same} "  # noqa: S608
        "WHERE m.sent_at BETWEEN ? AND ?)"
    )
    session.connection.register("wanted", wanted)
    try:
        rows: list[dict[str, Any]] = session.temporary(query, [min(times), max(times)]).to_pylist()
        return rows
    finally:
        session.connection.unregister("wanted")


def with_findings(session: Session, rows: Sequence[dict[str, Any]], run: str | None) -> tuple[Spoken, ...]:
    """Return rows of the columns `SPOKEN` and `centre` as messages, with what the run found in them."""
    found = _found_in(session, rows, run) if run else {}
    return tuple(_spoken(row, found) for row in rows)


def _found_in(session: Session, rows: Sequence[dict[str, Any]], run: str) -> dict[tuple[str, str], list[Any]]:
    """Return the run's findings by message; an edit since leaves its spans behind."""
    if not rows:
        return {}
    hashes = {(row["scope"], row["message_id"]): row["content_hash"] for row in rows}
    asked = pa.Table.from_pylist([{"scope": scope, "message_id": one} for scope, one in hashes], schema=_ASKED)
    session.connection.register("asked", asked)
    try:
        rows = session.temporary(_FOUND, [run]).to_pylist()
    finally:
        session.connection.unregister("asked")
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        key = (row["scope"], row["message_id"])
        same = row["content_hash"] == hashes[key]
        spans = [(span["start"], span["end"]) for span in row["spans"] or () if same and span["start"] < span["end"]]
        found.setdefault(key, []).append({**row, "spans": spans})
    return found


def _spoken(row: dict[str, Any], found: dict[tuple[str, str], list[Any]]) -> Spoken:
    own = [
        Found(
            each["finding_id"], each["rule"], each["severity"], tuple(each["spans"]),
            tuple(each["transformations"] or ()), each["confidence"], each["check"],
        )
        for each in found.get((row["scope"], row["message_id"]), ())
    ]  # fmt: skip
    return spoken_with(row, tuple(own))


def spoken_with(row: dict[str, Any], found: tuple[Found, ...]) -> Spoken:
    """Return a row of the columns `SPOKEN` and `centre` as a message with these findings."""
    return Spoken(
        row["scope"], row["message_id"], row["community_id"], row["channel_id"], row["sent_at"], row["account_id"],
        row["name_then"], row["kind"], row["text"], row["reply_to"], tuple(row["attachments"] or ()),
        row["edited_at"], row["centre"], found,
    )  # fmt: skip
