"""Suspected doubles: equal messages at one instant that two exports brought under different accounts or ids.

They arise when two people export one talk and an export shows no ids: each calls contacts as they please, and
themselves "I". They are evidence for people to judge, never removed by themselves.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from qunjian.engines.local import Session

# Two messages may be doubles when at least one has no native id and no document brought both.
_QUERY = """
    WITH fed AS (
        SELECT unnest(json_keys(communities)) AS community_id, act_id, document FROM document
    ), wide AS (
        SELECT community_id FROM fed GROUP BY 1 HAVING count(*) > 1
    ), post AS (
        SELECT community_id, sent_at, kind, hash(text) AS hashed, text, scope, message_id, account_id
        FROM message SEMI JOIN wide USING (community_id)
        WHERE sent_at IS NOT NULL AND account_id IS NOT NULL AND kind NOT IN ('system', 'recall')
    ), place AS (
        SELECT community_id, sent_at, kind, hashed FROM post GROUP BY ALL
        HAVING count(*) > 1 AND bool_or(starts_with(message_id, '~'))
    ), alike AS (
        SELECT p.* FROM post p SEMI JOIN place USING (community_id, sent_at, kind, hashed)
    ), told AS (
        SELECT a.community_id, a.sent_at, a.kind, a.text, a.scope, a.message_id, a.account_id,
               list(DISTINCT c.act_id || '#' || c.document) AS documents
        FROM alike a JOIN claim c ON c.fact = 'message' AND c.scope = a.scope AND c.message_id = a.message_id
        GROUP BY ALL
    ), pair AS (
        SELECT o.community_id, o.account_id AS one, t.account_id AS other, o.sent_at, o.kind, o.text,
               least(count(DISTINCT o.message_id), count(DISTINCT t.message_id)) AS messages
        FROM told o JOIN told t ON o.community_id = t.community_id AND o.sent_at = t.sent_at AND o.kind = t.kind
            AND o.text IS NOT DISTINCT FROM t.text
            AND (o.account_id < t.account_id OR (o.account_id = t.account_id AND o.message_id < t.message_id))
        WHERE NOT list_has_any(o.documents, t.documents)
            AND (starts_with(o.message_id, '~') OR starts_with(t.message_id, '~'))
        GROUP BY ALL
    ), found AS (
        SELECT community_id, one, other, sum(messages)::BIGINT AS messages,
               coalesce(sum(messages) FILTER (length(text) >= 2), 0)::BIGINT AS texts,
               min(sent_at) AS first, max(sent_at) AS last
        FROM pair GROUP BY ALL
    ), said AS (
        SELECT f.community_id, f.one, f.other, m.account_id, count(*) AS messages
        FROM found f JOIN message m ON m.community_id = f.community_id AND m.sent_at BETWEEN f.first AND f.last
            AND (m.account_id = f.one OR m.account_id = f.other) AND m.kind NOT IN ('system', 'recall')
        GROUP BY ALL
    ), fewest AS (
        SELECT community_id, one, other, min(messages)::BIGINT AS fewest FROM said GROUP BY ALL
    )
    SELECT f.community_id, f.one, f.other, f.messages, f.texts, w.fewest, f.first, f.last
    FROM found f JOIN fewest w USING (community_id, one, other) ORDER BY f.messages DESC, 1, 2, 3
"""


class Double(msgspec.Struct, frozen=True):
    """Messages of two accounts (or of one, with and without ids) in one community that coincide.

    `texts`: how many of them are more than one character; `fewest`: what the less talkative of the two said meanwhile.
    """

    community_id: str
    one: str
    other: str
    messages: int
    texts: int
    fewest: int
    first: dt.datetime
    last: dt.datetime


def doubles(session: Session) -> tuple[Double, ...]:
    """Return the suspected doubles, most messages first."""
    table = session.temporary(_QUERY)
    return tuple(Double(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True))
