"""What a run is asked: communities with their zones and records, the periods, and who is counted, as small tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.aggregates.frame import EVER, PARAMETERS
from qunjian.aggregates.localtime import EPOCH, day_number, offsets
from qunjian.model.decisions import Decisions
from qunjian.model.periods import By, Period, periods_between
from qunjian.model.schemas import UTC_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qunjian.engines.local import Session

DEFAULT_ZONE = "Asia/Shanghai"


class Question(msgspec.Struct, frozen=True):
    """The arguments of measure()."""

    by: By
    now: dt.datetime
    first: dt.date | None
    after: dt.date | None
    communities: tuple[str, ...] | None
    zones: Mapping[str, str]
    decisions: Decisions
    bots: bool
    staff: bool
    zone: str


class Record(msgspec.Struct, frozen=True):
    """One community: its zone, the instants its record covers, and the local days (None: no record at all)."""

    community_id: str
    zone: str
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    listed: bool

    @property
    def days(self) -> tuple[int, int]:
        """Return the first and the last recorded local day, counted from 1970-01-01; empty: a backward span."""
        if self.first_at is None or self.last_at is None:
            return 0, EVER
        there = ZoneInfo(self.zone)
        first, last = (day_number(at.astimezone(there).date()) for at in (self.first_at, self.last_at))
        return first, last


class Asked(msgspec.Struct, frozen=True):
    """The rows to answer, one per community and period, with what decides whether they can be."""

    records: tuple[Record, ...]
    row_record: NDArray[np.int64]
    periods: tuple[Period, ...]
    row_period: NDArray[np.int64]
    first: NDArray[np.int64]
    after: NDArray[np.int64]
    recorded: NDArray[np.int64]
    record_first: NDArray[np.int64]
    record_last: NDArray[np.int64]
    starts: pa.Array
    unfinished: pa.Array
    tables: Mapping[str, pa.Table]


def gather(session: Session, extent: pa.Table, question: Question) -> list[Record]:
    """Return the record of every asked community, in order of id; an export's own stamp prolongs its record."""
    stamps = _stamps(session)
    stated = {
        row["community_id"]: row["zone"]
        for row in session.arrow("SELECT community_id, max(zone) AS zone FROM community GROUP BY 1").to_pylist()
    }
    spans = {row["community_id"]: row for row in extent.to_pylist()}
    wanted = sorted(spans if question.communities is None else question.communities)
    found: list[Record] = []
    for one in wanted:
        span = spans.get(one)
        first: dt.datetime | None = span["first_at"] if span else None
        last: dt.datetime | None = span["last_at"] if span else None
        if first is not None and last is not None:
            last = min(max(last, stamps.get(one, last)), max(question.now, first))
        zone = question.zones.get(one) or stated.get(one) or question.zone
        found.append(Record(one, zone, first, last, bool(span and span["listed"])))
    return found


def _stamps(session: Session) -> dict[str, dt.datetime]:
    """Return the newest export stamp of each community, from documents that held messages (rosters are no record)."""
    rows = session.arrow(
        "SELECT communities, max(observed_at) AS stamp FROM document "
        "WHERE observed_at IS NOT NULL AND first IS NOT NULL AND communities IS NOT NULL GROUP BY communities"
    )
    stamps: dict[str, dt.datetime] = {}
    for row in rows.to_pylist():
        for community in msgspec.json.decode(row["communities"], type=dict[str, object]):
            stamps[community] = max(row["stamp"], stamps.get(community, row["stamp"]))
    return stamps


def ask(records: Sequence[Record], question: Question) -> Asked:
    """Lay out the rows and the parameter tables of a run."""
    names: dict[Period, int] = {}
    row_record: list[int] = []
    row_period: list[int] = []
    for number, record in enumerate(records):
        for period in _periods(record, question):
            row_record.append(number)
            row_period.append(names.setdefault(period, len(names)))
    periods = tuple(names)
    starts = np.array([day_number(one.first) for one in periods], dtype=np.int64)
    ends = np.array([day_number(one.after) for one in periods], dtype=np.int64)
    days = np.array([one.days for one in records], dtype=np.int64).reshape(-1, 2)
    of_record, of_period = np.array(row_record, dtype=np.int64), np.array(row_period, dtype=np.int64)
    first, after = starts[of_period], ends[of_period]
    record_first, record_last = days[of_record, 0], days[of_record, 1]
    recorded = np.maximum(np.minimum(after, record_last + 1), first)
    ids = pa.array([one.community_id for one in records], pa.string())
    grid = {
        "slot": np.arange(len(of_record)),
        "community_id": ids.take(pa.array(of_record)),
        "period": ordinal(first, question.by),
        "first": first,
        "after": after,
        "recorded": recorded,
    }
    return Asked(
        tuple(records), of_record, periods, of_period, first, after, recorded, record_first, record_last,
        *_clock(records, periods, row_record, row_period, question),
        {"grid": _table("grid", grid), **_parameters(records, days, (starts, ends), question)},
    )  # fmt: skip


def _clock(
    records: Sequence[Record], periods: Sequence[Period], row_record: list[int], row_period: list[int], asked: Question
) -> tuple[pa.Array, pa.Array]:
    """Return for each row when its period starts, and whether it is unfinished.

    Unfinished is a period that has not ended at `now`, or whose last local day the record does not reach; a day is
    unfinished also when the record ends on it, for then it was most likely cut in the middle.
    """
    bounds = {
        (zone, number): period.bounds(zone)
        for zone in {one.zone for one in records}
        for number, period in enumerate(periods)
    }
    starts: list[dt.datetime] = []
    unfinished: list[bool] = []
    for record, period in zip(row_record, row_period, strict=True):
        start, end = bounds[records[record].zone, period]
        last = records[record].days[1]
        reached = day_number(periods[period].after) - 1 + (asked.by == "day")
        starts.append(start)
        unfinished.append(end > asked.now or last < reached)
    return pa.array(starts, UTC_US), pa.array(unfinished, pa.bool_())


def _periods(record: Record, question: Question) -> list[Period]:
    first, last = record.days
    low = question.first or (EPOCH + dt.timedelta(days=first) if last > EVER else None)
    high = question.after or (EPOCH + dt.timedelta(days=last + 1) if last > EVER else None)
    return periods_between(low, high, question.by) if low is not None and high is not None else []


def ordinal(days: NDArray[np.int64], by: By) -> NDArray[np.int64]:
    """Return the number of the period each day lies in; neighbouring periods have neighbouring numbers."""
    if by == "day":
        return days
    if by == "week":
        return (days + 3) // 7  # 1970-01-01 was a Thursday
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _table(name: str, columns: Mapping[str, object]) -> pa.Table:
    return pa.table(dict(columns), schema=PARAMETERS[name])


def _parameters(
    records: Sequence[Record],
    days: NDArray[np.int64],
    spans: tuple[NDArray[np.int64], NDArray[np.int64]],
    question: Question,
) -> dict[str, pa.Table]:
    known = days[:, 1] > EVER
    low = np.concatenate([days[known, 0], spans[0]]).min(initial=2**31)
    after = np.concatenate([days[known, 1] + 1, spans[1]]).max(initial=0)
    calendar = np.arange(low, after, dtype=np.int64)
    duties = {duty.community_id for duty in question.decisions.duties}
    community = {
        "community_id": [one.community_id for one in records],
        "first_day": days[:, 0],
        "last_day": days[:, 1],
        "whole": days[:, 1] - 1,
        "listed": [one.listed for one in records],
        "duty": [one.community_id in duties for one in records],
    }
    return {
        "zone": _zones(records),
        "calendar": _table("calendar", {"day": calendar, "period": ordinal(calendar, question.by)}),
        "community": _table("community", community),
        "stated_role": _stated(question.decisions),
        "choice": _table("choice", {"bots": [question.bots], "staff": [question.staff]}),
    }


def _zones(records: Sequence[Record]) -> pa.Table:
    """Return the offsets of every community over all the instants any record knows of, two years of slack added."""
    known = [(one.first_at, one.last_at) for one in records if one.first_at is not None and one.last_at is not None]
    slack = dt.timedelta(days=731)
    low = min((span[0] for span in known), default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) - slack
    high = max((span[1] for span in known), default=dt.datetime(2000, 1, 2, tzinfo=dt.UTC)) + slack
    laid = {zone: offsets(zone, low, high) for zone in {one.zone for one in records}}
    rows = [(one.community_id, *edge) for one in records for edge in laid[one.zone]]
    names = PARAMETERS["zone"].names
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return _table("zone", dict(zip(names, map(list, columns), strict=True)))


def _stated(decisions: Decisions) -> pa.Table:
    """Return one role per account: what people stated, else staff for those of a duty table."""
    roles = {(duty.community_id, account): "staff" for duty in decisions.duties for account in duty.accounts}
    roles.update({(one.community_id, one.account_id): one.role for one in decisions.roles})
    rows = sorted(roles.items())
    return _table(
        "stated_role",
        {
            "community_id": [key[0] for key, _ in rows],
            "account_id": [key[1] for key, _ in rows],
            "role": [role for _, role in rows],
        },
    )
