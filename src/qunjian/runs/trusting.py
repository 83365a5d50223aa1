"""Use case: the signs that a record may not be whole or may have been changed, read from what is visible now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.engines.arrow import spare_pandas
from qunjian.insight.signs.reading import read_signs
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.runs.measuring import community_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.insight.signs.record import Sign
    from qunjian.workspace import Workspace


def integrity(
    workspace: Workspace, communities: Sequence[str] = (), first: dt.date | None = None, last: dt.date | None = None
) -> tuple[tuple[Sign, ...], dict[str, str]]:
    """Return the signs of these communities (default: all) that touch the days [first, last], and all names."""
    spare_pandas()
    session = workspace.lake.session()
    try:
        names = community_names(session)
        known = {row[0] for row in session.connection.execute("SELECT DISTINCT community_id FROM message").fetchall()}
        for community in communities:
            if community not in known:
                raise UnknownNameError(Phrase("社群", "community"), community, known)
        zones = {
            row[0]: row[1]
            for row in session.connection.execute(
                "SELECT community_id, zone FROM community WHERE zone IS NOT NULL"
            ).fetchall()
        }
        signs = read_signs(session, zones, workspace.settings.zone)
    finally:
        session.close()
    return tuple(
        sign
        for sign in signs
        if (not communities or sign.community_id in communities)
        and (first is None or sign.last is None or sign.last.date() >= first)
        and (last is None or sign.first is None or sign.first.date() <= last)
    ), names
