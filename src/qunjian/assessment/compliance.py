"""Turns findings into the compliance part: 100 less the penalties per thousand inspected messages, and the vetoes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.assessment.scorecard import Score, Veto
from qunjian.model.language import Phrase
from qunjian.model.records import SEVERITIES, SEVERITY_TITLES, Severity
from qunjian.statistics.weighted import poisson_sum_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qunjian.standards.rules import Rule
    from qunjian.standards.schema import Penalties


# unless_refuted: a rule's · once_confirmed: a model's, which only hints · never: a rule's on trial.
Counts = Literal["unless_refuted", "once_confirmed", "never"]


def counts_of(rules: Iterable[Rule]) -> dict[str, Counts]:
    """Return by rule when its findings count, where that is not unless they are refuted."""
    found: dict[str, Counts] = {}
    for rule in rules:
        if rule.lifecycle == "trial":
            found[rule.id] = "never"
        elif rule.detect.kind == "model":
            found[rule.id] = "once_confirmed"
    return found


class Tally(msgspec.Struct, frozen=True):
    """Findings of one rule in one community (of one account, when given) and period, by where they stand."""

    community_id: str
    rule: str
    severity: Severity
    category: str
    findings: int
    confirmed: int = 0
    refuted: int = 0
    silenced: int = 0
    accounts: int = 0
    account_id: str | None = None
    counts: Counts = "unless_refuted"

    @property
    def counted(self) -> int:
        """Return those that count for a community: not refuted by a person, not silenced."""
        if self.counts == "unless_refuted":
            return self.findings - self.refuted - self.silenced
        return self.sure

    @property
    def sure(self) -> int:
        """Return those that count for a person: confirmed by a person, and not of a rule on trial."""
        return 0 if self.counts == "never" else self.confirmed

    @property
    def awaiting(self) -> int:
        """Return those that still await review."""
        return self.findings - self.refuted - self.silenced - self.confirmed


def compliance(
    tallies: Sequence[Tally], inspected: int, penalties: Penalties, *, confirmed_only: bool = False
) -> Score:
    """Return the compliance score over `inspected` messages; a person's counts confirmed findings only."""
    costs: dict[Severity, float] = {severity: getattr(penalties, severity) for severity in SEVERITIES}
    shown = "、".join(f"{SEVERITY_TITLES[severity].zh} {cost:g}" for severity, cost in costs.items() if cost)
    shown_en = ", ".join(f"{SEVERITY_TITLES[severity].en} {cost:g}" for severity, cost in costs.items() if cost)
    formula = Phrase(
        f"100 − 每千条受检消息的扣分（每条：{shown}），不低于 0",
        f"100 − points lost per 1,000 inspected messages (each: {shown_en}), not below 0",
    )
    if inspected <= 0:
        return Score("unknown", formula=formula, because=Phrase("没有受检消息", "no message was inspected"))
    counts = dict.fromkeys(SEVERITIES, 0)
    for tally in tallies:
        counts[tally.severity] += tally.sure if confirmed_only else tally.counted
    pairs = [(counts[severity], costs[severity]) for severity in SEVERITIES if costs[severity]]
    lost = sum(count * cost for count, cost in pairs)
    low, high = poisson_sum_interval(pairs)
    scale = 1000 / inspected
    return Score(
        "scored", round(max(0.0, 100 - lost * scale), 6), round(max(0.0, 100 - high * scale), 6),
        round(max(0.0, 100 - low * scale), 6), inspected, formula,
    )  # fmt: skip


def vetoes(tallies: Sequence[Tally], titles: Mapping[str, Phrase]) -> tuple[Veto, ...]:
    """Return the critical rules with findings that count; only those with a confirmed one set the score to zero."""
    found: dict[str, Veto] = {}
    for tally in tallies:
        if tally.severity == "critical" and tally.counted > 0:
            before = found.get(tally.rule)
            found[tally.rule] = Veto(
                tally.rule,
                titles.get(tally.rule, Phrase(tally.rule, tally.rule)),
                tally.counted + (before.findings if before else 0),
                tally.sure + (before.confirmed if before else 0),
            )
    return tuple(found[rule] for rule in sorted(found))
