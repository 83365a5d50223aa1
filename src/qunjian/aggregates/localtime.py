"""Local days and hours of a community: the only place where an instant becomes a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

DAY_S = 86_400
EPOCH = dt.date(1970, 1, 1)
_ALWAYS = 2**60


def placed(frame: Frame, table: Table, at: str) -> Table:
    """Return the rows of measured communities with `local_s`: seconds since 1970 on the community's own clock.

    The offsets come from the same zone table on every engine (measure_zone), so a day means the same everywhere.
    """
    zone = frame["zone"]
    second = table[at].epoch_seconds()
    joined = table.mutate(utc_s=second).inner_join(zone, "community_id")
    inside = joined.filter(joined.utc_s >= joined.from_s, joined.utc_s < joined.until_s)
    return inside.select(*table.columns, local_s=inside.utc_s + inside.offset_s)


def day_of(local_s: Any) -> Any:
    """Return the local day, counted from 1970-01-01."""
    return local_s // DAY_S


def hour_of(local_s: Any) -> Any:
    """Return the local hour 0–23."""
    return (local_s - day_of(local_s) * DAY_S) // 3600


def day_number(day: dt.date) -> int:
    """Return a calendar day counted from 1970-01-01."""
    return (day - EPOCH).days


def offsets(zone: str, first: dt.datetime, last: dt.datetime) -> list[tuple[int, int, int]]:
    """Return (from, until, offset) in seconds over the instants [first, last]; the ends reach over all time."""
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInputError(
            Phrase(f"没有名为“{zone}”的时区", f"no time zone is named '{zone}'"),
            todo=Phrase("写成 Asia/Shanghai 这样的名字", "write a name like Asia/Shanghai"),
        ) from error
    edges = [-_ALWAYS]
    found = [_offset(there, first)]
    step = dt.timedelta(days=7)
    at = first
    while at < last:
        ahead = min(at + step, last)
        if _offset(there, ahead) != _offset(there, at):
            edges.append(_change(there, int(at.timestamp()), int(ahead.timestamp())))
            found.append(_offset(there, ahead))
        at = ahead
    edges.append(_ALWAYS)
    return list(zip(edges[:-1], edges[1:], found, strict=True))


def _offset(there: ZoneInfo, at: dt.datetime) -> int:
    offset = at.astimezone(there).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(there: ZoneInfo, low: int, high: int) -> int:
    was = _offset(there, dt.datetime.fromtimestamp(low, dt.UTC))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(there, dt.datetime.fromtimestamp(middle, dt.UTC)) == was:
            low = middle
        else:
            high = middle
    return high
