"""Use case: draw what people review from one inspection: findings by severity, and messages nobody flagged."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from qunjian.checks.silencing import silence_for
from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.periods import period_of
from qunjian.model.records import SEVERITIES
from qunjian.runs.findings import silences_of
from qunjian.sampling.draw import RANK_SQL, Quota, Stratum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.engines.local import Session
    from qunjian.model.records import Act
    from qunjian.workspace import Workspace

MOST = 10_000  # items of one draw
UNFLAGGED = "unflagged"


class Wanted(msgspec.Struct, frozen=True):
    """What is to be drawn: `findings` by severity, `unflagged` messages; no communities: all; days are local."""

    seed: str
    findings: dict[str, Quota] = {}
    unflagged: Quota = Quota()
    communities: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    run: str | None = None


class Drawn(msgspec.Struct, frozen=True):
    """One unit drawn: a finding, or (finding_id "") a message nobody flagged."""

    kind: str
    rank: str
    community_id: str
    scope: str
    message_id: str
    sent_at: dt.datetime
    account_id: str | None
    finding_id: str = ""
    rule: str = ""
    severity: str = ""


class Draw(msgspec.Struct, frozen=True):
    """A draw: from which inspection under which standard, what there was, and what was drawn."""

    run: str
    standard: str
    version: str
    strata: tuple[Stratum, ...]
    units: tuple[Drawn, ...]


_FINDINGS = """
SELECT finding_id, rule, severity, community_id, scope, message_id, sent_at, account_id, {rank} AS rank
FROM finding WHERE act_id = $run AND severity = ANY($severities) AND {within}
"""
# Bottom-k within each group; the whole of the messages is ranked as columns, never in Python.
_UNFLAGGED = """
WITH flagged AS (SELECT DISTINCT scope, message_id FROM finding WHERE act_id = $run),
unit AS (
    SELECT m.community_id, m.scope, m.message_id, m.sent_at, m.account_id, {group} AS place FROM message m
    ANTI JOIN flagged USING (scope, message_id)
    WHERE m.text IS NOT NULL AND m.text <> '' AND m.kind <> 'system' AND {within}
), sized AS (SELECT place, count(*) AS size FROM unit GROUP BY place),
ranked AS (SELECT *, {rank} AS rank FROM unit JOIN sized USING (place))
SELECT * EXCLUDE (n) FROM (
    SELECT *, row_number() OVER (PARTITION BY place ORDER BY rank) AS n FROM ranked
) WHERE n <= {quota} ORDER BY place, rank
"""


def draw_reviews(workspace: Workspace, wanted: Wanted) -> Draw:
    """Return what the plan draws from an inspection (the newest unless named); the same plan draws the same."""
    spare_pandas()
    act = _inspection(workspace, wanted.run)
    with closing(workspace.lake.session()) as session:
        found = _findings(workspace, session, act, wanted)
        unflagged = _unflagged(workspace, session, act, wanted)
    strata, units = [*found[0], *unflagged[0]], [*found[1], *unflagged[1]]
    if len(units) > MOST:
        raise BadInputError(
            Phrase(
                f"这个计划会抽出 {len(units):,} 条，最多 {MOST:,} 条",
                f"this would draw {len(units):,}; at most {MOST:,}",
            ),
            todo=Phrase("降低比例或数量", "lower the share or the count"),
        )
    return Draw(
        act.act_id, str(act.parameters["standard"]), str(act.parameters["version"]), tuple(strata), tuple(units)
    )


def _inspection(workspace: Workspace, run: str | None) -> Act:
    acts = workspace.lake.acts("inspect")
    found = next((act for act in reversed(acts) if run in (None, act.act_id)), None)
    if found is None:
        raise BadInputError(
            Phrase("还没有质检", "nothing was inspected yet"), todo=Phrase("先做一次质检", "run an inspection first")
        )
    return found


def _within(workspace: Workspace, wanted: Wanted) -> tuple[str, dict[str, object]]:
    """Return the condition of place and time, and its values."""
    zone, conditions, values = workspace.settings.zone, ["true"], dict[str, object]()
    if wanted.communities:
        conditions.append("community_id = ANY($communities)")
        values["communities"] = list(wanted.communities)
    if wanted.first:
        conditions.append("sent_at >= $starts")
        values["starts"] = period_of(wanted.first, "day").bounds(zone)[0]
    if wanted.last:
        conditions.append("sent_at < $ends")
        values["ends"] = period_of(wanted.last, "day").bounds(zone)[1]
    return " AND ".join(conditions), values


def _findings(workspace: Workspace, session: Session, act: Act, wanted: Wanted) -> tuple[list[Stratum], list[Drawn]]:
    """Draw findings that are not silenced, each severity by its own quota."""
    severities = [str(name) for name in SEVERITIES if name in wanted.findings]
    if not severities:
        return [], []
    within, values = _within(workspace, wanted)
    query = _FINDINGS.format(rank=RANK_SQL.format(rule="rule"), within=within)
    values |= {"run": act.act_id, "severities": severities, "seed": wanted.seed}
    silences = silences_of(workspace, act.act_id, workspace.decisions())
    today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
    groups: dict[tuple[int, str], list[Drawn]] = {}
    for row in _rows(session, query, values):
        if silence_for(silences, row["rule"], row["community_id"], row["account_id"], today) is None:
            unit = msgspec.convert({**row, "kind": row["severity"]}, Drawn)
            place = unit.community_id if wanted.findings[unit.severity].each else ""
            groups.setdefault((severities.index(unit.severity), place), []).append(unit)
    strata, units = list[Stratum](), list[Drawn]()
    for (order, place), own in sorted(groups.items()):
        drawn = wanted.findings[severities[order]].of(len(own))
        strata.append(Stratum(place, severities[order], len(own), drawn))
        units += sorted(own, key=lambda unit: unit.rank)[:drawn]
    return strata, units


def _unflagged(workspace: Workspace, session: Session, act: Act, wanted: Wanted) -> tuple[list[Stratum], list[Drawn]]:
    quota = wanted.unflagged
    if not quota.share and not quota.count:
        return [], []
    within, values = _within(workspace, wanted)
    query = _UNFLAGGED.format(
        group="community_id" if quota.each else "''", within=within, rank=RANK_SQL.format(rule="''"),
        quota="ceil($share::DECIMAL(18,9) * size)" if quota.share is not None else "$count",
    )  # fmt: skip
    values |= {"run": act.act_id, "seed": wanted.seed}
    values |= {"share": str(quota.share)} if quota.share is not None else {"count": quota.count}
    sizes, units = dict[str, int](), list[Drawn]()
    for row in _rows(session, query, values):
        sizes[row.pop("place")] = row.pop("size")
        units.append(msgspec.convert({**row, "kind": UNFLAGGED}, Drawn))
    strata = [Stratum(place, UNFLAGGED, size, quota.of(size)) for place, size in sorted(sizes.items())]
    return strata, units


def _rows(session: Session, query: str, values: dict[str, object]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query whose parameters have names."""
    for batch in session.connection.cursor().sql(query, params=values).to_arrow_reader(4096):
        yield from batch.to_pylist()
