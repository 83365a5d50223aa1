"""What the engine's codes are called, and how it writes numbers: for pages, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from qunjian.assessment.points import PART_TITLES
from qunjian.checks.registry import KINDS
from qunjian.indicators.registry import INDICATORS
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.reports.words import Words
from qunjian.standards import titles
from qunjian.standards.citations import citation_in
from qunjian.standards.names import RULE
from qunjian.standards.rules import Basis
from qunjian_console.language import current, say


def _said(phrases: Mapping[str, Phrase]) -> dict[str, str]:
    return {name: say(phrase.zh, phrase.en) for name, phrase in phrases.items()}


PACKS = _said(titles.PACKS)
CATEGORIES = _said(titles.CATEGORIES)
LIFECYCLES = _said(titles.LIFECYCLES)
TRANSFORMATIONS = _said({**titles.TRANSFORMATIONS, **titles.WAYS})
KEYS = _said(titles.KEYS)
MESSAGE_KINDS = _said(titles.KINDS_OF_MESSAGE)
ROLES = _said(titles.ROLES)
EVIDENCE = _said(titles.EVIDENCE)
PARTS = _said(PART_TITLES)
INDICATOR_TITLES = _said({name: one.title for name, one in INDICATORS.items()})
CHECKS = _said({name: kind.title for name, kind in KINDS.items()})


def measured(value: float | None, indicator: str) -> str:
    """Return a target or floor of an indicator in the way of its unit."""
    one = INDICATORS.get(indicator)
    return Words(current(), "UTC").measured(value, one.unit if one is not None else "")


def cited(basis: Basis) -> str:
    """Return a clause as people cite it, in the reader's language."""
    return citation_in(current(), basis.citation)


def unknown_rule(name: str, known: Mapping[str, object]) -> str:
    """Return that no rule is named so, with the nearest names."""
    error = UnknownNameError(RULE, name, known)
    return say(error.sentence("zh"), error.sentence("en"))
