"""Use case: run the samples that stand in every rule: what must hit hits, what must pass passes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from qunjian.checks.contract import MessageContext
from qunjian.checks.fact_sheets import with_examples
from qunjian.checks.media.running import MediaInspector
from qunjian.checks.media.samples import lists_of_examples, media_of
from qunjian.checks.registry import kind_of
from qunjian.checks.runner import Facts, Inspector
from qunjian.checks.windows.contract import WindowContext
from qunjian.checks.windows.running import inspect_windows
from qunjian.engines.local import Session
from qunjian.model.decisions import Decisions, Duty
from qunjian.model.language import Phrase
from qunjian.model.progress import Progress, silent
from qunjian.model.schemas import MEMBERSHIP, MESSAGE
from qunjian.runs.inspection import Surroundings, window_rules
from qunjian.standards.rules import SAMPLE_ZONE, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.standards.rules import Rule

_STEP = Phrase("运行规则样例", "running the rules' samples")
_PLATFORM = "sample"
NOTHING = Phrase("", "")


class SampleResult(msgspec.Struct, frozen=True):
    """One sample of one rule: whether it should fire, whether it did, and the rule's reason where it did not."""

    rule: str
    number: int
    expected: bool
    fired: bool
    sample: str
    because: Phrase = NOTHING

    @property
    def right(self) -> bool:
        """Return whether the rule did what its sample says."""
        return self.fired == self.expected


def run_samples(rules: Sequence[Rule], progress: Progress = silent) -> list[SampleResult]:
    """Return the result of every sample of every rule, in the order of rules and samples."""
    talks = [
        (rule, expected, number, sample)
        for rule in rules
        for expected, number, sample in _samples(rule)
        if rule.is_window
        or kind_of(rule).window
        or kind_of(rule).media
        or (rule.when is not None and not isinstance(sample, str))
    ]
    asked = {(rule.id, expected, number) for rule, expected, number, _ in talks}
    found = {(each.rule, each.expected, each.number): each for each in _of_texts(rules, asked)}
    for done, (rule, expected, number, sample) in enumerate(talks):
        progress(_STEP, done, len(talks))
        found[rule.id, expected, number] = _of_talk(rule, expected, number, sample)
    order = {rule.id: place for place, rule in enumerate(rules)}
    return [found[key] for key in sorted(found, key=lambda key: (order[key[0]], not key[1], key[2]))]


def _samples(rule: Rule) -> Iterator[tuple[bool, int, str | tuple[Line, ...]]]:
    """Yield whether a sample must hit, its number, and the sample; cloaked ones are numbered after the other hits."""
    for expected, samples in ((True, rule.samples.hit + rule.samples.cloaked), (False, rule.samples.passed)):
        for number, sample in enumerate(samples, 1):
            yield expected, number, sample


def _of_texts(rules: Sequence[Rule], others: set[tuple[str, bool, int]]) -> Iterator[SampleResult]:
    """Run the texts through one inspector; the author has a role, and the message a kind, the rule is for."""
    of_texts = [rule for rule in rules if not (kind_of(rule).window or kind_of(rule).media)]
    inspector = Inspector([_active(rule) for rule in of_texts])
    groups: dict[Facts, list[tuple[Rule, bool, int, str]]] = {}
    for rule in of_texts:
        for expected, number, sample in _samples(rule):
            if (rule.id, expected, number) in others:
                continue
            text = sample if isinstance(sample, str) else "\n".join(line.text for line in sample)
            groups.setdefault(_facts(rule), []).append((rule, expected, number, text))
    for facts, cases in groups.items():
        verdicts = inspector.check([text for *_, text in cases], facts=facts)
        for (rule, expected, number, text), fired in zip(cases, verdicts, strict=True):
            mine = [verdict for verdict in fired if verdict.rule == rule.id]
            because = NOTHING
            if expected and not mine:
                explained = inspector.explain(text, facts=facts)
                because = next(each.why for each in explained if each.rule == rule.id)
            elif mine and not expected:
                matched = [text[match.start : match.end] for match in mine[0].matches]
                because = Phrase("、".join(matched), ", ".join(matched))
            yield SampleResult(rule.id, number, expected, bool(mine), text, because)


def _facts(rule: Rule) -> Facts:
    """Return what is known of a sample that is only a text: an ordinary message on a Monday morning."""
    role: str = rule.scope.roles[-1] if rule.scope.roles else "member"
    kind: str = "text" if "text" in rule.scope.kinds else rule.scope.kinds[0]
    morning = Line(at="10:00", by="甲").instant.astimezone(ZoneInfo(SAMPLE_ZONE))
    return Facts(kind, role, None, morning, platform=_PLATFORM)


def _of_talk(rule: Rule, expected: bool, number: int, sample: str | tuple[Line, ...]) -> SampleResult:
    lines = (Line(at="10:00", by="甲", text=sample),) if isinstance(sample, str) else sample
    shown = " / ".join(f"{line.at} {line.by}：{line.shown}" for line in lines)
    return SampleResult(rule.id, number, expected, _fires(_active(rule), lines), shown)


def _active(rule: Rule) -> Rule:
    return with_examples(rule).model_copy(update={"lifecycle": "active"})


def _fires(rule: Rule, lines: Sequence[Line]) -> bool:
    """Return whether a rule finds anything in a short conversation; staff of it are on duty all the time."""
    communities = tuple(dict.fromkeys(_community(line) for line in lines))
    roles = {(_community(line), _account(line.by)): str(line.role) for line in lines if line.role != "member"}
    zones = dict.fromkeys(communities, SAMPLE_ZONE)
    tags = dict.fromkeys(communities, rule.scope.tags)
    tags |= {_community(line): line.tags for line in lines if line.tags}
    messages = pa.Table.from_pylist(_rows(lines), MESSAGE)
    if kind_of(rule).media:
        context = MessageContext("sample", "sample", tags, roles, zones)
        inspector = MediaInspector([rule], lists_of_examples([rule]))
        (batch,) = messages.combine_chunks().to_batches()
        return bool(inspector.inspect(batch, [media_of(line) for line in lines if not line.joins], context).num_rows)
    if not (rule.is_window or kind_of(rule).window):
        context = MessageContext("sample", "sample", tags, roles, zones)
        batches = messages.combine_chunks().to_batches()
        return any(Inspector([rule]).inspect(batch, context).num_rows for batch in batches)
    session = Session(memory_mb=128, threads=1)
    try:
        session.connection.register("sample_rows", messages)
        session.connection.execute("CREATE TABLE message AS SELECT * FROM sample_rows")
        session.connection.register("sample_joins", pa.Table.from_pylist(_joins(lines), MEMBERSHIP))
        session.connection.execute("CREATE TABLE membership AS SELECT * FROM sample_joins")
        staff = {key for key, role in roles.items() if role in ("owner", "admin", "staff")}
        duties = tuple(Duty(community, account, (account,)) for community, account in sorted(staff))
        decisions = Decisions(duties=duties)
        around = Surroundings(communities, tags, zones, roles, (), decisions)
        last = max(line.instant for line in lines) + dt.timedelta(days=1)
        context_of_windows = WindowContext(
            session, "sample", "sample", zones=zones, roles=roles, decisions=decisions,
            observed=dict.fromkeys(communities, last),
        )  # fmt: skip
        return bool(inspect_windows(window_rules([rule], around), context_of_windows).findings.num_rows)
    finally:
        session.close()


def _community(line: Line) -> str:
    return f"{_PLATFORM}:{line.community}"


def _account(name: str) -> str:
    return name if name == f"{_PLATFORM}:all" else f"{_PLATFORM}:{name}"


def _rows(lines: Sequence[Line]) -> list[dict[str, object]]:
    rows = []
    for number, line in enumerate(lines, 1):
        if line.joins:
            continue
        row: dict[str, object] = dict.fromkeys(MESSAGE.names)
        row |= {
            "scope": _PLATFORM, "message_id": str(number), "platform": _PLATFORM, "community_id": _community(line),
            "sent_at": line.instant, "zone": SAMPLE_ZONE, "account_id": _account(line.by), "name_then": line.by,
            "kind": line.kind, "text": line.text, "reply_to": str(line.reply_to) if line.reply_to else None,
            "mentions": [_account(name) for name in line.mentions], "content_hash": number.to_bytes(16, "big"),
            "forwarded_from": "?" if line.forwarded else None,
            "attachments": [{"kind": "file", "name": name} for name in line.attachments],
        }  # fmt: skip
        rows.append(row)
    return rows


def _joins(lines: Sequence[Line]) -> list[dict[str, object]]:
    rows = []
    for number, line in enumerate(lines, 1):
        if line.joins:
            row: dict[str, object] = dict.fromkeys(MEMBERSHIP.names)
            row |= {
                "scope": _PLATFORM, "message_id": str(number), "platform": _PLATFORM, "community_id": _community(line),
                "sent_at": line.instant, "account_id": _account(line.by), "kind": "joined",
                "content_hash": number.to_bytes(16, "big"),
            }  # fmt: skip
            rows.append(row)
    return rows
