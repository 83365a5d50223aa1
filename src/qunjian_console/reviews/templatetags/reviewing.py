"""What only review pages say."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(value: float | None) -> str:
    """Return a share as a percentage."""
    return "—" if value is None else f"{100 * value:.1f} %"
