"""Looks into a workspace: communities, members, messages with their surroundings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import period_of
from qunjian.runs.contexts import Key, neighbours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

_SHOWN = (
    "scope", "message_id", "platform", "community_id", "channel_id", "sent_at", "account_id", "name_then", "kind",
    "text", "reply_to", "thread_id", "mentions", "reactions", "attachments", "forwarded_from", "edited_at",
)  # fmt: skip


class Filters(msgspec.Struct, frozen=True):
    """Which messages are wanted; `first` and `last` are local days, both included; `author`: id or part of a name."""

    communities: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    contains: str | None = None
    author: str | None = None
    around: str | None = None
    context: int = 5
    limit: int | None = 100


_COMMUNITIES = """
WITH spoken AS (
    SELECT community_id, any_value(platform) AS platform, count(*) AS messages,
           count(DISTINCT account_id) AS accounts, min(sent_at) AS first, max(sent_at) AS last
    FROM message GROUP BY community_id
), listed AS (
    SELECT community_id, count(*) FILTER (left_at IS NULL) AS members FROM roster GROUP BY community_id
    HAVING bool_or(complete)
), sized AS (
    SELECT community_id, arg_max(members, "at") AS members FROM size_snapshot GROUP BY community_id
), every AS (
    SELECT community_id FROM spoken UNION SELECT community_id FROM listed UNION SELECT community_id FROM membership
    UNION SELECT community_id FROM community
)
SELECT e.community_id AS id, coalesce(c.name, '') AS name,
       coalesce(s.platform, c.platform, split_part(e.community_id, ':', 1)) AS platform,
       coalesce(s.messages, 0) AS messages, coalesce(s.accounts, 0) AS accounts,
       coalesce(l.members, z.members) AS members, s.first, s.last
FROM every e LEFT JOIN spoken s USING (community_id) LEFT JOIN listed l USING (community_id)
LEFT JOIN sized z USING (community_id) LEFT JOIN community c USING (community_id)
ORDER BY messages DESC, id
"""

# {only} holds the communities wanted, inside: what lies outside them need not be read.
_MEMBERS = """
WITH spoken AS (
    SELECT community_id, account_id, arg_max(name_then, sent_at) AS name, count(*) AS messages,
           min(sent_at) AS first, max(sent_at) AS last
    FROM message WHERE account_id IS NOT NULL AND {only} GROUP BY community_id, account_id
), came AS (
    SELECT community_id, account_id, arg_max(name_then, sent_at) AS name,
           max(sent_at) FILTER (kind IN ('joined', 'invited')) AS joined,
           max(sent_at) FILTER (kind IN ('left', 'kicked')) AS gone
    FROM membership WHERE account_id IS NOT NULL AND {only} GROUP BY community_id, account_id
), listed AS (
    SELECT * FROM roster WHERE {only}
), asked AS (
    -- What WeCom's archive notes of an account's consent to being archived: the last word, wherever it was given.
    SELECT account_id, arg_max(CASE text WHEN '同意会话存档' THEN 'agreed' ELSE 'refused' END, sent_at) AS consent
    FROM message WHERE platform = 'wecom' AND kind = 'system' AND text IN ('同意会话存档', '不同意会话存档')
    GROUP BY account_id
)
SELECT community_id AS community, account_id AS account, coalesce(r.name, s.name, c.name, '') AS name, r.role,
       coalesce(r.joined_at, c.joined) AS joined,
       coalesce(r.left_at, CASE WHEN c.gone > coalesce(c.joined, '-infinity'::TIMESTAMPTZ) THEN c.gone END) AS "left",
       coalesce(s.messages, 0) AS messages, s.first, s.last, a.consent
FROM spoken s FULL JOIN listed r USING (community_id, account_id) FULL JOIN came c USING (community_id, account_id)
LEFT JOIN asked a USING (account_id)
"""


def communities(workspace: Workspace) -> list[dict[str, object]]:
    """Return one row per community, the liveliest first; `members` is null where no source says."""
    session = _session(workspace)
    try:
        rows: list[dict[str, object]] = session.arrow(_COMMUNITIES).to_pylist()
        return rows
    finally:
        session.close()


def members(
    workspace: Workspace,
    chosen: tuple[str, ...] = (),
    *,
    silent: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, object]]:
    """Return those who spoke, per community; or, with `silent`, those listed who never did.

    `consent` is what a WeCom archive notes of them: agreed, refused, or null where nothing is noted.
    """
    query, values = _members(chosen, silent=silent)
    piece = f"LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    session = _session(workspace)
    try:
        _known(session, "community_id", chosen, Phrase("社群", "community"))
        query = f"{query} ORDER BY community, messages DESC, account {piece}"
        rows: list[dict[str, object]] = session.arrow(query, values).to_pylist()
        return rows
    finally:
        session.close()


def member_count(workspace: Workspace, chosen: tuple[str, ...] = (), *, silent: bool = False) -> int:
    """Return how many rows `members` has in all."""
    query, values = _members(chosen, silent=silent)
    session = _session(workspace)
    try:
        _known(session, "community_id", chosen, Phrase("社群", "community"))
        (count,) = session.connection.execute(f"SELECT count(*) FROM ({query})", values).fetchone() or (0,)  # noqa: S608
        return int(count)
    finally:
        session.close()


def _members(chosen: tuple[str, ...], *, silent: bool) -> tuple[str, list[object]]:
    table = _MEMBERS.format(only="list_contains($1, community_id)" if chosen else "true")
    which = "messages = 0" if silent else "messages > 0"
    return f"SELECT * FROM ({table}) WHERE {which}", [list(chosen)] if chosen else []  # noqa: S608


def log_access(workspace: Workspace, what: str, purpose: str) -> Path:
    """Note that a list of individuals was looked at, and what for."""
    path = workspace.root / "access.jsonl"
    entry = {"at": workspace.clock(), "what": what, "purpose": purpose}
    with path.open("ab") as log:
        log.write(msgspec.json.encode(entry) + b"\n")
    return path


def messages(workspace: Workspace, filters: Filters) -> Iterator[dict[str, object]]:
    """Yield messages in time order; with `around`, that message and its neighbours in the same channel."""
    session = _session(workspace)
    try:
        if filters.around is not None:
            yield from _around(session, filters.around, filters.context)
            return
        _known(session, "community_id", filters.communities, Phrase("社群", "community"))
        where, values = condition(filters, workspace.settings.zone)
        limit = f"LIMIT {int(filters.limit)}" if filters.limit is not None else ""
        query = f"SELECT {', '.join(_SHOWN)} FROM message WHERE {where} ORDER BY sent_at, scope, message_id {limit}"  # noqa: S608
        for batch in session.batches(query, values, rows=4096):
            yield from batch.to_pylist()
    finally:
        session.close()


def _session(workspace: Workspace) -> Session:
    spare_pandas()
    return workspace.lake.session()


def condition(filters: Filters, zone: str) -> tuple[str, list[object]]:
    """Return the condition in SQL and its values; days are local days of the zone."""
    conditions, values = ["true"], list[object]()
    for each, wanted in (
        ("list_contains(?, community_id)", list(filters.communities)),
        ("list_contains(?, account_id)", list(filters.accounts)),
        ("list_contains(?, channel_id)", list(filters.channels)),
        ("list_contains(?, kind)", list(filters.kinds)),
        ("contains(text, ?)", filters.contains),
        ("sent_at >= ?", _midnight(filters.first, zone)),
        ("sent_at < ?", _midnight(filters.last + dt.timedelta(days=1), zone) if filters.last else None),
    ):
        if wanted:
            conditions.append(each)
            values.append(wanted)
    if filters.author:
        conditions.append("(account_id = ? OR contains(name_then, ?))")
        values += [filters.author, filters.author]
    return " AND ".join(conditions), values


def _midnight(day: dt.date | None, zone: str) -> dt.datetime | None:
    return period_of(day, "day").bounds(zone)[0] if day else None


def _around(session: Session, message: str, context: int) -> list[dict[str, object]]:
    """Return the message (its id, or "scope/id" where several have it) between its neighbours."""
    key = "message_id = ? OR scope || '/' || message_id = ?"
    run = session.connection.execute
    found = run(f"SELECT DISTINCT scope, message_id FROM message WHERE {key}", [message, message]).fetchall()  # noqa: S608
    if not found:
        raise BadInputError(Phrase(f"没有消息“{message}”", f"there is no message '{message}'"))
    if len(found) > 1:
        several = [f"{scope}/{one}" for scope, one in sorted(found)[:5]]
        raise BadInputError(
            Phrase("不止一条消息有这个编号", "several messages have this id"),
            where=message,
            todo=Phrase(f"写成：{'、'.join(several)}", f"write one of: {', '.join(several)}"),
        )
    scope, one = found[0]
    where = "SELECT community_id FROM message WHERE scope = ? AND message_id = ?"
    (community,) = run(where, [scope, one]).fetchone() or ("",)
    return neighbours(session, Key(community, scope, one), ", ".join(_SHOWN), before=context, after=context)


def _known(session: Session, column: str, chosen: tuple[str, ...], kind: Phrase) -> None:
    """Raise with the nearest names when a chosen name is not in the lake."""
    if not chosen:
        return
    known = {
        name
        for table in ("message", "membership", "roster", "community")
        for (name,) in session.connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()  # noqa: S608
    }
    for name in chosen:
        if name not in known:
            raise UnknownNameError(kind, name, filter(None, known))
