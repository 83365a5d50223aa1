"""All indicators by id: one line per file that defines some."""

from __future__ import annotations

from qunjian.indicators import activity, content, interaction, lifecycle, members, retention, service
from qunjian.indicators.record import Indicator
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase

GROUPS = (activity, members, lifecycle, retention, interaction, service, content)
INDICATORS: dict[str, Indicator] = {one.id: one for group in GROUPS for one in group.INDICATORS}


def find(name: str) -> Indicator:
    """Return the indicator of that id; raises UnknownNameError with the nearest ids."""
    if name not in INDICATORS:
        raise UnknownNameError(Phrase("指标", "indicator"), name, INDICATORS)
    return INDICATORS[name]


def catalogue() -> dict[str, tuple[str, str]]:
    """Return id → (Chinese title, English title), as model.catalogue.Catalogue wants it."""
    return {one.id: (one.title.zh, one.title.en) for one in INDICATORS.values()}
