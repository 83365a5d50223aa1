"""How far the record of each community reaches, and what kinds of evidence it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.engines import portable

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame


def extent(frame: Frame) -> Table:
    """Return community_id, first_at, last_at of messages and membership events, and whether a roster is complete."""
    message, event, roster = frame["message"], frame["membership"], frame["roster"]
    nothing, never = portable.literal(0, "int64"), portable.absent("timestamp('UTC', 6)")
    spans = [
        table.group_by("community_id").agg(first_at=table.sent_at.min(), last_at=table.sent_at.max())
        for table in (message, event)
    ]
    complete = roster.group_by("community_id").agg(listed=portable.coalesce(roster.complete, False).cast("int64").max())
    rows = portable.stacked(
        *(span.select("community_id", "first_at", "last_at", listed=nothing) for span in spans),
        complete.select("community_id", first_at=never, last_at=never, listed=complete.listed),
    )
    return rows.group_by("community_id").agg(
        first_at=rows.first_at.min(), last_at=rows.last_at.max(), listed=rows.listed.max()
    )
