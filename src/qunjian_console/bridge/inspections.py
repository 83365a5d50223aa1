"""Inspections for pages: the runs there were, their findings with what stands of them, comparisons, and a new run."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from qunjian.runs import inspecting
from qunjian.runs.finding_pages import SORTS, STATES, Judged, Row, Standing, Tally, Wanted
from qunjian.runs.findings import silences_of
from qunjian.runs.run_comparison import WHY, Change, Comparison, compare
from qunjian.runs.surveying import standing_on
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reading import reading
from qunjian_console.bridge.standards import shelf
from qunjian_console.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.progress import Progress
    from qunjian.model.records import Act

__all__ = ["SORTS", "STATES", "WHY", "Change", "Comparison", "Judged", "Row", "Tally", "Wanted"]


class Coverage(msgspec.Struct, frozen=True):
    """How many messages there were in a community, how many rules could read, and which kinds they could not."""

    messages: int
    inspected: int
    not_inspected: dict[str, int]


class Run(msgspec.Struct, frozen=True):
    """One inspection; `first` and `after`: instants, None without bound; `communities`: None for all."""

    run: str
    at: dt.datetime
    standard: str
    version: str
    first: dt.datetime | None
    after: dt.datetime | None
    communities: tuple[str, ...] | None
    rules: int
    severity: dict[str, int]
    coverage: dict[str, Coverage]
    unknown: tuple[dict[str, str], ...]

    @property
    def last(self) -> dt.datetime | None:
        """Return an instant of the last day."""
        return self.after - dt.timedelta(microseconds=1) if self.after else None


class Inspected(msgspec.Struct, frozen=True):
    """What a job of an inspection brought."""

    run: str
    messages: int
    findings: int


def runs() -> tuple[Run, ...]:
    """Return every inspection that stands, the newest first."""
    return tuple(_run(act) for act in reversed(workspace().lake.acts("inspect")))


def _run(act: Act) -> Run:
    asked, counts = act.parameters, act.counts
    told: dict[str, Any] = {
        "run": act.act_id, "at": act.at, "standard": asked["standard"], "version": asked["version"],
        "first": asked.get("first"), "after": asked.get("after"), "communities": asked.get("communities"),
        "rules": asked.get("rules", 0), "severity": msgspec.convert(counts["findings"], dict[str, Any])["severity"],
        "coverage": counts.get("coverage", {}), "unknown": counts.get("unknown", []),
    }  # fmt: skip
    return msgspec.convert(told, Run, strict=False)


@contextmanager
def judged(run: str) -> Iterator[Judged]:
    """Yield the findings of a run with what stands of them today."""
    opened = workspace()
    standing = _standing(run, standing_on(opened))
    with reading() as at:
        yield Judged(at.session, run, standing, opened.settings.zone)


@lru_cache(maxsize=8)
def _standing(run: str, state: tuple[str, ...]) -> Standing:
    opened = workspace()
    decisions = opened.decisions()
    return Standing(silences_of(opened, run, decisions), decisions.reviews, today())


def today() -> dt.date:
    """Return the day it is in the workspace's zone."""
    opened = workspace()
    return opened.clock().astimezone(ZoneInfo(opened.settings.zone)).date()


def compared(old: str, new: str, communities: tuple[str, ...] | None) -> Comparison:
    """Compare two runs in these communities (None: in all)."""
    return _compared(old, new, communities, tuple(workspace().lake.visible().of()))


@lru_cache(maxsize=16)
def _compared(old: str, new: str, communities: tuple[str, ...] | None, state: tuple[str, ...]) -> Comparison:
    with reading() as at:
        return compare(at.session, at.visible, old, new, communities)


def severities_in(communities: frozenset[str]) -> dict[str, dict[str, int]]:
    """Return by run how many findings of each severity it found in these communities."""
    return _severities_in(communities, tuple(workspace().lake.visible().of()))


@lru_cache(maxsize=32)
def _severities_in(communities: frozenset[str], state: tuple[str, ...]) -> dict[str, dict[str, int]]:
    query = "SELECT act_id, severity, count(*) FROM finding WHERE list_contains(?, community_id) GROUP BY ALL"
    found: dict[str, dict[str, int]] = {}
    with reading() as at:
        for run, severity, count in at.session.connection.execute(query, [sorted(communities)]).fetchall():
            found.setdefault(run, {})[severity] = count
    return found


def standards() -> dict[str, str]:
    """Return the standards one may inspect under: how the engine finds each, and its name."""
    return {each.place.name: say(each.title.zh, each.title.en) for each in shelf() if each.broken is None}


def inspect(
    standard: str | None, first: dt.date | None, last: dt.date | None, communities: tuple[str, ...], progress: Progress
) -> Inspected:
    """Inspect the workspace as one run."""
    found = inspecting.inspect(
        workspace(), standard, first=first, last=last, communities=communities or None, progress=progress
    )
    return Inspected(found.run_id, found.messages, sum(found.findings["severity"].values()))
