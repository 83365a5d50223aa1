"""Chooses the period of a report nobody asked a period for: the newest finished one, unless only strays lie in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from qunjian.model.periods import By, Period, period_of
from qunjian.reports.material import Newer
from qunjian.runs.report_facts import NOTICES, THERE, Extent, fetched, span_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from qunjian.engines.local import Session

# A period is thin that holds less than this share of the messages of a usual one (the median of those that hold any).
_FAIR_SHARE = 0.1
# So many thin periods in a row are the end of a record, not a bad week: a sudden fall has to be reported.
_THIN_IN_A_ROW = 4


def default_period(
    session: Session, reach: Mapping[str, Extent], now: dt.datetime, zone: str, by: By
) -> tuple[Period, Newer | None] | None:
    """Return the period, and the newer one left out for it; None for an empty workspace.

    The newest finished period that the record reaches, nearly whole. Where that one and those just before it hold
    next to nothing (a few late or misdated messages), the newest with a fair share of activity instead; but a record
    that reaches the period that has just ended is a living one, and what it holds is what happened.
    """
    if not reach:
        return None
    newest = _newest(reach, now, zone, by)
    counts = _counts(session, reach, zone, by)
    just_ended = period_of(now.astimezone(ZoneInfo(zone)).date(), by).previous()
    if newest == just_ended and counts.get(newest):
        return newest, None
    usual = float(np.median(list(counts.values())))
    fair = [period for period, count in counts.items() if count >= usual * _FAIR_SHARE and period <= newest]
    chosen = max(fair, default=newest)
    skipped = round((newest.first - chosen.first).days / newest.days)
    if skipped < _THIN_IN_A_ROW:
        return newest, None
    return chosen, Newer(newest.name, counts.get(newest, 0), round(usual))


def _newest(reach: Mapping[str, Extent], now: dt.datetime, zone: str, by: By) -> Period:
    there = ZoneInfo(zone)
    last = max(extent.last for extent in reach.values()).astimezone(there).date()
    first = min(extent.first for extent in reach.values()).astimezone(there).date()
    period = period_of(last, by)
    whole = (last - period.first).days + 2 >= period.days
    while (not period.finished(now, zone) or not whole) and period.previous().after > first:
        period, whole = period.previous(), True
    return period


def _counts(session: Session, reach: Mapping[str, Extent], zone: str, by: By) -> dict[Period, int]:
    """Return how many messages each period holds, of those that hold any."""
    there = ZoneInfo(zone)
    first = min(extent.first for extent in reach.values()).astimezone(there).date()
    last = max(extent.last for extent in reach.values()).astimezone(there).date()
    session.connection.register(
        "report_reach", span_table(dict.fromkeys(reach, zone), first, period_of(last, by).after)
    )
    rows = fetched(
        session,
        f"SELECT {THERE}::DATE AS day, count(*) FROM message m JOIN report_reach s USING (community_id) "  # noqa: S608
        f"WHERE m.sent_at >= s.starts AND m.sent_at < s.ends AND m.kind NOT IN {NOTICES} GROUP BY ALL",
    )
    session.connection.unregister("report_reach")
    counts: dict[Period, int] = {}
    for day, count in rows:
        period = period_of(day, by)
        counts[period] = counts.get(period, 0) + count
    return counts
