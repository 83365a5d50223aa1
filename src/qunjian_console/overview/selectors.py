"""What the first page shows, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge.expected import Expected, late_exports
from qunjian_console.bridge.surveys import CommunitySurvey, Survey, survey
from qunjian_console.communities.selectors import Attained, Picture, goals_for, standings_for
from qunjian_console.communities.services import picture

if TYPE_CHECKING:
    from qunjian_console.bridge.albums import Standing
    from qunjian_console.policy.roles import Person

SEVERITIES = ("critical", "major", "minor", "notice")
SHOWN = 8


@dataclass(frozen=True)
class Today:
    """The newest state cut to one reader's communities: sums of all that was imported, and how they stand this week."""

    survey: Survey
    communities: tuple[CommunitySurvey, ...]
    severity: dict[str, int]
    silenced: int
    messages: int
    covered: int
    inspected: int
    picture: Picture
    standings: list[Standing]
    goals: list[Attained]
    late: list[Expected]


def today_for(person: Person) -> Today:
    """Return what this person may see of the newest state."""
    whole = survey()
    seen = tuple(each for each in whole.communities if person.sees(each.community_id))
    drawn = picture()
    return Today(
        whole,
        seen,
        {name: sum(each.severity.get(name, 0) for each in seen) for name in SEVERITIES},
        sum(each.silenced for each in seen),
        sum(each.messages for each in seen),
        sum(each.covered or 0 for each in seen),
        sum(each.inspected or 0 for each in seen),
        drawn,
        standings_for(person, drawn.album)[:SHOWN] if drawn.album else [],
        goals_for(person, drawn.album) if drawn.album else [],
        [each for each in late_exports() if person.sees(each.community_id)],
    )
