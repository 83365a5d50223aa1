"""Suspected doubles: equal messages at one instant that two exports brought under different accounts or ids.

They arise when two people export one talk and an export shows no ids: each calls contacts as they please, and
themselves "I"; and when one export tells time to the minute and another to the second. They are evidence for people to
judge, never removed by themselves.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from qunjian.engines.local import Session

# Two messages may be doubles when at least one has no native id and no document brought both. Instants are equal, or
# equal as the coarser export tells them: of the messages in that minute those under the same name, if there are any.
_QUERY = """
    WITH fed AS (
        SELECT unnest(json_keys(communities)) AS community_id, act_id, document FROM document
    ), telling AS (
        SELECT act_id, document, CASE
            WHEN coalesce((report ->> '$.order.rows')::BIGINT, 0) < 3 OR report ->> '$.order.seconds' IS NULL
                OR (report ->> '$.order.fractions')::BIGINT > 0 THEN 0
            WHEN (report ->> '$.order.seconds')::BIGINT > 0 THEN 1 ELSE 60 END AS unit
        FROM document
    ), wide AS (
        SELECT community_id FROM fed GROUP BY 1 HAVING count(*) > 1
    ), post AS (
        SELECT community_id, sent_at, date_trunc('minute', sent_at) AS minute, kind, hash(text) AS hashed, text, scope,
               message_id, account_id, name_then
        FROM message SEMI JOIN wide USING (community_id)
        WHERE sent_at IS NOT NULL AND account_id IS NOT NULL AND kind NOT IN ('system', 'recall')
    ), place AS (
        SELECT community_id, minute, kind, hashed FROM post GROUP BY ALL
        HAVING count(*) > 1 AND bool_or(starts_with(message_id, '~'))
    ), alike AS (
        SELECT p.* FROM post p SEMI JOIN place USING (community_id, minute, kind, hashed)
    ), told AS (
        SELECT a.community_id, a.sent_at, a.minute, a.kind, a.text, a.scope, a.message_id, a.account_id, a.name_then,
               list(DISTINCT c.act_id || '#' || c.document) AS documents, max(d.unit) AS unit
        FROM alike a JOIN claim c ON c.fact = 'message' AND c.scope = a.scope AND c.message_id = a.message_id
        JOIN telling d ON d.act_id = c.act_id AND d.document = c.document
        GROUP BY ALL
    ), met AS (
        SELECT o.community_id, o.account_id AS one, t.account_id AS other, o.kind, o.text, o.message_id AS one_id,
               t.message_id AS other_id, o.sent_at <> t.sent_at AS rounded, o.name_then = t.name_then AS same_name,
               if(o.unit > t.unit, o.sent_at, t.sent_at) AS sent_at,
               if(o.unit > t.unit, o.message_id, t.message_id) AS coarse_id
        FROM told o JOIN told t ON o.community_id = t.community_id AND o.minute = t.minute AND o.kind = t.kind
            AND o.text IS NOT DISTINCT FROM t.text
            AND (o.account_id < t.account_id OR (o.account_id = t.account_id AND o.message_id < t.message_id))
        WHERE NOT list_has_any(o.documents, t.documents)
            AND (starts_with(o.message_id, '~') OR starts_with(t.message_id, '~'))
            AND (o.sent_at = t.sent_at OR (o.unit <> t.unit AND (greatest(o.unit, t.unit) = 60
                 OR date_trunc('second', o.sent_at) = date_trunc('second', t.sent_at))))
    ), likely AS (
        SELECT * FROM met
        QUALIFY NOT rounded OR same_name
            OR NOT coalesce(bool_or(same_name AND rounded) OVER (PARTITION BY coarse_id), false)
    ), pair AS (
        SELECT community_id, one, other, rounded, sent_at, kind, text,
               least(count(DISTINCT one_id), count(DISTINCT other_id)) AS messages
        FROM likely GROUP BY ALL
    ), found AS (
        SELECT community_id, one, other, rounded, sum(messages)::BIGINT AS messages,
               coalesce(sum(messages) FILTER (length(text) >= 2), 0)::BIGINT AS texts,
               min(sent_at) AS first, max(sent_at) AS last
        FROM pair GROUP BY ALL
    ), said AS (
        SELECT f.community_id, f.one, f.other, f.rounded, m.account_id, count(*) AS messages
        FROM found f JOIN message m ON m.community_id = f.community_id AND m.sent_at BETWEEN f.first AND f.last
            AND (m.account_id = f.one OR m.account_id = f.other) AND m.kind NOT IN ('system', 'recall')
        GROUP BY ALL
    ), fewest AS (
        SELECT community_id, one, other, rounded, min(messages)::BIGINT AS fewest FROM said GROUP BY ALL
    )
    SELECT f.community_id, f.one, f.other, f.messages, f.texts, w.fewest, f.first, f.last, f.rounded
    FROM found f JOIN fewest w USING (community_id, one, other, rounded) ORDER BY f.messages DESC, 1, 2, 3, 9
"""


class Double(msgspec.Struct, frozen=True):
    """Messages of two accounts (or of one, with and without ids) in one community that coincide.

    `texts`: how many of them are more than one character; `fewest`: what the less talkative of the two said meanwhile;
    `rounded`: they coincide only as the export tells them that tells time less finely.
    """

    community_id: str
    one: str
    other: str
    messages: int
    texts: int
    fewest: int
    first: dt.datetime
    last: dt.datetime
    rounded: bool = False


def doubles(session: Session) -> tuple[Double, ...]:
    """Return the suspected doubles, most messages first."""
    table = session.temporary(_QUERY)
    return tuple(Double(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True))
