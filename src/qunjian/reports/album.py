"""The album of a period: how every group stands, as records to list and filter, and a portrait of each one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

import msgspec

from qunjian.assessment.scorecard import Rank, Score
from qunjian.model.language import Language, Phrase
from qunjian.reports.context import Context
from qunjian.reports.parts.communities import section
from qunjian.reports.parts.goals import Attainment, attained

if TYPE_CHECKING:
    from qunjian.assessment.scorecard import Scorecard
    from qunjian.reports.material import CommunityFacts, Material
    from qunjian.reports.report import Section

GRAVE = ("critical", "major")
_UNSCORED = Score("unknown")


class Standing(msgspec.Struct, frozen=True):
    """How one group stands in the period; counts are of the period, `before` of the one it is compared with."""

    community_id: str
    anchor: str
    name: str
    type: str
    platform: str
    registered: bool
    messages: int
    before: int
    speakers: int | None
    members: int | None
    score: Score
    rank: Rank | None
    unranked: Phrase
    incomplete: Phrase
    grave: int
    findings: int
    awaiting: int
    unusual: int


class Aimed(msgspec.Struct, frozen=True):
    """A goal's indicator under its title, and the groups that reached its target, missed it, or cannot be judged."""

    goal: Phrase
    indicator: Phrase
    reached: tuple[str, ...]
    missed: tuple[str, ...]
    unknown: tuple[str, ...]


class Album(msgspec.Struct, frozen=True):
    """Every group of a period under one standard; `first` and `last` are local days, both included."""

    period: str
    first: dt.date
    last: dt.date
    unfinished: bool
    inspected: bool
    standard: Phrase
    version: str
    made_at: dt.datetime
    standings: tuple[Standing, ...]
    goals: tuple[Aimed, ...]


Portraits = dict[tuple[str, Language], "Section"]


def album(material: Material) -> tuple[Album, Portraits]:
    """Return the album, and what there is to say of each group with messages, by anchor and language."""
    contexts: dict[Language, Context] = {each: Context(material, each) for each in get_args(Language)}
    one = contexts["zh"]
    period = material.period
    standings = tuple(_standing(one, facts, one.cards.get(facts.community_id)) for facts in material.communities)
    made = Album(
        period.name,
        period.first,
        period.after - dt.timedelta(days=1),
        material.unfinished,
        material.inspected,
        material.standard.name.phrase,
        material.version,
        material.now,
        standings,
        tuple(_aimed(one, row) for row in attained(one)),
    )
    portraits = {
        (one.anchor(facts.community_id), language): section(context, facts)
        for language, context in contexts.items()
        for facts in context.present
    }
    return made, portraits


def _standing(context: Context, facts: CommunityFacts, card: Scorecard | None) -> Standing:
    own = facts.community_id
    tallies = context.tallies.get(own, [])
    nothing = Phrase("", "")
    return Standing(
        own,
        context.anchor(own),
        context.name(own),
        facts.type,
        facts.platform,
        facts.registered,
        facts.messages,
        facts.before,
        facts.speakers,
        facts.members,
        card.score if card else _UNSCORED,
        card.rank if card else None,
        card.unranked if card else nothing,
        card.incomplete if card else nothing,
        sum(tally.counted for tally in tallies if tally.severity in GRAVE),
        sum(tally.counted for tally in tallies),
        sum(tally.awaiting for tally in tallies),
        len(context.anomalies.get(own, ())),
    )


def _aimed(context: Context, row: Attainment) -> Aimed:
    facts = context.indicators.get(row.indicator)
    title = facts.title if facts else Phrase(row.indicator, row.indicator)
    return Aimed(row.goal, title, row.reached, row.missed, row.unknown)
