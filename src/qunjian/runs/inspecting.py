"""Use case: inspect a workspace under a standard, as one act: message and window checks, counts, coverage, scores."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from qunjian.assessment.compliance import Tally, compliance
from qunjian.checks.runner import message_rules
from qunjian.checks.silencing import silence_for
from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import OutdatedError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import enclosing, local_span
from qunjian.model.progress import Progress, silent
from qunjian.model.records import SEVERITIES, Severity
from qunjian.model.schemas import FINDING
from qunjian.runs.inspection import (
    Surroundings,
    chosen_edition,
    message_context,
    surroundings,
    window_context,
    window_rules,
)
from qunjian.runs.message_pass import Charge, MessagePass
from qunjian.runs.window_pass import WindowPass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.lake.visibility import Visible
    from qunjian.model.periods import Span
    from qunjian.standards.editions import Edition
    from qunjian.workspace import Workspace

_STEP = Phrase("质检消息", "inspecting messages")
_WINDOWS = Phrase("窗口检查", "window checks")
# DuckDB may take so much; the rest of the process needs about twice that.
_MEMORY_MB = 128
# (community, rule, severity, category) → findings, silenced findings
_Counts = dict[tuple[str, str, Severity, str], list[int]]


class Coverage(msgspec.Struct, frozen=True):
    """How many messages were there, how many a message rule could read, and what kinds it could not."""

    messages: int
    inspected: int
    not_inspected: dict[str, int]


class Inspection(msgspec.Struct, frozen=True):
    """What one run found; the keys are the contract of `inspect --json`."""

    run_id: str
    standard: str
    version: str
    messages: int
    findings: dict[str, dict[str, int]]
    coverage: dict[str, object]
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
    progress: Progress = silent,
) -> Inspection:
    """Inspect the messages of the local days [first, last] and append the findings as one act."""
    spare_pandas()
    now = workspace.clock()
    with closing(MessagePass(workspace.lake.root / "message")) as messages:  # first: what follows starts threads
        decisions = workspace.decisions()
        today = now.astimezone(ZoneInfo(workspace.settings.zone)).date()
        edition = chosen_edition(workspace, standard, decisions, today)
        messages.prepare(message_rules(edition.rules))
        while True:
            visible = workspace.lake.visible()
            with closing(workspace.lake.session(_MEMORY_MB, visible=visible)) as session, suppress(OutdatedError):
                around = surroundings(session, edition, decisions, workspace.settings.zone)
                chosen = _known(communities, around, session)
                spans = _spans(first, last, around)
                run = _Run(workspace, session, visible, edition, messages, around, spans, chosen)
                return run.finish(now.date(), progress)
            # another process wrote while this one waited for its turn: look again


class _Run:
    """One inspection under way."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        visible: Visible,
        edition: Edition,
        messages: MessagePass,
        around: Surroundings,
        spans: dict[str, Span],
        communities: tuple[str, ...] | None,
    ) -> None:
        self._workspace, self._session, self._visible = workspace, session, visible
        self._edition, self._messages = edition, messages
        self._around, self._communities = around, communities
        self._spans = {
            name: span for name, span in spans.items() if communities is None or name in communities
        }  # fmt: skip
        self._span = enclosing(self._spans.values())
        self._counts: _Counts = {}
        self._seen: dict[tuple[str, str], list[int]] = {}  # (community, kind) → messages, of them inspected
        self._unknown: list[dict[str, str]] = []

    def finish(self, today: dt.date, progress: Progress) -> Inspection:
        """Run all checks, write the findings and return the counts."""
        reader = pa.RecordBatchReader.from_batches(FINDING, self._findings(today, progress))
        standard = self._edition.standard.id
        parameters: dict[str, object] = {
            "standard": standard,
            "version": self._edition.version,
            "first": self._span[0].isoformat() if self._span[0] else None,
            "after": self._span[1].isoformat() if self._span[1] else None,
            "communities": list(self._communities) if self._communities else None,
            "rules": len(self._edition.rules),
        }
        said: dict[str, object] = {}

        def counts() -> dict[str, object]:
            coverage = self._coverage()
            said.update(
                messages=sum(each.messages for each in coverage.values()),
                inspected=sum(each.inspected for each in coverage.values()),
                findings=self._tallied(),
                coverage={name: msgspec.to_builtins(each) for name, each in coverage.items()},
                unknown=self._unknown,
            )
            return said

        act = self._workspace.lake.append("inspect", parameters, {"finding": reader}, counts, seen=self._visible)
        coverage = self._coverage()
        total = sum(each.messages for each in coverage.values())
        return Inspection(
            act.act_id, standard, self._edition.version, total, self._tallied(),
            {"messages": total, "inspected": said["inspected"], "not_inspected": _summed(coverage),
             "communities": said["coverage"], "unknown": self._unknown},
            self._scores(coverage),
        )  # fmt: skip

    def _findings(self, today: dt.date, progress: Progress) -> Iterator[pa.RecordBatch]:
        edition, around = self._edition, self._around
        rules = window_rules(edition.rules, around)
        knows = window_context(self._workspace, self._session, edition, around, self._spans, self._communities)
        context = message_context(edition, around, knows.capabilities or {})
        with closing(WindowPass(rules, knows)) as windows:
            portions = self._workspace.lake.portions(
                self._session, self._visible, self._communities, windows.reads_from, self._span[1]
            )
            windows.begin(portions)
            kinds = {kind for rule in message_rules(edition.rules) for kind in rule.scope.kinds}
            charge = Charge(context, self._spans, tuple(sorted(kinds)), windows.gatherers)
            done, total = 0, sum(portion.rows for portion in portions)
            for number, (portion, read) in enumerate(zip(portions, self._messages.read(portions, charge), strict=True)):
                self._cover(read.seen)
                windows.add(number, read.gathered)
                for batch in read.findings:
                    yield self._counted(batch, today)
                done += portion.rows
                progress(_STEP, done, total)
            progress(_WINDOWS, 0, len(rules))
            report = windows.finish()
            self._unknown.extend(
                {"rule": each.rule, "community_id": each.community_id, "zh": each.why.zh, "en": each.why.en}
                for each in report.unknown
            )
            progress(_WINDOWS, len(rules), len(rules))
            for batch in report.findings.to_batches():
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
        for (community, rule, severity, category), (found, silenced) in self._counts.items():
            tally = Tally(community, rule, severity, category, found, silenced=silenced)
            tallies.setdefault(community, []).append(tally)
        penalties = self._edition.standard.scorecard.penalties
        scores: dict[str, dict[str, object]] = {}
        for community, covered in coverage.items():
            score = compliance(tallies.get(community, []), covered.inspected, penalties)
            scores[community] = {
                "compliance": score.value, "low": score.low, "high": score.high, "n": score.n, "status": score.status,
            }  # fmt: skip
        return scores

    def _cover(self, seen: dict[tuple[str, str], list[int]]) -> None:
        for key, (messages, inspected) in seen.items():
            counted = self._seen.setdefault(key, [0, 0])
            counted[0] += messages
            counted[1] += inspected

    def _coverage(self) -> dict[str, Coverage]:
        found: dict[str, Coverage] = {}
        for (community, kind), (messages, inspected) in sorted(self._seen.items()):
            before = found.get(community, Coverage(0, 0, {}))
            missed = {kind: messages - inspected} if messages > inspected else {}
            found[community] = Coverage(
                before.messages + messages, before.inspected + inspected, {**before.not_inspected, **missed}
            )
        return found


def _summed(coverage: dict[str, Coverage]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in coverage.values():
        for kind, messages in each.not_inspected.items():
            total[kind] = total.get(kind, 0) + messages
    return dict(sorted(total.items()))


def _known(communities: Sequence[str] | None, around: Surroundings, session: Session) -> tuple[str, ...] | None:
    """Return the communities asked for, by id or by name; an unknown one is an error with the nearest names."""
    if not communities:
        return None
    names = dict(
        session.connection.execute("SELECT name, community_id FROM community WHERE name IS NOT NULL").fetchall()
    )
    found = []
    for asked in communities:
        community = asked if asked in around.communities else names.get(asked)
        if community is None:
            raise UnknownNameError(Phrase("社群", "community"), asked, (*around.communities, *names))
        found.append(community)
    return tuple(found)


def _spans(first: dt.date | None, last: dt.date | None, around: Surroundings) -> dict[str, Span]:
    """Return the instants of the local days [first, last] of each community, by its own zone; none without bounds."""
    if first is None and last is None:
        return {}
    return {community: local_span(first, last, zone) for community, zone in sorted(around.zones.items())}
