"""Which registered communities' exports are late."""

from __future__ import annotations

from functools import lru_cache

from qunjian.insight.expected import LATE, Expected
from qunjian.runs.registering import due
from qunjian.runs.surveying import standing_on
from qunjian_console.bridge.opening import workspace

__all__ = ["Expected", "late_exports"]


def late_exports() -> tuple[Expected, ...]:
    """Return the registered communities of which nothing came, or not in time; the latest first."""
    return _computed(standing_on(workspace()))


@lru_cache(maxsize=4)
def _computed(state: tuple[str, ...]) -> tuple[Expected, ...]:
    return tuple(each for each in due(workspace()) if each.state in LATE)
