"""Finds what opens a conversation: the first post of a place after a silence, and who joined before the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from qunjian.engines.local import Session

SPAN = "opener_span"
# The columns of a table of openers. people: distinct accounts that spoke before the next silence, the opener among
# them; posts: how many posts; hour, weekend: on the community's own clock; open: nobody had joined and the record ends
# before the silence is over, so that nobody can tell whether the opener fell flat.
COLUMNS = (
    "community_id", "scope", "message_id", "account_id", "sent_at", "kind", "text", "mentions", "people", "posts",
    "hour", "weekend", "open",
)  # fmt: skip


def openers(
    session: Session, spans: pa.Table, silence: dt.timedelta, bots: Sequence[tuple[str, str]], endings: Sequence[str]
) -> pa.Table:
    """Return the posts that opened a conversation within `spans`, in order.

    `spans`: community_id, starts, ends, shift (µs its clock is ahead of UTC). A place is a thread, else a channel. What
    accounts in `bots`, or named with one of `endings`, post opens and joins nothing; nor does what has no account.
    """
    connection = session.connection
    connection.register(SPAN, spans)
    connection.register("opener_bot", pa.table({
        "community_id": pa.array([community for community, _ in bots], pa.string()),
        "account_id": pa.array([account for _, account in bots], pa.string()),
    }))  # fmt: skip
    gap = round(silence.total_seconds() * 1e6)
    like = " OR ".join(f"ends_with(coalesce(m.name_then, ''), '{ending}')" for ending in endings) or "false"
    try:
        return session.temporary(_SQL.replace("$gap", str(gap)).replace("$botlike", like))
    finally:
        connection.unregister(SPAN)
        connection.unregister("opener_bot")


_SQL = """
WITH reach AS (
    SELECT community_id, min(starts) AS first, max(ends) AS after FROM opener_span GROUP BY 1
), seen AS (
    SELECT community_id, max(sent_at) AS until FROM message GROUP BY 1
), said AS (
    SELECT m.community_id, coalesce(m.thread_id, m.channel_id, '') AS place, m.scope, m.message_id, m.account_id,
           m.sent_at, epoch_us(m.sent_at) AS us
    FROM message m JOIN reach r USING (community_id)
    WHERE m.kind NOT IN ('system', 'recall') AND m.account_id IS NOT NULL AND NOT ($botlike)
      AND m.sent_at >= r.first - to_microseconds($gap) AND m.sent_at < r.after + INTERVAL 7 DAY
      AND (m.community_id, m.account_id) NOT IN (SELECT community_id, account_id FROM opener_bot)
), marked AS (
    SELECT *, coalesce(us - lag(us) OVER one > $gap, true) AS opens FROM said
    WINDOW one AS (PARTITION BY community_id, place ORDER BY us, scope, message_id)
), numbered AS (
    SELECT *, sum(opens::INT) OVER one AS number FROM marked
    WINDOW one AS (PARTITION BY community_id, place ORDER BY us, scope, message_id ROWS UNBOUNDED PRECEDING)
), talk AS (
    SELECT community_id, place, number, count(DISTINCT account_id) AS people, count(*) AS posts, max(us) AS ended
    FROM numbered GROUP BY ALL
), opener AS (
    SELECT n.community_id, n.scope, n.message_id, n.account_id, n.sent_at, t.people, t.posts,
           t.people < 2 AND t.ended + $gap >= epoch_us(e.until) AS open
    FROM numbered n JOIN talk t USING (community_id, place, number) JOIN seen e USING (community_id) WHERE n.opens
)
SELECT o.community_id, o.scope, o.message_id, o.account_id, o.sent_at, m.kind, m.text, m.mentions, o.people, o.posts,
       hour(make_timestamp(epoch_us(o.sent_at) + s.shift))::INT AS hour,
       isodow(make_timestamp(epoch_us(o.sent_at) + s.shift)) > 5 AS weekend, o.open
FROM opener o JOIN opener_span s USING (community_id)
JOIN message m ON m.community_id = o.community_id AND m.scope = o.scope AND m.message_id = o.message_id
WHERE o.sent_at >= s.starts AND o.sent_at < s.ends
ORDER BY o.community_id, o.sent_at, o.scope, o.message_id
"""
