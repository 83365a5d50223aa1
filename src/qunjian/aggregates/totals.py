"""Sums by community and period, and tables of such sums side by side: the shape every group of indicators shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.engines import portable

if TYPE_CHECKING:
    from ibis.expr.types import Table

PLACE = ("community_id", "period")


def totals(rows: Table, *, counted: str = "", **parts: Any) -> Table:
    """Return the sum of each part by community and period; a condition counts where it holds, `counted` all rows."""
    sums = {counted: rows.count()} if counted else {}
    for name, part in parts.items():
        sums[name] = (part.cast("int64") if part.type().is_boolean() else part).sum()
    return rows.group_by(*PLACE).agg(**sums)


def beside(one: Table, *others: Table) -> Table:
    """Return the rows with what the others hold of their community and period, null where they hold nothing."""
    for other in others:
        one = portable.with_lookup(one, other, list(PLACE))
    return one
