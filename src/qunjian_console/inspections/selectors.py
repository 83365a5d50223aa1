"""What pages of inspections show, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.inspections import (
    Comparison,
    Run,
    Tally,
    Wanted,
    compared,
    judged,
    runs,
    severities_in,
    today,
)
from qunjian_console.bridge.rules import RuleText, rule_texts
from qunjian_console.bridge.severities import TITLES
from qunjian_console.inspections.models import Silence, View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian_console.accounts.models import User
    from qunjian_console.bridge.inspections import Change

NOBODYS = "\0"  # no community has this id


@dataclass(frozen=True)
class Figure:
    """So many findings, of so many inspected messages; `open` of them wait for somebody."""

    code: str
    name: str
    severity: str
    found: int
    open: int
    inspected: int

    @property
    def per_thousand(self) -> float | None:
        """Return findings per thousand inspected messages."""
        return 1000 * self.found / self.inspected if self.inspected else None


@dataclass(frozen=True)
class RunLine:
    """One run in the history, cut to the reader's communities."""

    run: Run
    messages: int
    inspected: int
    severity: dict[str, int]

    @property
    def found(self) -> int:
        """Return all findings."""
        return sum(self.severity.values())


def names_for(user: User) -> dict[str, str]:
    """Return the names of the communities a reader sees."""
    return {code: name or code for code, name in community_names().items() if user.sees(code)}


def within(user: User) -> tuple[str, ...]:
    """Return the communities a query is limited to; empty: none is left out."""
    return () if user.everywhere else (*sorted(user.communities), NOBODYS)


def history(user: User) -> list[RunLine]:
    """Return every run, the newest first."""
    cut = None if user.everywhere else severities_in(user.communities)
    return [_line(run, user, cut) for run in runs()]


def _line(run: Run, user: User, cut: dict[str, dict[str, int]] | None) -> RunLine:
    covered = [each for name, each in run.coverage.items() if user.sees(name)]
    severity = run.severity if cut is None else cut.get(run.run, {})
    return RunLine(
        run, sum(each.messages for each in covered), sum(each.inspected for each in covered),
        {name: severity.get(name, 0) for name in TITLES},
    )  # fmt: skip


def run_named(name: str) -> Run | None:
    """Return a run; "" means the newest."""
    return next((run for run in runs() if name in ("", run.run)), None)


def texts_of(run: Run) -> dict[str, RuleText]:
    """Return the rules of a run's standard as they are written now."""
    return rule_texts(run.standard)


def tallies(run: Run, user: User) -> list[Tally]:
    """Return counts by community, rule and state, of what the reader sees."""
    with judged(run.run) as found:
        return found.tallies(Wanted(communities=within(user)))


def by_severity(counts: Iterable[Tally], line: RunLine) -> list[Figure]:
    """Return a figure for each severity, gravest first."""
    rows = list(counts)
    return [_figure(code, title, code, [t for t in rows if t.severity == code], line.inspected)
            for code, title in TITLES.items()]  # fmt: skip


def by_rule(counts: Iterable[Tally], line: RunLine, texts: dict[str, RuleText]) -> list[Figure]:
    """Return a figure for each rule that found something, gravest and most first."""
    groups: dict[tuple[str, str], list[Tally]] = {}
    for tally in counts:
        groups.setdefault((tally.rule, tally.severity), []).append(tally)
    found = [
        _figure(rule, texts[rule].name if rule in texts else rule, severity, group, line.inspected)
        for (rule, severity), group in groups.items()
    ]
    order = list(TITLES)
    return sorted(found, key=lambda each: (order.index(each.severity), -each.found, each.code))


def by_community(counts: Iterable[Tally], line: RunLine, names: dict[str, str]) -> list[Figure]:
    """Return a figure for each community that was covered, most findings first."""
    groups: dict[str, list[Tally]] = {name: [] for name in line.run.coverage if name in names}
    for tally in counts:
        groups.setdefault(tally.community_id, []).append(tally)
    found = [
        _figure(code, names.get(code, code), "", group, line.run.coverage[code].inspected)
        for code, group in groups.items() if code in line.run.coverage
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.found, each.code))


def _figure(code: str, name: str, severity: str, group: list[Tally], inspected: int) -> Figure:
    waiting = sum(each.findings for each in group if each.state == "open")
    return Figure(code, name, severity, sum(each.findings for each in group), waiting, inspected)


@dataclass(frozen=True)
class Changed:
    """Changes of one rule or community, by the reason."""

    name: str
    severity: str
    why: dict[str, int]

    @property
    def findings(self) -> int:
        """Return all of them."""
        return sum(self.why.values())


def comparison(old: str, new: str, user: User) -> Comparison:
    """Return what two runs have apart, in what the reader sees."""
    return compared(old, new, None if user.everywhere else tuple(sorted(user.communities)))


def gathered_by(changes: Iterable[Change], by: str, names: dict[str, str]) -> list[Changed]:
    """Return changes gathered by `rule` or `community_id`, most first."""
    found: dict[str, Changed] = {}
    for change in changes:
        code = str(getattr(change, by))
        severity = change.severity if by == "rule" else ""
        one = found.setdefault(code, Changed(names.get(code, code), severity, {}))
        one.why[change.why] = one.why.get(change.why, 0) + change.findings
    return sorted(found.values(), key=lambda each: (-each.findings, each.name))


def silences_for(user: User) -> list[Silence]:
    """Return the silences a reader may know of: of their communities, and of all communities."""
    found = Silence.objects.filter(withdrawn=None).select_related("by")
    return [each for each in found if not each.community or user.sees(each.community)]


def may_take_back(one: Silence, user: User) -> bool:
    """Return whether all a silence puts aside lies in the reader's scope."""
    return user.everywhere or (bool(one.community) and user.sees(one.community))


def counting_silences() -> list[Silence]:
    """Return the silences that count today, the narrowest first."""
    found = Silence.objects.filter(withdrawn=None, expires__gte=today()).order_by("-account", "-community", "-expires")
    return list(found.select_related("by"))


def views_for(user: User) -> list[View]:
    """Return one's own kept filters and the shared ones."""
    return list(View.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner"))
