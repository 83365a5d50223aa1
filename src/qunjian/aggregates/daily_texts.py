"""Counts the messages that have a text, by community, kind and local day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.engines.local import Session
    from qunjian.model.periods import Span


class DailyTexts(msgspec.Struct, frozen=True):
    """So many messages with a text of one kind in one community on one local day."""

    community_id: str
    kind: str
    day: dt.date
    messages: int


def daily_texts(
    session: Session, zones: Mapping[str, str], spans: Mapping[str, Span], communities: Sequence[str] | None = None
) -> list[DailyTexts]:
    """Return the counts within each community's span; none named: all of it. `zones` names every community."""
    wanted = [name for name in zones if communities is None or name in communities]
    bounds = [spans.get(name, (None, None)) for name in wanted]
    rows = session.connection.execute(
        """
        WITH wanted AS (
            SELECT unnest($1::VARCHAR[]) AS community_id, unnest($2::VARCHAR[]) AS zone,
                   unnest($3::TIMESTAMPTZ[]) AS first, unnest($4::TIMESTAMPTZ[]) AS after
        )
        SELECT m.community_id, m.kind, timezone(w.zone, m.sent_at)::DATE AS day, count(*)
        FROM message m JOIN wanted w USING (community_id)
        WHERE m.text <> '' AND (w.first IS NULL OR m.sent_at >= w.first) AND (w.after IS NULL OR m.sent_at < w.after)
        GROUP BY ALL ORDER BY ALL
        """,
        [wanted, [zones[name] for name in wanted], [each[0] for each in bounds], [each[1] for each in bounds]],
    ).fetchall()
    return [DailyTexts(community, kind or "other", day, count) for community, kind, day, count in rows]
