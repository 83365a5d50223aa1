"""Use case: check texts that are not in any lake: what fires, where, why; and why a rule does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.runner import Inspector, compile_rules, window_verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.contract import Verdict
    from qunjian.model.language import Phrase
    from qunjian.standards.editions import Edition
    from qunjian.standards.rules import Rule


class CheckFinding(msgspec.Struct, frozen=True):
    """One hit in one text; `span` is [start, end) in code points of the text as given."""

    rule: str
    name: str
    severity: str
    category: str
    span: tuple[int, int]
    matched: str
    transformations: tuple[str, ...]
    confidence: float
    basis: str
    hint: str
    detail: str


class CheckResult(msgspec.Struct, frozen=True):
    """What was found in one text."""

    text: str
    findings: tuple[CheckFinding, ...]


class Explained(msgspec.Struct, frozen=True):
    """What one rule made of a text, in words."""

    rule: str
    fired: bool
    why: Phrase


class Checker:
    """The rules of one edition, ready to check texts."""

    def __init__(self, edition: Edition) -> None:
        self._rules: dict[str, Rule] = {rule.id: rule for rule in edition.rules}
        self._inspector: Inspector = compile_rules(edition.rules)
        inspected = {rule.id for rule in self._inspector.rules}
        self._windows = [rule for rule in edition.rules if rule.id not in inspected]

    def check(self, texts: Sequence[str], *, kind: str = "text", role: str = "member") -> list[CheckResult]:
        """Return what fires in each text, in order."""
        safe = [_storable(text) for text in texts]
        return [
            CheckResult(text, tuple(finding for verdict in verdicts for finding in self._found(text, verdict)))
            for text, verdicts in zip(safe, self._inspector.check(safe, kind=kind, role=role), strict=True)
        ]

    def explain(self, text: str, *, kind: str = "text", role: str = "member") -> list[Explained]:
        """Return for every rule whether it fires, and if not, why not."""
        verdicts = self._inspector.explain(_storable(text), kind=kind, role=role)
        verdicts += [window_verdict(rule) for rule in self._windows]
        return [Explained(each.rule, each.fired, each.why) for each in sorted(verdicts, key=lambda each: each.rule)]

    def _found(self, text: str, verdict: Verdict) -> list[CheckFinding]:
        rule = self._rules[verdict.rule]
        return [
            CheckFinding(
                rule.id, rule.name.zh, rule.severity, rule.category, (match.start, match.end),
                text[match.start : match.end], match.transformations, match.confidence, rule.citation, rule.hint.zh,
                match.detail,
            )
            for match in verdict.matches
        ]  # fmt: skip


def _storable(text: str) -> str:
    """Return the text with every lone surrogate replaced, offset by offset (a terminal may pass bytes that way)."""
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text) if not text.isascii() else text
