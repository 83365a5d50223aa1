"""What can be known of conversations: whether a source records who answers whom, and until when we have looked.

Apart from replies and responses, so that asking this does not import Ibis.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.model.capabilities import Answer, Capabilities


def link_knowledge(capabilities: Capabilities) -> Answer:
    """Return whether a source can know reply links at all: the better of its answers for replies and mentions."""
    answers = {capabilities.knows("replies"), capabilities.knows("mentions")}
    return "yes" if "yes" in answers else "partly" if "partly" in answers else "no"


def observed_until(session: Session) -> dict[str, dt.datetime]:
    """Return each community's end of observation: the newest export stamp that covers it, or a later message."""
    spoken = session.arrow("SELECT community_id, max(sent_at) AS last FROM message GROUP BY community_id")
    last: dict[str, dt.datetime] = {row["community_id"]: row["last"] for row in spoken.to_pylist()}
    stamped = session.arrow(
        "SELECT communities, max(observed_at) AS stamp FROM document WHERE observed_at IS NOT NULL GROUP BY communities"
    )
    for row in stamped.to_pylist():
        for community in msgspec.json.decode(row["communities"] or "{}", type=dict[str, object]):
            last[community] = max(row["stamp"], last.get(community, row["stamp"]))
    return last
