"""Tries one rule on its own samples while it is being written: only that rule is compiled."""

from __future__ import annotations

import threading
from functools import lru_cache

from qunjian.runs.rule_samples import SampleResult, run_samples
from qunjian.standards.rules import Rule
from qunjian.standards.whole import encoded

__all__ = ["SampleResult", "tried", "wrong_samples"]

_one_at_a_time = threading.Lock()


def tried(rule: Rule) -> tuple[SampleResult, ...]:
    """Return what the rule makes of each of its samples; the same rule is tried once."""
    return _tried(encoded(rule))


@lru_cache(maxsize=256)
def _tried(content: bytes) -> tuple[SampleResult, ...]:
    with _one_at_a_time:
        return tuple(run_samples([Rule.model_validate_json(content)]))


def wrong_samples(rule: Rule) -> int:
    """Return how many samples a rule gets wrong."""
    return sum(not each.right for each in tried(rule))
