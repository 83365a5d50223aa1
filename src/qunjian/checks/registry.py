"""The kinds of check that exist: one file and one line here each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from qunjian.checks.contract import CheckKind
    from qunjian.standards.rules import Rule

KINDS: dict[str, CheckKind] = {}


def parameters_of(rule: Rule) -> BaseModel:
    """Return the validated parameters of a rule's detection; raises BadInputError naming the rule and the nearest key."""
    raise NotImplementedError
