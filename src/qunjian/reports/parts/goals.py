"""How far the standard's goals were attained: per goal, which indicators reached their target in how many groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.model.language import Phrase
from qunjian.reports.parts.cells import count, text
from qunjian.reports.report import Cell, Column, Table

if TYPE_CHECKING:
    from qunjian.reports.context import Context
    from qunjian.standards.schema import Aim


class Attainment(msgspec.Struct, frozen=True):
    """One indicator of one goal: the groups that reached its target, that missed it, and that cannot be judged."""

    goal: Phrase
    indicator: str
    reached: tuple[str, ...]
    missed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def judged(self) -> int:
        """Return the number of groups that could be judged."""
        return len(self.reached) + len(self.missed)


def attained(context: Context) -> list[Attainment]:
    """Return the attainment of every goal's indicators that have a target."""
    rows = []
    for goal in context.material.standard.goals:
        for indicator in goal.indicators:
            told: dict[bool | None, list[str]] = {True: [], False: [], None: []}
            for facts in context.present:
                aim = _aim(context, indicator, facts.community_id)
                if aim is None or aim.target is None:
                    continue
                value = context.values.get((indicator, facts.community_id))
                if value is None or value.value is None:
                    told[None].append(facts.community_id)
                    continue
                down = aim.direction == "down" or (aim.floor is not None and aim.floor > aim.target)
                told[value.value <= aim.target if down else value.value >= aim.target].append(facts.community_id)
            if any(told.values()):
                groups = (tuple(told[each]) for each in (True, False, None))
                rows.append(Attainment(goal.name.phrase, indicator, *groups))
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
                text(words.said(row.goal)),
                text(context.title(row.indicator)),
                count(len(row.reached), words),
                count(row.judged, words),
                Cell(len(row.reached) / row.judged, words.percent(len(row.reached) / row.judged, 0))
                if row.judged
                else Cell(None, words.say("无从判断", "cannot be judged"), "muted"),
                count(len(row.unknown), words, "muted"),
            )
            for row in rows
        ),
    )
