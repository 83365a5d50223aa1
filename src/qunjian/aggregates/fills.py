"""The fills of a run, in the order they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.accounts import account
from qunjian.aggregates.extent import extent
from qunjian.aggregates.frame import PREFIX, Fill, Frame, bare_frame
from qunjian.aggregates.spoken import debut, member_day, member_hour, member_period, speaker, spoken_day
from qunjian.aggregates.stays import evidence, listed_period, sized_period, stay
from qunjian.engines import portable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

FILLS = (
    Fill("extent", extent),
    Fill("speaker", speaker),
    Fill("account", account),
    Fill("debut", debut),
    Fill("member_hour", member_hour),
    Fill("member_day", member_day),
    Fill("member_period", member_period),
    Fill("spoken_day", spoken_day),
    Fill("evidence", evidence),
    Fill("stay", stay),
    Fill("listed_period", listed_period),
    Fill("sized_period", sized_period),
)


def filled_frame(fills: Sequence[Fill] = FILLS) -> tuple[Frame, dict[str, Table]]:
    """Return a frame that knows every fill by name, and the expression of each fill."""
    frame = bare_frame()
    expressions: dict[str, Table] = {}
    for fill in fills:
        expressions[fill.name] = fill.build(frame)
        frame.tables[fill.name] = portable.unbound(PREFIX + fill.name, expressions[fill.name].schema())
    return frame, expressions
