"""Reads how communities stand, within a person's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from qunjian_console.bridge.albums import Album, Standing
from qunjian_console.communities.handlers import DRAW, Wanted
from qunjian_console.jobs.models import Job

if TYPE_CHECKING:
    from qunjian_console.bridge.errors import Phrase
    from qunjian_console.policy.roles import Person


@dataclass(frozen=True)
class Picture:
    """The album there is, whether it shows the present state, and the job that draws a newer one."""

    album: Album | None
    fresh: bool
    job: Job | None = None


@dataclass(frozen=True)
class Attained:
    """One indicator of a goal: how many communities in view reached its target, out of those that can be judged."""

    goal: Phrase
    indicator: Phrase
    reached: int
    judged: int
    unknown: int


def last_try(period: str | None) -> Job | None:
    """Return the newest job that drew, or draws, this period."""
    written = msgspec.json.encode(Wanted(period)).decode()
    return Job.objects.filter(kind=DRAW.kind, parameters=written).order_by("-created").first()


def standings_for(person: Person, album: Album) -> list[Standing]:
    """Return the communities a person sees: those that most deserve a look first."""
    seen = [each for each in album.standings if person.sees(each.community_id)]
    return sorted(
        seen,
        key=lambda each: (
            -each.grave,
            -each.unusual,
            101.0 if each.score.value is None else each.score.value,
            -each.messages,
            each.community_id,
        ),
    )


def goals_for(person: Person, album: Album) -> list[Attained]:
    """Return how far the goals were attained in the communities a person sees."""
    found = []
    for aimed in album.goals:
        reached, missed, unknown = (
            sum(map(person.sees, each)) for each in (aimed.reached, aimed.missed, aimed.unknown)
        )
        if reached + missed + unknown:
            found.append(Attained(aimed.goal, aimed.indicator, reached, reached + missed, unknown))
    return found
