"""Use case: check texts that are not in any lake: what fires, where, why; and why a rule does not."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, get_args

import msgspec

from qunjian.checks.compiled import NOTHING
from qunjian.checks.contract import Verdict
from qunjian.checks.registry import kind_of, parameters_of
from qunjian.checks.runner import Facts, Inspector, compile_rules, media_verdict, window_verdict
from qunjian.model.language import Language, Phrase
from qunjian.standards.citations import citation_in
from qunjian.standards.rules import Detect
from qunjian.text.keys import SEEN_BY, Key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

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

    def __init__(self, edition: Edition, now: dt.datetime | None = None, language: Language = "zh") -> None:
        # The local time the texts are taken to be sent at, for rules with hours and exemptions with a last day.
        self.now, self._language = now, language
        self._rules: dict[str, Rule] = {rule.id: rule for rule in edition.rules}
        self._inspector: Inspector = compile_rules(edition.rules)
        self._seen: dict[str, dict[str, Verdict]] = {}
        inspected = {rule.id for rule in self._inspector.rules}
        self._others = [rule for rule in edition.rules if rule.id not in inspected]

    def _facts(self, kind: str, role: str) -> Facts:
        return Facts(kind, role, None, self.now)

    @cached_property
    def _all_keys(self) -> Inspector:
        """Return the rules of words as if every key might serve them, to tell which key was not allowed."""
        return Inspector([
            rule.model_copy(update={"detect": _with_all_keys(rule.detect)})
            for rule in self._inspector.rules
            if rule.detect.kind == "phrases"
        ])  # fmt: skip

    @cached_property
    def _looking_back(self) -> Inspector:
        """Return the rules of texts whose conditions look at earlier messages, and the questions."""
        return Inspector([rule for rule in self._others if not (kind_of(rule).window or kind_of(rule).media)])

    def check(self, texts: Sequence[str], *, kind: str = "text", role: str = "member") -> list[CheckResult]:
        """Return what fires in each text, in order."""
        safe = [_storable(text) for text in texts]
        return [
            CheckResult(text, tuple(finding for verdict in verdicts for finding in self._found(text, verdict)))
            for text, verdicts in zip(safe, self._inspector.check(safe, facts=self._facts(kind, role)), strict=True)
        ]

    def explain(self, text: str, *, kind: str = "text", role: str = "member") -> list[Explained]:
        """Return for every rule whether it fires, and if not, why not."""
        safe = _storable(text)
        verdicts = [self._with_key(each, safe) for each in self._inspector.explain(safe, facts=self._facts(kind, role))]
        asked = {each.rule: each for each in self._looking_back.explain(safe, facts=self._facts(kind, role))}
        for rule in self._others:
            alone = media_verdict if kind_of(rule).media else window_verdict
            verdict = asked.get(rule.id) or alone(rule)
            verdicts.append(_asked(verdict) if verdict.fired else verdict)
        return [Explained(each.rule, each.fired, each.why) for each in sorted(verdicts, key=lambda each: each.rule)]

    def _with_key(self, verdict: Verdict, text: str) -> Verdict:
        """Return a verdict that says which key would have seen the rule's words, where none that is allowed did."""
        if verdict.fired or verdict.why != NOTHING:
            return verdict
        if text not in self._seen:
            self._seen = {text: {each.rule: each for each in self._all_keys.check([text])[0]}}
        seen = self._seen[text].get(verdict.rule)
        if seen is None:
            return verdict
        allowed = parameters_of(self._rules[verdict.rule]).model_dump()["keys"]
        match = seen.matches[0]
        keys = [SEEN_BY[step] for step in match.transformations if SEEN_BY.get(step, "literal") not in allowed]
        if not keys:
            return verdict
        matched, named = text[match.start : match.end], ", ".join(keys)
        why = Phrase(
            f"看到“{matched}”，但规则没有允许这样辨认：{named}（detect.keys）",
            f"saw '{matched}', but the rule allows no such key: {named} (detect.keys)",
        )
        return Verdict(verdict.rule, False, (), why)

    def _found(self, text: str, verdict: Verdict) -> list[CheckFinding]:
        rule, said = self._rules[verdict.rule], self._language
        return [
            CheckFinding(
                rule.id, rule.name.phrase.said(said), rule.severity, rule.category, (match.start, match.end),
                text[match.start : match.end], match.transformations, match.confidence,
                citation_in(said, rule.citation), rule.hint.phrase.said(said), match.detail,
            )
            for match in verdict.matches
        ]  # fmt: skip


def _with_all_keys(detect: Detect) -> Detect:
    return Detect.model_validate({"kind": detect.kind, **detect.parameters, "keys": get_args(Key)})


def _asked(verdict: Verdict) -> Verdict:
    why = Phrase("不算问题：抽出来交人判断", "no finding: it may be drawn and put to a person")
    return Verdict(verdict.rule, False, (), why)


def _storable(text: str) -> str:
    """Return the text with every lone surrogate replaced, offset by offset (a terminal may pass bytes that way)."""
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text) if not text.isascii() else text
