"""What the rules of a standard are called, what they rest on and what they advise, as the standard says it now."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from qunjian.model.errors import QunjianError
from qunjian.runs.standards import open_edition
from qunjian.standards.citations import citation_in
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.states import State, state_of
from qunjian_console.language import say

_KEPT = 8


class RuleText(msgspec.Struct, frozen=True):
    """One rule for people to read."""

    rule: str
    name: str
    severity: str
    category: str
    basis: tuple[str, ...]
    hint: str


def rule_texts(standard: str) -> dict[str, RuleText]:
    """Return the rules of a standard by id; none where the standard cannot be found or read any more."""
    folder = workspace().standards
    return _texts(standard, str(folder), state_of(folder))


@lru_cache(maxsize=_KEPT)
def _texts(standard: str, folder: str, state: State) -> dict[str, RuleText]:
    try:
        rules = open_edition(standard, (workspace().standards,)).rules
    except QunjianError:
        return {}
    return {
        rule.id: RuleText(
            rule.id, say(rule.name.zh, rule.name.en), rule.severity, rule.category,
            tuple(say(each.citation, citation_in("en", each.citation)) for each in rule.basis),
            say(rule.hint.zh, rule.hint.en),
        )
        for rule in rules
    }  # fmt: skip
