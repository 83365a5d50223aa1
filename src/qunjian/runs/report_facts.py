"""Gathers what a report counts: messages per local day and community, who is there, and where the record ends."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.aggregates.localtime import offsets
from qunjian.insight.records import Daily, Measure
from qunjian.model.capabilities import FIELDS, Capabilities, Field
from qunjian.model.language import Phrase
from qunjian.model.periods import Period
from qunjian.reports.material import CommunityFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions

WEEKS_BACK = 30
# The last day of a record counts as whole from this local hour on.
LATE = 21
# A message's instant on its community's own clock, by the shift of its span: no zone is looked up row by row.
THERE = "make_timestamp(epoch_us(m.sent_at) + s.shift)"
NOTICES = "('system', 'recall')"
_FIELD_NAMES: dict[Field, Phrase] = {
    "replies": Phrase("回复", "replies"),
    "mentions": Phrase("@ 提及", "mentions"),
    "roles": Phrase("角色", "roles"),
    "joins": Phrase("入群", "joins"),
    "leaves": Phrase("退群", "leaves"),
    "roster": Phrase("成员名单", "roster"),
    "reactions": Phrase("表情回应", "reactions"),
    "media": Phrase("媒体", "media"),
    "reads": Phrase("阅读", "reads"),
    "recalls": Phrase("撤回", "recalls"),
    "edits": Phrase("编辑", "edits"),
}


class Extent(msgspec.Struct, frozen=True):
    """How far a community's record reaches."""

    first: dt.datetime
    last: dt.datetime
    observed: dt.datetime
    messages: int


class Record(msgspec.Struct, frozen=True):
    """What is on record of each community, and its counts per local day.

    daily: of days that are over when the record ends, to be compared; posts: messages of every day, that one too.
    """

    extents: dict[str, Extent]
    zones: dict[str, str]
    daily: tuple[Daily, ...]
    posts: dict[str, dict[dt.date, int]]
    platforms: dict[str, str]


def fetched(session: Session, sql: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows of a query; by way of Arrow, whose instants need no further package."""
    table = session.temporary(sql, parameters)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def extents(session: Session) -> dict[str, Extent]:
    """Return the first and last message of every community, and until when its exports observed it."""
    observed: dict[str, dt.datetime] = {}
    rows = fetched(
        session,
        "SELECT coalesce(observed_at, last), json_keys(communities) FROM document "
        "WHERE coalesce(observed_at, last) IS NOT NULL",
    )
    for instant, communities in rows:
        for community in communities:
            observed[community] = max(observed.get(community, instant), instant)
    found = fetched(
        session,
        "SELECT community_id, min(sent_at), max(sent_at), count(*) FROM message "  # noqa: S608
        f"WHERE kind NOT IN {NOTICES} AND sent_at IS NOT NULL GROUP BY 1 ORDER BY 1",
    )
    return {
        community: Extent(first, last, max(last, observed.get(community, last)), count)
        for community, first, last, count in found
    }


def span_table(zones: Mapping[str, str], first: dt.date, after: dt.date) -> pa.Table:
    """Return the UTC spans [starts, ends) of the local days [first, after) in every community's own zone.

    A community has one span, or one on each side of a clock change; `shift` is the µs its clock is ahead of UTC there.
    """
    by_zone = {zone: _spans(zone, *Period(first, after, "day").bounds(zone)) for zone in set(zones.values())}
    rows = [(name, *span) for name in sorted(zones) for span in by_zone[zones[name]]]
    instant = pa.timestamp("us", tz="UTC")
    kinds = {"community_id": pa.string(), "starts": instant, "ends": instant, "shift": pa.int64()}
    return pa.table(
        {name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(kinds.items())}
    )


def _spans(zone: str, starts: dt.datetime, ends: dt.datetime) -> list[tuple[dt.datetime, dt.datetime, int]]:
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    low, high = (int((at - epoch).total_seconds()) for at in (starts, ends))
    return [
        (epoch + dt.timedelta(seconds=max(low, begin)), epoch + dt.timedelta(seconds=min(high, end)), shift * 1_000_000)
        for begin, end, shift in offsets(zone, starts, ends)
        if max(low, begin) < min(high, end)
    ]


def read_record(
    session: Session,
    reach: dict[str, Extent],
    zones: dict[str, str],
    period: Period,
    capabilities: Mapping[str, Capabilities],
) -> Record:
    """Count messages, speakers, joins and leaves per local day over the weeks a report looks back on."""
    first = min(period.first - dt.timedelta(weeks=WEEKS_BACK), period.previous().first)
    first -= dt.timedelta(days=first.weekday())
    spans = span_table(zones, first, period.after)
    session.connection.register("report_window", spans)
    earliest = [min(spans["starts"].to_pylist(), default=None)]
    rows = fetched(
        session,
        f"""
        WITH placed AS (
            SELECT m.community_id, {THERE} AS there, m.account_id
            FROM message m JOIN report_window s USING (community_id)
            WHERE m.sent_at >= $1 AND m.sent_at >= s.starts AND m.sent_at < s.ends AND m.kind NOT IN {NOTICES}
        ), person AS (
            SELECT community_id, there::DATE AS day, account_id, count(*) AS posts,
                   count(*) FILTER (hour(there) >= 18) AS evening FROM placed GROUP BY ALL
        )
        SELECT community_id, day, sum(posts)::BIGINT, count(account_id), sum(evening)::BIGINT
        FROM person GROUP BY ALL ORDER BY ALL
        """,  # noqa: S608
        earliest,
    )
    moves = fetched(
        session,
        f"""
        SELECT m.community_id, {THERE}::DATE AS day,
               count(*) FILTER (m.kind IN ('joined', 'invited')), count(*) FILTER (m.kind IN ('left', 'kicked'))
        FROM membership m JOIN report_window s USING (community_id)
        WHERE m.sent_at >= $1 AND m.sent_at >= s.starts AND m.sent_at < s.ends GROUP BY ALL ORDER BY ALL
        """,  # noqa: S608
        earliest,
    )
    session.connection.unregister("report_window")
    counts = _Counts(reach, zones, first, period.after)
    for community, day, posts, speakers, evening in rows:
        counts.put(community, day, {"posts": posts, "evening_posts": evening, "speakers": speakers})
    for community, day, joins, leaves in moves:
        knows = capabilities.get(community, Capabilities())
        moved: dict[Measure, int] = {}
        if knows.knows("joins") != "no":
            moved["joins"] = joins
        if knows.knows("leaves") != "no":
            moved["leaves"] = leaves
        counts.put(community, day, moved)
    platforms = {community: community.partition(":")[0] for community in reach}
    by_day: dict[str, dict[dt.date, int]] = {}
    for community, day, posts, *_ in rows:
        by_day.setdefault(community, {})[day] = posts
    return Record(reach, zones, counts.series(), by_day, platforms)


class _Counts:
    """Daily counts under way: arrays from a community's first day in the window to the end of its record."""

    def __init__(self, reach: dict[str, Extent], zones: dict[str, str], first: dt.date, after: dt.date) -> None:
        self._arrays: dict[tuple[str, Measure], np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        self._firsts: dict[str, dt.date] = {}
        self._lengths: dict[str, int] = {}
        for community, extent in reach.items():
            zone = ZoneInfo(zones[community])
            begin = max(first, extent.first.astimezone(zone).date())
            seen = extent.observed.astimezone(zone)
            end = seen.date() + dt.timedelta(days=1 if seen.hour >= LATE else 0)
            self._firsts[community] = begin
            self._lengths[community] = max(0, (min(after, end) - begin).days)

    def put(self, community: str, day: dt.date, counts: dict[Measure, int]) -> None:
        """Set the counts of one day; days beyond the record's reach are left out."""
        if community not in self._firsts:
            return
        place = (day - self._firsts[community]).days
        if not 0 <= place < self._lengths[community]:
            return
        for measure, count in counts.items():
            key = community, measure
            if key not in self._arrays:
                self._arrays[key] = np.zeros(self._lengths[community], dtype=np.int64)
            self._arrays[key][place] = count

    def series(self) -> tuple[Daily, ...]:
        """Return all series, in order."""
        return tuple(
            Daily(community, measure, self._firsts[community], counts)
            for (community, measure), counts in sorted(self._arrays.items())
        )


def community_facts(
    session: Session,
    record: Record,
    decisions: Decisions,
    period: Period,
    before: Period,
    capabilities: Mapping[str, Capabilities],
    members: Mapping[str, int],
    speakers: Mapping[str, int],
    media: Mapping[str, tuple[int, int]],
) -> tuple[CommunityFacts, ...]:
    """Return every community on record or registered, with its counts of the period."""
    names: dict[str, str] = dict(fetched(session, "SELECT community_id, name FROM community WHERE name IS NOT NULL"))
    registered = {each.community_id: each for each in decisions.register}
    found = []
    for community in sorted({*record.extents, *registered}):
        own, extent = registered.get(community), record.extents.get(community)
        other, unread = media.get(community, (0, 0))
        found.append(
            CommunityFacts(
                community,
                (own.name if own and own.name else "") or names.get(community, "") or community,
                record.platforms.get(community, community.partition(":")[0]),
                record.zones.get(community, ""),
                own.type if own else "",
                own is not None,
                members.get(community, own.size if own else None),
                _sum(record.posts.get(community, {}), period),
                _sum(record.posts.get(community, {}), before),
                speakers.get(community),
                other,
                unread,
                extent.first if extent else None,
                extent.last if extent else None,
                extent.messages if extent else 0,
                _unknowns(capabilities.get(community)) if extent else (),
            )
        )
    return tuple(found)


def _sum(posts: Mapping[dt.date, int], period: Period) -> int:
    return sum(count for day, count in posts.items() if period.first <= day < period.after)


def _unknowns(capabilities: Capabilities | None) -> tuple[Phrase, ...]:
    if capabilities is None:
        return ()
    missing = [_FIELD_NAMES[field] for field in FIELDS if field in _FIELD_NAMES and capabilities.knows(field) == "no"]
    if not missing:
        return ()
    zh, en = "、".join(each.zh for each in missing), ", ".join(each.en for each in missing)
    return (
        Phrase(
            f"来源不记录：{zh}；相关指标为未知，不是零。",
            f"The source does not record: {en}. Indicators that need them are unknown, not zero.",
        ),
    )
