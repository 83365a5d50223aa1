"""Use case: inspect a workspace under a standard, as one act: message and window checks, counts, coverage, scores."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from qunjian.assessment.compliance import Tally, compliance, counts_of
from qunjian.checks.silencing import silence_for
from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import OutdatedError
from qunjian.model.progress import Progress, silent
from qunjian.model.records import SEVERITIES, Severity
from qunjian.model.schemas import FINDING
from qunjian.runs.inspection import (
    Surroundings,
    chosen_edition,
    surroundings,
)
from qunjian.runs.media_pass import MediaCoverage
from qunjian.runs.media_reading import Limits, read_media
from qunjian.runs.message_pass import MessagePass
from qunjian.runs.searching import Coverage, Search, chosen_communities, chosen_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.lake.visibility import Visible
    from qunjian.standards.editions import Edition
    from qunjian.workspace import Workspace

# DuckDB may take so much; the rest of the process needs about twice that.
_MEMORY_MB = 128
# (community, rule, severity, category) → findings, silenced findings
_Counts = dict[tuple[str, str, Severity, str], list[int]]


class Media(msgspec.Struct, frozen=True):
    """What an inspection does about pictures: whether it reads those not read yet, with OCR, and how many."""

    read: bool = True
    ocr: bool = False
    limits: Limits = Limits()


class Inspection(msgspec.Struct, frozen=True):
    """What one run found; the keys are the contract of `inspect --json`."""

    run_id: str
    standard: str
    version: str
    messages: int
    findings: dict[str, dict[str, int]]
    coverage: dict[str, object]
    media: dict[str, MediaCoverage]
    scores: dict[str, dict[str, object]]

    def reached(self, severity: Severity) -> bool:
        """Return whether a finding of that severity or a graver one stands that is not silenced."""
        graver = SEVERITIES[: SEVERITIES.index(severity) + 1]
        silenced = self.findings["silenced"]
        return any(self.findings["severity"].get(each, 0) > silenced.get(each, 0) for each in graver)


def inspect(
    workspace: Workspace,
    standard: str | Path | None = None,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    communities: Sequence[str] | None = None,
    media: Media | None = None,
    progress: Progress = silent,
) -> Inspection:
    """Inspect the messages of the local days [first, last] and append the findings as one act.

    Without a standard named, the one in force on the last of these days counts.

    Pictures that were not read yet are read first; what is past the limits is counted as not read.
    """
    media = media or Media()
    spare_pandas()
    now = workspace.clock()
    with closing(MessagePass(workspace.lake.root / "message")) as messages:  # prepared before threads start
        decisions = workspace.decisions()
        today = now.astimezone(ZoneInfo(workspace.settings.zone)).date()
        edition = chosen_edition(workspace, standard, decisions, min(last or today, today))
        messages.prepare(edition.rules)
        gone = _read_media(workspace, media, progress)
        while True:
            visible = workspace.lake.visible()
            with closing(workspace.lake.session(_MEMORY_MB, visible=visible)) as session, suppress(OutdatedError):
                around = surroundings(session, edition, decisions, workspace.settings.zone)
                chosen = chosen_communities(communities, around, session)
                spans = chosen_spans(first, last, around)
                search = Search(workspace, session, visible, edition, messages, around, spans, chosen, gone)
                return _Run(workspace, edition, around, search, chosen, visible).finish(now.date(), progress)
            # another process wrote while this one waited for its turn: look again


def _read_media(workspace: Workspace, media: Media, progress: Progress) -> frozenset[bytes]:
    """Read what was not read yet; return the files that are not there any more."""
    if not media.read:
        return frozenset()
    return frozenset(read_media(workspace, ocr=media.ocr, limits=media.limits, progress=progress).gone)


class _Run:
    """One inspection under way."""

    def __init__(
        self,
        workspace: Workspace,
        edition: Edition,
        around: Surroundings,
        search: Search,
        communities: tuple[str, ...] | None,
        visible: Visible,
    ) -> None:
        self._workspace, self._edition, self._around = workspace, edition, around
        self._search, self._communities, self._visible = search, communities, visible
        self._counts: _Counts = {}

    def finish(self, today: dt.date, progress: Progress) -> Inspection:
        """Run all checks, write the findings and return the counts."""
        reader = pa.RecordBatchReader.from_batches(FINDING, self._findings(today, progress))
        standard = self._edition.standard.id
        parameters: dict[str, object] = {
            "standard": standard,
            "version": self._edition.version,
            "first": self._search.span[0].isoformat() if self._search.span[0] else None,
            "after": self._search.span[1].isoformat() if self._search.span[1] else None,
            "communities": list(self._communities) if self._communities else None,
            "rules": len(self._edition.rules),
        }
        said: dict[str, object] = {}

        def counts() -> dict[str, object]:
            coverage = self._search.coverage()
            said.update(
                messages=sum(each.messages for each in coverage.values()),
                inspected=sum(each.inspected for each in coverage.values()),
                findings=self._tallied(),
                coverage={name: msgspec.to_builtins(each) for name, each in coverage.items()},
                unknown=self._search.unknown,
                media={name: msgspec.to_builtins(each) for name, each in self._search.media.coverage.items()},
            )
            return said

        act = self._workspace.lake.append("inspect", parameters, {"finding": reader}, counts, seen=self._visible)
        coverage = self._search.coverage()
        total = sum(each.messages for each in coverage.values())
        return Inspection(
            act.act_id, standard, self._edition.version, total, self._tallied(),
            {"messages": total, "inspected": said["inspected"], "not_inspected": _summed(coverage),
             "communities": said["coverage"], "unknown": self._search.unknown},
            dict(sorted(self._search.media.coverage.items())),
            self._scores(coverage),
        )  # fmt: skip

    def _findings(self, today: dt.date, progress: Progress) -> Iterator[pa.RecordBatch]:
        for batch in self._search.findings(progress):
            yield self._counted(batch, today)

    def _counted(self, batch: pa.RecordBatch, today: dt.date) -> pa.RecordBatch:
        columns = ("community_id", "account_id", "rule", "severity", "category")
        rows = zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
        for community, account, rule, severity, category in rows:
            counted = self._counts.setdefault((community, rule, severity, category), [0, 0])
            counted[0] += 1
            counted[1] += silence_for(self._around.silences, rule, community, account, today) is not None
        return batch

    def _tallied(self) -> dict[str, dict[str, int]]:
        by: dict[str, dict[str, int]] = {"severity": dict.fromkeys(SEVERITIES, 0), "rule": {}, "silenced": {}}
        for (_, rule, severity, _), (found, silenced) in sorted(self._counts.items()):
            by["severity"][severity] += found
            by["rule"][rule] = by["rule"].get(rule, 0) + found
            if silenced:
                by["silenced"][severity] = by["silenced"].get(severity, 0) + silenced
        return by

    def _scores(self, coverage: dict[str, Coverage]) -> dict[str, dict[str, object]]:
        """Return each community's compliance score; the whole scorecard needs indicators: see the report."""
        tallies: dict[str, list[Tally]] = {}
        counts = counts_of(self._edition.rules)
        for (community, rule, severity, category), (found, silenced) in self._counts.items():
            when = counts.get(rule, "unless_refuted")
            tally = Tally(community, rule, severity, category, found, silenced=silenced, counts=when)
            tallies.setdefault(community, []).append(tally)
        penalties = self._edition.standard.scorecard.penalties
        scores: dict[str, dict[str, object]] = {}
        for community, covered in coverage.items():
            score = compliance(tallies.get(community, []), covered.inspected, penalties)
            scores[community] = {
                "compliance": score.value, "low": score.low, "high": score.high, "n": score.n, "status": score.status,
            }  # fmt: skip
        return scores


def _summed(coverage: dict[str, Coverage]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in coverage.values():
        for kind, messages in each.not_inspected.items():
            total[kind] = total.get(kind, 0) + messages
    return dict(sorted(total.items()))
