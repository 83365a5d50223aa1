"""Use case: run the samples that stand in every rule: what must hit hits, what must pass passes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.checks.registry import kind_of
from qunjian.checks.runner import Inspector
from qunjian.checks.windows.contract import WindowContext
from qunjian.checks.windows.running import inspect_windows
from qunjian.engines.local import Session
from qunjian.model.decisions import Decisions, Duty
from qunjian.model.language import Phrase
from qunjian.model.progress import Progress, silent
from qunjian.model.schemas import MESSAGE
from qunjian.runs.inspection import Surroundings, window_rules
from qunjian.standards.rules import SAMPLE_ZONE, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.standards.rules import Rule

_STEP = Phrase("运行规则样例", "running the rules' samples")
_PLATFORM = "sample"


class SampleResult(msgspec.Struct, frozen=True):
    """One sample of one rule: whether it should fire, whether it did, and the rule's reason where it did not."""

    rule: str
    number: int
    expected: bool
    fired: bool
    sample: str
    because: str = ""

    @property
    def right(self) -> bool:
        """Return whether the rule did what its sample says."""
        return self.fired == self.expected


def run_samples(rules: Sequence[Rule], progress: Progress = silent) -> list[SampleResult]:
    """Return the result of every sample of every rule, in the order of rules and samples."""
    windows = [rule for rule in rules if kind_of(rule).window]
    texts = [rule for rule in rules if not kind_of(rule).window]
    found = {(each.rule, each.expected, each.number): each for each in _of_texts(texts)}
    for done, rule in enumerate(windows):
        progress(_STEP, done, len(windows))
        found.update({(each.rule, each.expected, each.number): each for each in _of_window(rule)})
    order = {rule.id: place for place, rule in enumerate(rules)}
    return [found[key] for key in sorted(found, key=lambda key: (order[key[0]], not key[1], key[2]))]


def _samples(rule: Rule) -> Iterator[tuple[bool, int, str | tuple[Line, ...]]]:
    """Yield whether a sample must hit, its number, and the sample; cloaked ones are numbered after the other hits."""
    for expected, samples in ((True, rule.samples.hit + rule.samples.cloaked), (False, rule.samples.passed)):
        for number, sample in enumerate(samples, 1):
            yield expected, number, sample


def _of_texts(rules: Sequence[Rule]) -> Iterator[SampleResult]:
    """Run the texts through one inspector; the author has a role, and the message a kind, the rule is for."""
    inspector = Inspector([rule.model_copy(update={"lifecycle": "active"}) for rule in rules])
    groups: dict[tuple[str, str], list[tuple[Rule, bool, int, str]]] = {}
    for rule in rules:
        role: str = rule.scope.roles[-1] if rule.scope.roles else "member"
        kind: str = "text" if "text" in rule.scope.kinds else rule.scope.kinds[0]
        for expected, number, sample in _samples(rule):
            text = sample if isinstance(sample, str) else "\n".join(line.text for line in sample)
            groups.setdefault((role, kind), []).append((rule, expected, number, text))
    for (author, of_kind), cases in groups.items():
        verdicts = inspector.check([text for *_, text in cases], kind=of_kind, role=author)
        for (rule, expected, number, text), fired in zip(cases, verdicts, strict=True):
            mine = [verdict for verdict in fired if verdict.rule == rule.id]
            because = ""
            if expected and not mine:
                explained = inspector.explain(text, kind=of_kind, role=author)
                because = next(each.why.zh for each in explained if each.rule == rule.id)
            elif mine and not expected:
                because = "、".join(text[match.start : match.end] for match in mine[0].matches)
            yield SampleResult(rule.id, number, expected, bool(mine), text, because)


def _of_window(rule: Rule) -> Iterator[SampleResult]:
    for expected, number, sample in _samples(rule):
        lines = (Line(at="10:00", by="甲", text=sample),) if isinstance(sample, str) else sample
        shown = " / ".join(f"{line.at} {line.by}：{line.text}" for line in lines)
        yield SampleResult(rule.id, number, expected, _fires(rule, lines), shown)


def _fires(rule: Rule, lines: Sequence[Line]) -> bool:
    """Return whether a window rule finds anything in a short conversation; staff of it are on duty all the time."""
    session = Session(memory_mb=128, threads=1)
    try:
        session.connection.register("sample_rows", pa.Table.from_pylist(_rows(lines), MESSAGE))
        session.connection.execute("CREATE TABLE message AS SELECT * FROM sample_rows")
        communities = tuple(dict.fromkeys(_community(line) for line in lines))
        roles = {(_community(line), _account(line.by)): str(line.role) for line in lines if line.role != "member"}
        staff = {key for key, role in roles.items() if role in ("owner", "admin", "staff")}
        duties = tuple(Duty(community, account, (account,)) for community, account in sorted(staff))
        zones = dict.fromkeys(communities, SAMPLE_ZONE)
        decisions = Decisions(duties=duties)
        tags = dict.fromkeys(communities, rule.scope.tags)
        around = Surroundings(communities, tags, zones, roles, (), decisions)
        last = max(line.instant for line in lines) + dt.timedelta(days=1)
        context = WindowContext(
            session, "sample", "sample", zones=zones, roles=roles, decisions=decisions,
            observed=dict.fromkeys(communities, last),
        )  # fmt: skip
        found = window_rules([rule.model_copy(update={"lifecycle": "active"})], around)
        return bool(inspect_windows(found, context).findings.num_rows)
    finally:
        session.close()


def _community(line: Line) -> str:
    return f"{_PLATFORM}:{line.community}"


def _account(name: str) -> str:
    return f"{_PLATFORM}:{name}"


def _rows(lines: Sequence[Line]) -> list[dict[str, object]]:
    rows = []
    for number, line in enumerate(lines, 1):
        row: dict[str, object] = dict.fromkeys(MESSAGE.names)
        row |= {
            "scope": _PLATFORM, "message_id": str(number), "platform": _PLATFORM, "community_id": _community(line),
            "sent_at": line.instant, "zone": SAMPLE_ZONE, "account_id": _account(line.by), "name_then": line.by,
            "kind": line.kind, "text": line.text, "reply_to": str(line.reply_to) if line.reply_to else None,
            "mentions": [_account(name) for name in line.mentions], "content_hash": number.to_bytes(16, "big"),
        }  # fmt: skip
        rows.append(row)
    return rows
