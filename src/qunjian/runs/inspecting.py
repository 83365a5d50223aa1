"""Use case: inspect a workspace under a standard, as one act: message and window checks, counts, coverage, scores."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.assessment.compliance import Tally, compliance
from qunjian.checks.contract import MessageContext
from qunjian.checks.findings import COLUMNS
from qunjian.checks.runner import Inspector, compile_rules
from qunjian.checks.silencing import silence_for
from qunjian.checks.windows.running import inspect_windows
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.progress import Progress, silent
from qunjian.model.records import SEVERITIES, Severity
from qunjian.model.schemas import FINDING
from qunjian.runs.inspection import Surroundings, chosen_edition, surroundings, window_context, window_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.standards.editions import Edition
    from qunjian.workspace import Workspace

_STEP = Phrase("质检消息", "inspecting messages")
_WINDOWS = Phrase("窗口检查", "window checks")
_TOTAL = """
SELECT count(*) FROM message
WHERE ($1::TIMESTAMPTZ IS NULL OR sent_at >= $1) AND ($2::TIMESTAMPTZ IS NULL OR sent_at < $2)
  AND ($3::VARCHAR[] IS NULL OR list_contains($3, community_id))
"""
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
    now = workspace.clock()
    decisions = workspace.decisions()
    edition = chosen_edition(workspace, standard, decisions, now.astimezone(ZoneInfo(workspace.settings.zone)).date())
    inspector = compile_rules(edition.rules)
    session = workspace.lake.session(_MEMORY_MB)
    try:
        around = surroundings(session, edition, decisions, workspace.settings.zone)
        chosen = _known(communities, around, session)
        run = _Run(workspace, session, edition, inspector, around, _span(first, last, workspace.settings.zone), chosen)
        return run.finish(now.date(), progress)
    finally:
        session.close()


class _Run:
    """One inspection under way."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        edition: Edition,
        inspector: Inspector,
        around: Surroundings,
        span: tuple[dt.datetime | None, dt.datetime | None],
        communities: tuple[str, ...] | None,
    ) -> None:
        self._workspace, self._session, self._edition, self._inspector = workspace, session, edition, inspector
        self._around, self._span, self._communities = around, span, communities
        self._counts: _Counts = {}
        self._seen: dict[tuple[str, str], list[int]] = {}  # (community, kind) → messages, of them inspected
        self._read_kinds = pa.array(
            sorted({kind for rule in inspector.rules for kind in rule.scope.kinds}), pa.string()
        )
        self._unknown: list[dict[str, str]] = []

    def finish(self, today: dt.date, progress: Progress) -> Inspection:
        """Run all checks, write the findings and return the counts."""
        reader = pa.RecordBatchReader.from_batches(FINDING, self._findings(today, self._total(), progress))
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

        act = self._workspace.lake.append("inspect", parameters, {"finding": reader}, counts)
        coverage = self._coverage()
        total = sum(each.messages for each in coverage.values())
        return Inspection(
            act.act_id, standard, self._edition.version, total, self._tallied(),
            {"messages": total, "inspected": said["inspected"], "not_inspected": _summed(coverage),
             "communities": said["coverage"], "unknown": self._unknown},
            self._scores(coverage),
        )  # fmt: skip

    def _findings(self, today: dt.date, total: int, progress: Progress) -> Iterator[pa.RecordBatch]:
        standard, version = self._edition.standard.id, self._edition.version
        context = MessageContext(standard, version, self._around.tags, self._around.roles)
        done = 0
        first, after = self._span
        for batch in self._workspace.lake.messages(self._session, self._communities, first, after, COLUMNS):
            self._cover(batch)
            yield self._counted(self._inspector.inspect(batch, context), today)
            done += batch.num_rows
            progress(_STEP, done, total)
        windows = window_rules(self._edition.rules, self._around)
        if windows:
            progress(_WINDOWS, 0, len(windows))
            report = inspect_windows(
                windows,
                window_context(
                    self._workspace, self._session, self._edition, self._around, self._span, self._communities
                ),
            )
            self._unknown.extend(
                {"rule": each.rule, "community_id": each.community_id, "zh": each.why.zh, "en": each.why.en}
                for each in report.unknown
            )
            progress(_WINDOWS, len(windows), len(windows))
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

    def _total(self) -> int:
        first, after = self._span
        communities = list(self._communities) if self._communities else None
        row = self._session.connection.execute(_TOTAL, [first, after, communities]).fetchone()
        return int(row[0]) if row else 0

    def _cover(self, batch: pa.RecordBatch) -> None:
        """Add a batch to the coverage: a message is inspected when it has text and a kind that some rule reads."""
        worded = pc.greater(pc.fill_null(pc.binary_length(batch.column("text")), 0), 0)
        read = pc.and_(worded, pc.fill_null(pc.is_in(batch.column("kind"), self._read_kinds), False))
        table = pa.table([batch.column("community_id"), batch.column("kind"), read], ["community", "kind", "read"])
        grouped = table.group_by(["community", "kind"]).aggregate([("read", "count"), ("read", "sum")])
        for row in grouped.to_pylist():
            counted = self._seen.setdefault((row["community"], row["kind"] or "other"), [0, 0])
            counted[0] += row["read_count"]
            counted[1] += row["read_sum"]

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


def _span(first: dt.date | None, last: dt.date | None, zone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the UTC instants [start, end) of the local days [first, last]."""
    if first and last and last < first:
        raise BadInputError(
            Phrase(f"结束日 {last} 早于开始日 {first}", f"the last day {last} is before the first day {first}")
        )
    there = ZoneInfo(zone)

    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), tzinfo=there).astimezone(dt.UTC)

    return (midnight(first) if first else None, midnight(last + dt.timedelta(days=1)) if last else None)
