"""Checks the names a standard uses against the catalogue of what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, unknown
from qunjian.standards.facts import fact_problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from qunjian.model.catalogue import Catalogue
    from qunjian.standards.schema import Standard

    Where = Callable[[tuple[str | int, ...]], str]

RULE = Phrase("规则", "rule")
PACK = Phrase("规则包", "rule pack")
INDICATOR = Phrase("指标", "indicator")


def check_names(standard: Standard, catalogue: Catalogue, where: Where) -> list[Problem]:
    """Return a problem for every rule, pack or indicator that does not exist, and for every id written twice."""
    found: list[Problem] = []
    for index, goal in enumerate(standard.goals):
        for position, name in enumerate(goal.indicators):
            if name not in catalogue.indicators:
                place = ("goals", index, "indicators", position)
                found.append(unknown(INDICATOR, name, catalogue.indicators, where(place)))
    for index, aim in enumerate(standard.indicators):
        if aim.id not in catalogue.indicators:
            found.append(unknown(INDICATOR, aim.id, catalogue.indicators, where(("indicators", index, "id"))))
    rules = standard.rules
    for index, name in enumerate(rules.packs):
        if name not in catalogue.packs:
            found.append(unknown(PACK, name, catalogue.packs, where(("rules", "packs", index))))
    named: list[tuple[str, tuple[str | int, ...]]] = [
        *((name, ("rules", "off", index)) for index, name in enumerate(rules.off)),
        *((name, ("rules", "severity", name)) for name in rules.severity),
        *((each.rule, ("rules", "exceptions", index, "rule")) for index, each in enumerate(rules.exceptions)),
    ]
    found.extend(unknown(RULE, name, catalogue.rules, where(place)) for name, place in named
                 if name not in catalogue.rules)  # fmt: skip
    return found + fact_problems(standard.facts, where) + _repeated(standard, where)


def _repeated(standard: Standard, where: Where) -> list[Problem]:
    lists: dict[str, list[str]] = {
        "goals": [each.id for each in standard.goals],
        "topics": [each.id for each in standard.topics],
        "indicators": [each.id for each in standard.indicators],
        "duties": [each.id for each in standard.duties],
        "guidance": [each.id for each in standard.guidance],
        "judge": [each.id for each in standard.judge],
    }
    found: list[Problem] = []
    for key, ids in lists.items():
        for index, name in enumerate(ids):
            if name in ids[:index]:
                what = Phrase(f"“{name}”在 {key} 中出现两次", f"'{name}' stands twice in {key}")
                found.append(Problem(where((key, index, "id")), what))
    return found
