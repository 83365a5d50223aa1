"""A standard together with the rules it switches on: what an inspection runs under and every finding names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qunjian.standards.facts import FACT_KINDS
from qunjian.standards.rules import Detect
from qunjian.standards.schema import Standard, content_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.standards.rules import Rule


class Edition(NamedTuple):
    """A standard, its rules with their severities as the standard sets them, and the version of both together."""

    standard: Standard
    rules: tuple[Rule, ...]
    version: str


def make_edition(standard: Standard, packs: Mapping[str, tuple[Rule, ...]]) -> Edition:
    """Return the edition: rules of the packs that are on, without those switched off or retired, in order of id.

    The version is "<version written>@<hash>" over all that can change a finding or a score: samples are left out.
    """
    chosen = [
        _with_facts(rule, standard).model_copy(update={"severity": standard.rules.severity.get(rule.id, rule.severity)})
        for pack in standard.rules.packs
        for rule in packs.get(pack, ())
        if rule.id not in standard.rules.off and rule.lifecycle != "retired"
    ]
    rules = tuple(sorted(chosen, key=lambda rule: rule.id))
    content = [standard.version_hash, *(_rule_content(rule) for rule in rules)]
    return Edition(standard, rules, f"{standard.version}@{content_hash(content)}")


def _with_facts(rule: Rule, standard: Standard) -> Rule:
    """Return a rule that compares with the fact sheet together with the standard's sheet."""
    if rule.detect.kind not in FACT_KINDS:
        return rule
    detect = Detect(kind=rule.detect.kind, **{**rule.detect.parameters, "facts": standard.facts})
    return rule.model_copy(update={"detect": detect})


def _rule_content(rule: Rule) -> dict[str, object]:
    return rule.model_dump(mode="json", by_alias=True, exclude={"samples": True, "detect": {"file"}})
