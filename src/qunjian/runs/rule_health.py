"""Use case: how each rule of a standard does on past messages: hits, precision, overlap, silence, drift."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.aggregates.daily_texts import daily_texts
from qunjian.checks.contract import DEFAULT_ZONE
from qunjian.engines.arrow import spare_pandas
from qunjian.insight.rule_health import Health, Observed, Place, Verdicts, health
from qunjian.model.language import Phrase
from qunjian.model.progress import Progress, silent
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.message_pass import MessagePass
from qunjian.runs.searching import Search, chosen_communities, chosen_spans
from qunjian.runs.verdicts import Table, Verdict, of_reviews, read_verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.aggregates.daily_texts import DailyTexts
    from qunjian.runs.inspection import Surroundings
    from qunjian.standards.rules import Rule
    from qunjian.workspace import Workspace

_MEMORY_MB = 128
_NO_REVIEWS = Phrase("还没有复核", "no reviews yet")
_NO_MESSAGES = Phrase("没有它能读的消息", "there are no messages it reads")


class RuleHealth(msgspec.Struct, frozen=True):
    """One rule and how it did; `because`: why the precision is unknown; `unknown`: communities that cannot tell."""

    rule: str
    name: Phrase
    severity: str
    check: str
    lifecycle: str
    messages: int
    health: Health
    because: Phrase | None = None
    unknown: int = 0


class Report(msgspec.Struct, frozen=True):
    """How the rules of an edition did; verdicts that fit no hit are counted, not used."""

    standard: str
    messages: int
    first: dt.date | None
    last: dt.date | None
    verdicts_used: int
    verdicts_unused: int
    rows_left_out: int
    rules: tuple[RuleHealth, ...]


class _Hits(msgspec.Struct):
    """What one rule hit: places, accounts, local days."""

    places: set[Place] = msgspec.field(default_factory=set)
    accounts: set[str] = msgspec.field(default_factory=set)
    days: Counter[dt.date] = msgspec.field(default_factory=Counter)


def rule_health(
    workspace: Workspace,
    standard: str | Path | None = None,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    communities: Sequence[str] | None = None,
    verdicts: Path | None = None,
    progress: Progress = silent,
) -> Report:
    """Inspect the messages of the local days [first, last], nothing written, and return how each rule did."""
    spare_pandas()
    table = read_verdicts(verdicts) if verdicts else Table((), 0)
    with closing(MessagePass(workspace.lake.root / "message")) as messages:
        decisions = workspace.decisions()
        today = workspace.clock().astimezone(ZoneInfo(workspace.settings.zone)).date()
        edition = chosen_edition(workspace, standard, decisions, today)
        messages.prepare(edition.rules)
        visible = workspace.lake.visible()
        with closing(workspace.lake.session(_MEMORY_MB, visible=visible)) as session:
            around = surroundings(session, edition, decisions, workspace.settings.zone)
            chosen, spans = chosen_communities(communities, around, session), chosen_spans(first, last, around)
            search = Search(workspace, session, visible, edition, messages, around, spans, chosen)
            hits, known = _read(search, around, progress)
            texts = daily_texts(session, around.zones, spans, chosen)
            said = [*of_reviews(decisions.verdicts(), known, session), *table.verdicts]
    rules = [rule for rule in edition.rules if not rule.is_question]
    verdicts_of, used = _matched(said, hits)
    read = {rule.id: _messages(rule, texts, around) for rule in rules}
    observed = {
        rule.id: Observed(
            frozenset(own.places), len(own.accounts), own.days, read[rule.id], verdicts_of.get(rule.id, Verdicts())
        )
        for rule in rules
        for own in (hits.get(rule.id, _Hits()),)
    }
    daily: Counter[dt.date] = Counter()
    for each in texts:
        daily[each.day] += each.messages
    found = health(observed, daily)
    unknown = Counter(each["rule"] for each in search.unknown)
    return Report(
        f"{edition.standard.id} {edition.version}", daily.total(), min(daily, default=None), max(daily, default=None),
        used, len(said) - used, table.left_out,
        tuple(_told(rule, read[rule.id], found[rule.id], unknown[rule.id]) for rule in _sorted(rules, found)),
    )  # fmt: skip


def _read(
    search: Search, around: Surroundings, progress: Progress
) -> tuple[dict[str, _Hits], dict[str, tuple[str, str, str]]]:
    """Return what each rule hit, and the rule, scope and message of every finding by its id."""
    hits: defaultdict[str, _Hits] = defaultdict(_Hits)
    known: dict[str, tuple[str, str, str]] = {}
    zones = {name: ZoneInfo(zone or DEFAULT_ZONE) for name, zone in around.zones.items()}
    names = ("finding_id", "rule", "scope", "message_id", "community_id", "account_id", "sent_at")
    for batch in search.findings(progress):
        for finding, rule, scope, message, community, account, sent in zip(
            *(batch.column(name).to_pylist() for name in names), strict=True
        ):
            known[finding] = rule, scope, message
            own = hits[rule]
            if (scope, message) not in own.places:
                own.places.add((scope, message))
                own.days[sent.astimezone(zones.get(community, ZoneInfo(DEFAULT_ZONE))).date()] += 1
            if account:
                own.accounts.add(account)
    return dict(hits), known


def _matched(said: Sequence[Verdict], hits: dict[str, _Hits]) -> tuple[dict[str, Verdicts], int]:
    """Return the verdicts on what each rule hit, one for a message (the last), and how many were of use."""
    found: defaultdict[str, dict[Place, str]] = defaultdict(dict)
    by_message = {
        rule: {message: (scope, message) for scope, message in own.places} for rule, own in hits.items()
    }  # fmt: skip
    used = 0
    for each in said:
        if each.rule not in hits:
            continue
        place = (each.scope, each.message_id) if each.scope else by_message[each.rule].get(each.message_id)
        if place is not None and place in hits[each.rule].places:
            found[each.rule][place] = each.verdict
            used += 1
    counted = {rule: Counter(each.values()) for rule, each in found.items()}
    return {rule: Verdicts(each["confirmed"], each["refuted"], each["unsure"]) for rule, each in counted.items()}, used


def _messages(rule: Rule, texts: Sequence[DailyTexts], around: Surroundings) -> int:
    """Return how many messages the rule reads: of its kinds, in communities its tags name; roles are not told apart."""
    tags = set(rule.scope.tags)
    return sum(
        each.messages
        for each in texts
        if each.kind in rule.scope.kinds and (not tags or tags & set(around.tags.get(each.community_id, ())))
    )


def _sorted(rules: Sequence[Rule], found: dict[str, Health]) -> list[Rule]:
    return sorted(rules, key=lambda rule: (-found[rule.id].hits, rule.id))


def _told(rule: Rule, read: int, found: Health, unknown: int) -> RuleHealth:
    because = None if found.precision is not None else _NO_REVIEWS if read else _NO_MESSAGES
    return RuleHealth(
        rule.id, rule.name.phrase, str(rule.severity), rule.detect.kind, rule.lifecycle, read, found, because, unknown
    )
