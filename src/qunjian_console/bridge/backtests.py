"""Back-tests for the pages: a draft against what is in force, one rule alone; only counts and keys leave, no texts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.runs.backtesting import SECONDS_A_REVIEW, backtest
from qunjian.runs.reaching import Reach, reach
from qunjian.standards.rules import Rule
from qunjian.standards.whole import encoded
from qunjian_console.bridge import drafting
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.publishing import today

if TYPE_CHECKING:
    from qunjian.model.progress import Progress
    from qunjian.standards.editions import Edition

__all__ = ["Reach", "Tested", "reach_of", "test_draft"]

DAYS = 28


class Seen(msgspec.Struct, frozen=True):
    """A message of a back-test, by its key."""

    community_id: str
    scope: str
    message_id: str


class TestedRule(msgspec.Struct, frozen=True):
    """What changes for one rule, with a few messages only one of the editions finds."""

    rule: str
    before: int
    after: int
    newly_hit: int
    newly_missed: int
    changed_severity: int
    hit: tuple[Seen, ...]
    missed: tuple[Seen, ...]


class Tested(msgspec.Struct, frozen=True):
    """What a draft would have changed in the last weeks."""

    before: str
    after: str
    first: str
    last: str
    messages: int
    newly_hit: int
    newly_missed: int
    changed_severity: int
    review_hours: float
    rules: tuple[TestedRule, ...]


def test_draft(digest: str, before: Edition, progress: Progress) -> Tested:
    """Inspect the messages of the last weeks under what is in force and under a draft, and return what differs."""
    last = today()
    first = last - dt.timedelta(days=DAYS - 1)
    found = backtest(
        workspace(), before, drafting.edition_at(digest), first=first, last=last, seconds=SECONDS_A_REVIEW,
        progress=progress,
    )  # fmt: skip
    return Tested(
        found.before, found.after, first.isoformat(), last.isoformat(), found.messages, found.newly_hit,
        found.newly_missed, found.changed_severity, found.review_hours,
        tuple(
            TestedRule(
                each.rule, each.before, each.after, each.newly_hit, each.newly_missed, each.changed_severity,
                tuple(Seen(one.community_id, one.scope, one.message_id) for one in each.examples_hit),
                tuple(Seen(one.community_id, one.scope, one.message_id) for one in each.examples_missed),
            )
            for each in found.rules
        ),
    )  # fmt: skip


def written(rule: Rule) -> str:
    """Return a rule as a job takes it."""
    return encoded(rule).decode()


def reach_of(rule: str, progress: Progress) -> Reach:
    """Return how many messages of the last weeks a rule would hit."""
    last = today()
    first = last - dt.timedelta(days=DAYS - 1)
    return reach(workspace(), Rule.model_validate_json(rule), first=first, last=last, progress=progress)
