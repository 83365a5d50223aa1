"""Use case: what stands in a workspace at a glance: communities, the newest inspection, coverage."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from qunjian.checks.silencing import silence_for
from qunjian.model.records import SEVERITIES
from qunjian.runs import browsing
from qunjian.runs.findings import silences_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.workspace import Workspace


class CommunitySurvey(msgspec.Struct, frozen=True):
    """One community: how lively it is, and what the newest inspection found there; None where it was not inspected."""

    community_id: str
    name: str
    platform: str
    messages: int
    accounts: int
    members: int | None
    first: dt.datetime | None
    last: dt.datetime | None
    severity: dict[str, int] = {}
    silenced: int = 0
    covered: int | None = None
    inspected: int | None = None


class Survey(msgspec.Struct, frozen=True):
    """The whole workspace; `run` is None before the first inspection."""

    communities: tuple[CommunitySurvey, ...] = ()
    run: str | None = None
    run_at: dt.datetime | None = None
    standard: str = ""
    version: str = ""
    unknown: tuple[dict[str, str], ...] = ()


_COUNTS = """
SELECT community_id, account_id, rule, severity, count(*) FROM finding WHERE act_id = $1 GROUP BY ALL
"""


def standing_on(workspace: Workspace) -> tuple[str, ...]:
    """Return what a survey depends on, cheap to ask: equal values, equal survey."""
    visible = workspace.lake.visible()
    # Reviews change every few seconds while people work, and no number of a survey rests on them.
    folder = workspace.root / "decisions"
    decided = sorted(path for path in folder.glob("*") if path.stem != "review" and path.suffix != ".draft")
    today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
    stamps = (f"{path.name}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in decided)
    return (str(workspace.root), workspace.settings.zone, str(today), *visible.of(), *stamps)


def survey(workspace: Workspace) -> Survey:
    """Return communities with the findings of the newest inspection; silenced ones are counted apart."""
    rows = browsing.communities(workspace)
    run = next(iter(reversed(workspace.lake.acts("inspect"))), None)
    if run is None:
        return Survey(tuple(_community(row, {}, 0, None) for row in rows))
    severity: dict[str, dict[str, int]] = {}
    silenced: dict[str, int] = {}
    for community, grade, put_aside, found in _counted(workspace, run.act_id):
        if put_aside:
            silenced[community] = silenced.get(community, 0) + found
        else:
            each = severity.setdefault(community, dict.fromkeys(SEVERITIES, 0))
            each[grade] += found
    coverage = msgspec.convert(run.counts.get("coverage", {}), dict[str, dict[str, Any]])
    return Survey(
        tuple(
            _community(row, severity.get(name, {}), silenced.get(name, 0), coverage.get(name))
            for row in rows
            for name in (str(row["id"]),)
        ),
        run.act_id, run.at, str(run.parameters["standard"]), str(run.parameters["version"]),
        msgspec.convert(run.counts.get("unknown", []), tuple[dict[str, str], ...]),
    )  # fmt: skip


def _counted(workspace: Workspace, run: str) -> Iterator[tuple[str, str, bool, int]]:
    """Yield community, severity, whether silenced, and how many."""
    silences = silences_of(workspace, run, workspace.decisions())
    today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
    session = workspace.lake.session()
    try:
        for community, account, rule, severity, count in session.connection.execute(_COUNTS, [run]).fetchall():
            yield community, severity, silence_for(silences, rule, community, account, today) is not None, count
    finally:
        session.close()


def _community(
    row: dict[str, Any], severity: dict[str, int], silenced: int, coverage: dict[str, Any] | None
) -> CommunitySurvey:
    return CommunitySurvey(
        row["id"], row["name"], row["platform"], row["messages"], row["accounts"], row["members"], row["first"],
        row["last"], severity, silenced,
        coverage["messages"] if coverage else None, coverage["inspected"] if coverage else None,
    )  # fmt: skip
