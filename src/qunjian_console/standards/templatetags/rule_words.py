"""How rules and their samples are written on the pages of standards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import template

from qunjian_console.bridge import naming
from qunjian_console.language import current

if TYPE_CHECKING:
    from qunjian_console.bridge.errors import QunjianError
    from qunjian_console.bridge.standards import Rule

register = template.Library()


@register.filter
def sentence(error: QunjianError) -> str:
    """Return what is wrong, in the reader's language."""
    return error.sentence(current())


@register.filter
def sample(one: Any) -> str:
    """Return a sample as one text: itself, or a short conversation line by line."""
    return one if isinstance(one, str) else "\n".join(f"{line.at} {line.by}: {line.shown}" for line in one)


@register.filter
def samples(kept: Any) -> int:
    """Return how many samples a rule has."""
    return len(kept.hit) + len(kept.passed) + len(kept.cloaked)


@register.filter
def written(part: Any) -> str:
    """Return a part of a rule as it is written, "" where nothing is."""
    said = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(said, ensure_ascii=False) if said else ""


@register.filter
def basis_of(rule: Rule) -> str:
    """Return the clauses a rule rests on."""
    return ("；" if current() == "zh" else "; ").join(map(naming.cited, rule.basis))
