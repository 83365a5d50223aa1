"""Use case: what came in of each community, week by week, from which files, what is overdue, what nobody can know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.insight.expected import State, expected
from qunjian.model.capabilities import Field
from qunjian.runs.measuring import community_names
from qunjian.runs.registering import received
from qunjian.runs.report_facts import NOTICES, THERE, fetched, span_table

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

WEEKS = 12
# What a team asks about; the rest (who read what …) hardly any export can know.
_ASKED: tuple[Field, ...] = (
    "message_ids", "replies", "mentions", "reactions", "roles", "joins", "leaves", "roster", "edits", "recalls",
    "media",
)  # fmt: skip
_MEDIA = "('image', 'voice', 'video', 'file')"


class FileSeen(msgspec.Struct, frozen=True):
    """One file of a visible import: of which communities it tells, from when to when, what was kept and refused."""

    import_id: str
    name: str
    format: str
    imported: dt.datetime
    first: dt.datetime | None
    last: dt.datetime | None
    until: dt.datetime | None
    communities: tuple[str, ...]
    read: int
    kept: int
    rejected: int


class Week(msgspec.Struct, frozen=True):
    """One local week of a community: its messages, and whether any file covers a part of it."""

    first: dt.date
    messages: int
    covered: bool


class Standing(msgspec.Struct, frozen=True):
    """One community: whether it is registered and how late it is, its weeks, what its sources cannot know.

    `mute`: pictures, voice and the like without words, which no rule on texts can see, of all `messages`.
    """

    community_id: str
    name: str
    registered: bool
    state: State | None
    exporter: str
    every_days: int | None
    days_late: int
    until: dt.datetime | None
    files: int
    weeks: tuple[Week, ...]
    absent: tuple[Field, ...]
    partly: tuple[Field, ...]
    messages: int
    mute: int


class Quality(msgspec.Struct, frozen=True):
    """All communities, those late or with gaps first, and all files, the newest import first."""

    weeks: tuple[dt.date, ...] = ()
    communities: tuple[Standing, ...] = ()
    files: tuple[FileSeen, ...] = ()


class _Counts(msgspec.Struct):
    read: int = 0
    kept: int = 0
    rejected: dict[str, int] = {}


def data_quality(workspace: Workspace, weeks: int = WEEKS) -> Quality:
    """Return what came in and what did not, over the last weeks up to today, or to the newest record of an archive."""
    spare_pandas()
    register = workspace.decisions().register
    session = workspace.lake.session()
    try:
        names = community_names(session)
        capable = workspace.lake.all_capabilities(session)
        files = _files(session)
        late = {one.community_id: one for one in expected(register, received(session), workspace.clock())}
        totals = _totals(session)
        zones = _zones(session, workspace.settings.zone, {*names, *totals, *late})
        days = _weeks(workspace, session, weeks, bool(register))
        counts = _by_week(session, zones, days) if days else {}
    finally:
        session.close()
    spans: dict[str, list[FileSeen]] = {}
    for file in files:
        for community in file.communities:
            spans.setdefault(community, []).append(file)
    found = []
    for community in sorted({*totals, *late}):
        due, can = late.get(community), capable.get(community)
        own, zone = spans.get(community, []), ZoneInfo(zones[community])
        messages, mute = totals.get(community, (0, 0))
        found.append(
            Standing(
                community, names.get(community) or (due.name if due else "") or community, due is not None,
                due.state if due else None, due.exporter if due else "", due.every_days if due else None,
                due.days_late if due else 0, max((one.until for one in own if one.until), default=None), len(own),
                tuple(Week(day, counts.get((community, day), 0), _covers(own, day, zone)) for day in days),
                tuple(field for field in _ASKED if can is None or can.knows(field) == "no"),
                tuple(field for field in _ASKED if can is not None and can.knows(field) == "partly"), messages, mute,
            )
        )  # fmt: skip
    found.sort(key=lambda one: (-one.days_late, one.state != "never", -one.messages, one.community_id))
    return Quality(tuple(days), tuple(found), tuple(files))


def _files(session: Session) -> list[FileSeen]:
    rows = fetched(
        session,
        "SELECT d.act_id, d.name, d.format, a.at, d.first, d.last, coalesce(d.observed_at, d.last), "
        "json_keys(d.communities), d.counts FROM document d JOIN act a USING (act_id) "
        "ORDER BY a.at DESC, d.act_id, d.document",
    )
    return [
        FileSeen(act, name or "", kind or "", at, first, last, until, tuple(sorted(communities or ())), counted.read,
                 counted.kept, sum(counted.rejected.values()))
        for act, name, kind, at, first, last, until, communities, counts in rows
        for counted in (msgspec.json.decode(counts or "{}", type=_Counts),)
    ]  # fmt: skip


def _totals(session: Session) -> dict[str, tuple[int, int]]:
    rows = fetched(
        session,
        f"SELECT m.community_id, count(*), count(*) FILTER (m.kind IN {_MEDIA} AND coalesce(m.text, '') = '') "  # noqa: S608
        f"FROM message m WHERE m.kind NOT IN {NOTICES} GROUP BY 1",
    )
    return {community: (messages, mute) for community, messages, mute in rows}


def _zones(session: Session, default: str, communities: set[str]) -> dict[str, str]:
    known = dict(fetched(session, "SELECT community_id, zone FROM community WHERE zone IS NOT NULL"))
    return {community: known.get(community, default) for community in communities}


def _weeks(workspace: Workspace, session: Session, weeks: int, registered: bool) -> list[dt.date]:
    """Return the Mondays of the last weeks: up to today where exports are expected, else to the newest record."""
    today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
    newest = next(iter(fetched(session, "SELECT max(sent_at)::DATE FROM message")), (None,))[0]
    if newest is None and not registered:
        return []
    end = today if registered or newest is None else min(newest, today)
    monday = end - dt.timedelta(days=end.weekday())
    return [monday - dt.timedelta(weeks=back) for back in reversed(range(weeks))]


def _by_week(session: Session, zones: dict[str, str], weeks: list[dt.date]) -> dict[tuple[str, dt.date], int]:
    spans = span_table(zones, weeks[0], weeks[-1] + dt.timedelta(weeks=1))
    session.connection.register("quality_window", spans)
    rows = fetched(
        session,
        f"""SELECT m.community_id, {THERE}::DATE AS day, count(*)
        FROM message m JOIN quality_window s USING (community_id)
        WHERE m.sent_at >= $1 AND m.sent_at >= s.starts AND m.sent_at < s.ends AND m.kind NOT IN {NOTICES}
        GROUP BY ALL""",  # noqa: S608
        [min(spans["starts"].to_pylist(), default=None)],
    )
    session.connection.unregister("quality_window")
    counts: dict[tuple[str, dt.date], int] = {}
    for community, day, messages in rows:
        key = (community, day - dt.timedelta(days=day.weekday()))
        counts[key] = counts.get(key, 0) + messages
    return counts


def _covers(files: list[FileSeen], monday: dt.date, zone: ZoneInfo) -> bool:
    begin = dt.datetime.combine(monday, dt.time(), tzinfo=zone)
    end = begin + dt.timedelta(weeks=1)
    return any(one.first and one.until and one.first < end and one.until >= begin for one in files)
