"""The survey of the workspace, computed once for each state of the lake and the decisions."""

from __future__ import annotations

from functools import lru_cache

from qunjian.runs.surveying import CommunitySurvey, Survey, standing_on
from qunjian.runs.surveying import survey as compute
from qunjian_console.bridge.opening import workspace

__all__ = ["CommunitySurvey", "Survey", "survey"]


def survey() -> Survey:
    """Return what stands in the workspace now."""
    return _computed(standing_on(workspace()))


@lru_cache(maxsize=4)
def _computed(state: tuple[str, ...]) -> Survey:
    return compute(workspace())
