"""What the first page shows, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge.surveys import CommunitySurvey, Survey, survey

if TYPE_CHECKING:
    from qunjian_console.policy.roles import Person

SEVERITIES = ("critical", "major", "minor", "notice")


@dataclass(frozen=True)
class Today:
    """The survey cut to one reader's communities, summed."""

    survey: Survey
    communities: tuple[CommunitySurvey, ...]
    severity: dict[str, int]
    silenced: int
    messages: int
    covered: int
    inspected: int


def today_for(person: Person) -> Today:
    """Return what this person may see of the newest state."""
    whole = survey()
    seen = tuple(each for each in whole.communities if person.sees(each.community_id))
    gravest = sorted(seen, key=lambda each: [-each.severity.get(name, 0) for name in SEVERITIES])
    return Today(
        whole,
        tuple(gravest),
        {name: sum(each.severity.get(name, 0) for each in seen) for name in SEVERITIES},
        sum(each.silenced for each in seen),
        sum(each.messages for each in seen),
        sum(each.covered or 0 for each in seen),
        sum(each.inspected or 0 for each in seen),
    )
