"""Use case: which posts start discussions in each community, and which fall flat."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.aggregates.accounts import BOT_ENDINGS
from qunjian.conversations.openers import openers
from qunjian.engines.arrow import spare_pandas
from qunjian.insight.starters import Starter, starters
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.measuring import chosen, community_names
from qunjian.runs.report_facts import extents, span_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.standards.schema import Standard
    from qunjian.workspace import Workspace

# A conversation ends where nobody says anything for so long.
SILENCE_MINUTES = 30
WEEKS = 12


class Starting(msgspec.Struct, frozen=True):
    """What was found, with the names of communities and topics, and the local days it rests on."""

    found: tuple[Starter, ...]
    names: dict[str, str]
    topics: dict[str, Phrase]
    first: dt.date | None
    last: dt.date | None


def run(
    workspace: Workspace,
    *,
    communities: Sequence[str] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    silence: int = SILENCE_MINUTES,
    standard: str | Path | None = None,
) -> Starting:
    """Compare the openers of the local days [first, last]; default: WEEKS weeks up to the end of the record."""
    if silence < 1:
        raise BadInputError(
            Phrase("静默分钟数应为 1 或更多", "the silence takes 1 minute or more"),
            todo=Phrase("例如 --silence 30", "for example --silence 30"),
        )
    spare_pandas()
    session = workspace.lake.session()
    try:
        decisions = workspace.decisions()
        edition = chosen_edition(workspace, standard, decisions, workspace.clock().date())
        around = surroundings(session, edition, decisions, workspace.settings.zone)
        names = community_names(session)
        asked = chosen(names, communities) or list(around.zones)
        reach = extents(session)
        ends = [reach[one].last for one in asked if one in reach]
        if not ends:
            return Starting((), names, topics_of(edition.standard), first, last)
        final = last or max(ends).date()
        begin = first or final - dt.timedelta(weeks=WEEKS)
        bots = [key for key, role in around.roles.items() if role == "bot"]
        zones = {one: around.zones[one] for one in asked if one in around.zones}
        found = read_starters(session, edition.standard, zones, (begin, final + dt.timedelta(days=1)), bots, silence)
        return Starting(tuple(found), names, topics_of(edition.standard), begin, final)
    finally:
        session.close()


def read_starters(
    session: Session,
    standard: Standard,
    zones: Mapping[str, str],
    days: tuple[dt.date, dt.date],
    bots: Collection[tuple[str, str]],
    silence: int = SILENCE_MINUTES,
) -> list[Starter]:
    """Return the groups of openers of the communities in `zones`, over the local days [days[0], days[1])."""
    if not zones:
        return []
    spans = span_table(zones, *days)
    rows = openers(session, spans, dt.timedelta(minutes=silence), sorted(bots), BOT_ENDINGS)
    return starters(rows, {topic.id: topic.terms for topic in standard.topics})


def topics_of(standard: Standard) -> dict[str, Phrase]:
    """Return the name of every topic by id, and of none of them."""
    return {**{topic.id: topic.name.phrase for topic in standard.topics}, "-": Phrase("其他", "none of these")}
