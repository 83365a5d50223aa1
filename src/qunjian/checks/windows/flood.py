"""Finds floods: too many messages of one account in a few seconds in one community.

A finding stands at the message that makes it too many, once per flood: not again while every further message keeps
the number reached. Where times are known to the minute only, a flood must show even if its first message came at the
start of its minute and its last at the end; with a window too short for that, the rule is unknown there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import Field

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, Unknown, WindowKind, named
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

MINUTE = 60_000_000
# Fewer messages may all fall on whole minutes by chance.
FEWEST = 20
TOO_COARSE = Phrase("时间只精确到分钟，无法判断短时间内的条数", "unknown: its times are known to the minute only")
# Who has so many messages within a stretch as long as the window: of those of a flood, two neighbouring stretches hold
# all, so one holds half. Equal hashes of different accounts only make a candidate too many.
_BUSY = """
SELECT DISTINCT community_id, account_id FROM message m WHERE {condition}
    AND hash(m.community_id, m.account_id) IN (
        SELECT account FROM (
            SELECT hash(m.community_id, m.account_id) AS account, epoch_us(m.sent_at) // {microseconds} AS stretch
            FROM message m WHERE {condition}
        ) GROUP BY account, stretch HAVING count(*) >= {half}
    )
"""
_IS_BUSY = "(m.community_id, m.account_id) IN (SELECT (community_id, account_id) FROM window_busy)"
_CANDIDATES = """
WITH placed AS (
    SELECT m.scope, m.message_id, m.community_id, m.account_id, m.sent_at,
           lag(m.sent_at, {before}) OVER sequence AS earliest
    FROM message m WHERE {condition}
    WINDOW sequence AS (PARTITION BY m.community_id, m.account_id ORDER BY m.sent_at, m.scope, m.message_id)
), judged AS (
    SELECT p.*, coalesce(epoch_us(sent_at) - epoch_us(earliest) + coalesce(c.blur, 0) <= {microseconds}, false)
        AS too_many
    FROM placed p LEFT JOIN window_coarse c ON c.community_id = p.community_id
), edges AS (
    SELECT *, lag(too_many, 1, false) OVER
        (PARTITION BY community_id, account_id ORDER BY sent_at, scope, message_id) AS already
    FROM judged
)
SELECT scope, message_id, community_id, account_id, sent_at, earliest FROM edges
WHERE too_many AND NOT already ORDER BY sent_at, scope, message_id
"""
# The blur of a community: the µs a written time may differ from the true one.
_COARSE = f"""
SELECT community_id, CAST({MINUTE} AS BIGINT) AS blur FROM message WHERE account_id IS NOT NULL
GROUP BY community_id HAVING max(epoch_us(sent_at) % {MINUTE}) = 0 AND count(*) >= {FEWEST}
"""  # noqa: S608 - two numbers of ours
_RELATED = """
SELECT h.hit, m.scope, m.message_id FROM message m JOIN window_flood_hit h
    ON m.community_id = h.community_id AND m.account_id = h.account_id
    AND m.sent_at BETWEEN h.earliest AND h.sent_at
WHERE {condition} ORDER BY h.hit, m.sent_at, m.scope, m.message_id
"""


class FloodParameters(Parameters):
    """At least `messages` messages of one account within `seconds` seconds."""

    messages: int = Field(ge=2, le=10_000)
    seconds: int = Field(ge=1, le=86_400)


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """Twice the window: whether the message before was already one too many needs a window of its own."""
    return 2 * dt.timedelta(seconds=rule.parameters.seconds)


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the floods of each rule."""
    coarse = context.session.arrow(_COARSE)
    eligible.register(context, "window_coarse", coarse)
    found = []
    for rule in rules:
        blind = set(coarse["community_id"].to_pylist()) if rule.parameters.seconds * 1_000_000 < MINUTE else set()
        among = eligible.among(context, rule.communities)
        unknown = sorted(blind if among is None else blind & among)
        unknowns = tuple(Unknown(rule.rule, community, TOO_COARSE) for community in unknown)
        found.append(Found(rule, tuple(_floods(rule, context)), unknowns))
    return found


def _floods(rule: WindowRule, context: WindowContext) -> list[Hit]:
    number, seconds = rule.parameters.messages, rule.parameters.seconds
    scope = eligible.scope(rule, context)
    read = eligible.span(context, look_back(rule, context)).also(scope.sql, *scope.parameters)
    microseconds = seconds * 1_000_000
    busy = context.session.arrow(
        _BUSY.format(condition=read.sql, microseconds=microseconds, half=(number + 1) // 2),
        [*read.parameters, *read.parameters],
    )
    if not busy.num_rows:
        return []
    eligible.register(context, "window_busy", busy)
    sql = _CANDIDATES.format(
        before=number - 1,
        condition=f"{read.sql} AND {_IS_BUSY}",
        microseconds=microseconds,
    )
    hits = context.session.arrow(sql, list(read.parameters))
    places = zip(hits["community_id"].to_pylist(), hits["sent_at"].to_pylist(), strict=True)
    hits = hits.filter(pa.array([context.holds(*place) for place in places], pa.bool_()))
    if not hits.num_rows:
        return []
    detail = f"{number} 条/{seconds} 秒"
    return [
        Hit(row["scope"], row["message_id"], related, detail)
        for row, related in zip(hits.to_pylist(), _related(hits, number, read, context), strict=True)
    ]


def _related(hits: pa.Table, number: int, read: eligible.Condition, context: WindowContext) -> list[tuple[str, ...]]:
    """Return for each hit the messages just before it that count, oldest first."""
    eligible.register(context, "window_flood_hit", hits.append_column("hit", pa.array(range(hits.num_rows))))
    rows: list[list[tuple[str, str]]] = [[] for _ in range(hits.num_rows)]
    near: dict[str, Any] = context.session.arrow(_RELATED.format(condition=read.sql), list(read.parameters)).to_pydict()
    for hit, scope, message_id in zip(near["hit"], near["scope"], near["message_id"], strict=True):
        rows[hit].append((scope, message_id))
    keys = zip(hits["scope"].to_pylist(), hits["message_id"].to_pylist(), strict=True)
    found = []
    for own, key in zip(rows, keys, strict=True):
        place = own.index(key)
        found.append(tuple(named(key[0], *each) for each in own[max(0, place - number + 1) : place]))
    return found


FLOOD = WindowKind("flood", Phrase("刷屏", "Flood"), FloodParameters, look_back, find)
