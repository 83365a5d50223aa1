"""What a report is asked for, and the decisions that concern its communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Language, Phrase

if TYPE_CHECKING:
    from collections.abc import Collection

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions


class Wish(msgspec.Struct, frozen=True):
    """What a report is asked for: no period is the newest finished one, no communities are all of them.

    `standard`: only an inspection under this standard counts; `pseudonyms`: persons and groups bear those of this
    workspace, so that the report can leave the team; `every`: words and starters of every community with messages, not
    only of those a report has a section for.
    """

    preset: str = "weekly"
    period: str | None = None
    communities: tuple[str, ...] = ()
    standard: str | None = None
    pseudonyms: bool = False
    every: bool = False
    language: Language = "zh"


ANY = Wish()


def require_known(session: Session, communities: Collection[str], decisions: Decisions) -> None:
    """Raise UnknownNameError for a community that neither an export nor the register knows."""
    rows = session.connection.execute("SELECT DISTINCT community_id FROM message").fetchall()
    known = {community for (community,) in rows} | {each.community_id for each in decisions.register}
    for community in communities:
        if community not in known:
            raise UnknownNameError(Phrase("社群", "community"), community, known)


def narrowed(decisions: Decisions, communities: Collection[str]) -> Decisions:
    """Return the decisions about these communities, about everything, and about the people on duty there."""
    duties = tuple(each for each in decisions.duties if each.community_id in communities)
    people = {each.person for each in duties}
    return msgspec.structs.replace(
        decisions,
        duties=duties,
        register=tuple(each for each in decisions.register if each.community_id in communities),
        roles=tuple(each for each in decisions.roles if each.community_id in communities),
        silences=tuple(each for each in decisions.silences if each.community_id in (None, *communities)),
        announcements=tuple(each for each in decisions.announcements if each.person in people),
    )
