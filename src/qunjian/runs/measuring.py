"""Measures indicators of a workspace's communities, and names the indicators there are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.aggregates.persons import join_persons
from qunjian.engines.arrow import spare_pandas
from qunjian.indicators.measure import measure
from qunjian.indicators.registry import INDICATORS, find
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import By

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace


class Measuring(msgspec.Struct, frozen=True):
    """What to measure. `first`, `last`: local days, both included; every period they touch is measured whole."""

    indicators: tuple[str, ...]
    by: By = "week"
    communities: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    bots: bool = False
    staff: bool = True


class Measured(msgspec.Struct, frozen=True):
    """The values, and the communities' names for those who read them."""

    values: pa.Table
    names: dict[str, str]


def run(workspace: Workspace, wanted: Measuring) -> Measured:
    """Measure indicators over the visible record of a workspace."""
    spare_pandas()
    for name in wanted.indicators:
        find(name)
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise BadInputError(
            Phrase("起始日在结束日之后", "the first day is after the last"),
            todo=Phrase("对调 --from 与 --to", "swap --from and --to"),
        )
    session = workspace.lake.session()
    try:
        names = community_names(session)
        decisions = join_persons(session, workspace.decisions())
        values = measure(
            session,
            wanted.indicators or tuple(INDICATORS),
            by=wanted.by,
            now=workspace.clock(),
            first=wanted.first,
            after=wanted.last + dt.timedelta(days=1) if wanted.last else None,
            communities=chosen(names, wanted.communities),
            decisions=decisions,
            capabilities=workspace.lake.all_capabilities(session),
            bots=wanted.bots,
            staff=wanted.staff,
            zone=workspace.settings.zone,
        )
        return Measured(values, names)
    finally:
        session.close()


def community_names(session: Session) -> dict[str, str]:
    """Return id → name of every community the record knows."""
    rows = session.connection.execute(
        "SELECT m.community_id, coalesce(max(c.name), '') FROM (SELECT DISTINCT community_id FROM message "
        "UNION SELECT community_id FROM community) m LEFT JOIN community c USING (community_id) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return dict(rows)


def chosen(names: dict[str, str], asked: Sequence[str]) -> list[str] | None:
    """Return the ids of the communities asked for by id or name; None means all of them."""
    if not asked:
        return None
    by_name = {name: community for community, name in names.items() if name}
    found = [one if one in names else by_name.get(one, "") for one in asked]
    for one, community in zip(asked, found, strict=True):
        if not community:
            raise UnknownNameError(Phrase("社群", "community"), one, [*names, *by_name])
    return found
