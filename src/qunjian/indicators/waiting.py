"""Fetches the questions to staff and how long each waited, where a duty table says who is staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.frame import PARAMETERS, PREFIX
from qunjian.conversations.duty import duty_calendar
from qunjian.conversations.pairing import paired

if TYPE_CHECKING:
    import pyarrow as pa

    from qunjian.engines.local import Session
    from qunjian.indicators.asked import Asked, Question

READS = "question"


def questions(session: Session, asked: Asked, question: Question) -> pa.Table:
    """Return the rows of the parameter table `question` for the asked rows; needs the fill `account`."""
    duties = question.decisions.duties
    here = {record.community_id for record in asked.records} & {duty.community_id for duty in duties}
    if not here:
        return PARAMETERS[READS].empty_table()
    zones = {one.community_id: one.zone for one in asked.records}
    observed = {one.community_id: one.last_at for one in asked.records if one.last_at is not None}
    spans = [(one.first_at, one.last_at) for one in asked.records if one.first_at and one.last_at]
    if not spans:
        return PARAMETERS[READS].empty_table()
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    first = max(first, min(period.bounds(zone)[0] for zone in set(zones.values()) for period in asked.periods))
    after = max(period.bounds(zone)[1] for zone in set(zones.values()) for period in asked.periods)
    known = f"SELECT community_id, account_id FROM {PREFIX}account WHERE bot"  # noqa: S608
    bots = session.connection.execute(known).fetchall()
    calendar = duty_calendar([duty for duty in duties if duty.community_id in here], zones, first, max(after, last))
    pairs = paired(session, calendar, observed, bots=bots, communities=sorted(here), first=first, after=after)
    return pairs.select(PARAMETERS[READS].names).cast(PARAMETERS[READS])
