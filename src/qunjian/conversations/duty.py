"""The duty table laid out on the time line: who is staff when, who is on shift when, and a clock of duty time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.model.periods import micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qunjian.model.decisions import Duty

DEFAULT_ZONE = "Asia/Shanghai"
_EVER = 2**62
_DAY = dt.timedelta(days=1)
TENURE = pa.schema(
    [("community_id", pa.string()), ("account_id", pa.string()), ("person", pa.string()),
     ("starts", pa.int64()), ("ends", pa.int64())]
)  # fmt: skip
SHIFT = TENURE.remove(1)
CLOCK = pa.schema(
    [("community_id", pa.string()), ("starts", pa.int64()), ("ends", pa.int64()), ("before", pa.int64()),
     ("until", pa.int64())]
)  # fmt: skip


class DutyCalendar(msgspec.Struct, frozen=True):
    """The duty table in UTC µs, all spans half-open.

    tenure: community_id, account_id, person, starts, ends · shift: community_id, person, starts, ends ·
    clock: community_id, starts, ends, before (duty µs before `starts`), until (the next `starts`); the clock's rows
    cover all time, the first one being empty.
    """

    tenure: pa.Table
    shift: pa.Table
    clock: pa.Table

    @property
    def communities(self) -> tuple[str, ...]:
        """Return the communities that have a duty table."""
        return tuple(sorted(set(self.tenure["community_id"].to_pylist())))


def duty_calendar(
    duties: Iterable[Duty], zones: Mapping[str, str], first: dt.datetime, after: dt.datetime
) -> DutyCalendar:
    """Lay the duty table out over the instants [first, after), each community in its own zone (DST right)."""
    tenure: list[tuple[str, str, str, int, int]] = []
    shift: list[tuple[str, str, int, int]] = []
    for duty in duties:
        zone = ZoneInfo(zones.get(duty.community_id) or DEFAULT_ZONE)
        starts = -_EVER if duty.starts is None else micros(_local(duty.starts, dt.time(), zone))
        ends = _EVER if duty.ends is None else micros(_local(duty.ends + _DAY, dt.time(), zone))
        tenure.extend((duty.community_id, account, duty.person, starts, ends) for account in duty.accounts)
        low, high = max(starts, micros(first)), min(ends, micros(after))
        for opens, closes in _shifts(duty, zone, first, after):
            if max(opens, low) < min(closes, high):
                shift.append((duty.community_id, duty.person, max(opens, low), min(closes, high)))
    return DutyCalendar(
        tenure=_table(tenure, TENURE), shift=_table(shift, SHIFT), clock=_table(list(_clock(tenure, shift)), CLOCK)
    )


def overdue_at(calendar: DutyCalendar, community_id: str, moments: Sequence[int], limit: int) -> list[int | None]:
    """Return for each moment (µs) when more than `limit` µs of duty time have passed; None: not in the calendar."""
    own = [community == community_id for community in calendar.clock["community_id"].to_pylist()]
    clock = calendar.clock.filter(pa.array(own, pa.bool_()))
    starts, ends, before = (clock[name].to_numpy() for name in ("starts", "ends", "before"))
    if not len(starts):
        return [None] * len(moments)
    asked = np.asarray(moments, dtype=np.int64)
    row = np.searchsorted(starts, asked, side="right") - 1
    spent = before[row] + np.minimum(asked, ends[row]) - starts[row] + limit
    due = np.searchsorted(before + (ends - starts), spent, side="right")
    found = np.minimum(due, len(starts) - 1)
    overdue = starts[found] + spent - before[found]
    return [int(moment) if place < len(starts) else None for moment, place in zip(overdue, due, strict=True)]


def _shifts(duty: Duty, zone: ZoneInfo, first: dt.datetime, after: dt.datetime) -> Iterator[tuple[int, int]]:
    """Yield the UTC spans of a duty's shifts; an end not later than its start is on the next day."""
    if not duty.shifts:
        yield -_EVER, _EVER
        return
    day = max(first.astimezone(zone).date() - _DAY, duty.starts or dt.date.min)
    last = min(after.astimezone(zone).date(), duty.ends or dt.date.max)
    while day <= last:
        for shift in duty.shifts:
            if day.isoweekday() in shift.weekdays:
                end_day = day if shift.ends > shift.starts else day + _DAY
                yield micros(_local(day, shift.starts, zone)), micros(_local(end_day, shift.ends, zone))
        day += _DAY


def _local(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Return the UTC instant of a wall time: the first of two, or shifted past a gap, where the clock is changed."""
    return dt.datetime.combine(day, clock, tzinfo=zone).astimezone(dt.UTC)


def _clock(
    tenure: list[tuple[str, str, str, int, int]], shift: list[tuple[str, str, int, int]]
) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield for each community the union of its shifts, with the duty time accumulated before each."""
    spans: dict[str, list[tuple[int, int]]] = {row[0]: [] for row in tenure}
    for community, _, starts, ends in shift:
        spans.setdefault(community, []).append((starts, ends))
    for community, known in spans.items():
        union = [(-_EVER, -_EVER), *_merged(known)]
        before = 0
        for (starts, ends), (until, _) in zip(union, [*union[1:], (_EVER, _EVER)], strict=True):
            yield community, starts, ends, before, until
            before += ends - starts


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for starts, ends in sorted(spans):
        if merged and starts <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        else:
            merged.append((starts, ends))
    return merged


def _table(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)
