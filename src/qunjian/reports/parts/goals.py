"""How far the standard's goals were attained: per goal, which indicators reached their target in how many groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.reports.parts.cells import text
from qunjian.reports.report import Cell, Column, Table

if TYPE_CHECKING:
    from qunjian.reports.context import Context
    from qunjian.standards.schema import Aim


class Attainment(msgspec.Struct, frozen=True):
    """One indicator of one goal: in how many of the groups that could be judged the target was reached."""

    goal: str
    indicator: str
    reached: int
    judged: int
    unknown: int


def attained(context: Context) -> list[Attainment]:
    """Return the attainment of every goal's indicators that have a target."""
    standard = context.material.standard
    rows = []
    for goal in standard.goals:
        for indicator in goal.indicators:
            reached = judged = unknown = 0
            targeted = False
            for facts in context.present:
                aim = _aim(context, indicator, facts.community_id)
                if aim is None or aim.target is None:
                    continue
                targeted = True
                value = context.values.get((indicator, facts.community_id))
                if value is None or value.value is None:
                    unknown += 1
                    continue
                judged += 1
                down = aim.direction == "down" or (aim.floor is not None and aim.floor > aim.target)
                reached += value.value <= aim.target if down else value.value >= aim.target
            if targeted:
                rows.append(Attainment(context.words.said(goal.name.phrase), indicator, reached, judged, unknown))
    return rows


def _aim(context: Context, indicator: str, community_id: str) -> Aim | None:
    facts = context.communities[community_id]
    tags = next((each.tags for each in context.material.decisions.register if each.community_id == community_id), ())
    return next(
        (aim for aim in context.material.standard.aims(facts.type, tags, facts.members) if aim.id == indicator), None
    )


def goals_table(context: Context) -> Table | None:
    """Return the table of goal attainment; None when the standard states no goal with a target."""
    words = context.words
    rows = attained(context)
    if not rows:
        return None
    return Table(
        "goals",
        words.say("目标达成", "Goal attainment"),
        (
            Column("goal", words.say("目标", "Goal")),
            Column("indicator", words.say("指标", "Indicator")),
            Column("reached", words.say("达标社群", "Groups at target"), "number"),
            Column("judged", words.say("可判断", "Judged"), "number"),
            Column("share", words.say("达成率", "Attained"), "percent"),
            Column("unknown", words.say("未知", "Unknown"), "number"),
        ),
        tuple(
            (
                text(row.goal),
                text(context.title(row.indicator)),
                Cell(row.reached, words.number(row.reached)),
                Cell(row.judged, words.number(row.judged)),
                Cell(row.reached / row.judged, words.percent(row.reached / row.judged, 0))
                if row.judged
                else Cell(None, words.say("无从判断", "cannot be judged"), "muted"),
                Cell(row.unknown, words.number(row.unknown), "muted"),
            )
            for row in rows
        ),
    )
