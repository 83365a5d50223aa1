"""How often appeals change a result, by rule and by who decided first: each with its interval and n."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge.reviewing import Share, share
from qunjian_console.reviews.models import Judgment, Outcome

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User


@dataclass(frozen=True)
class Overturned:
    """Of the appeals decided, the share that changed something, by rule and by first reviewer."""

    rules: list[tuple[str, Share]]
    reviewers: list[tuple[int, Share]]


def overturned(user: User) -> Overturned:
    """Return the rates over all appeals this reader may see; the last judgement of each counts."""
    newest: dict[int, tuple[str, str, int]] = {}
    rows = Judgment.objects.order_by("number").values_list(
        "appeal_id", "outcome", "appeal__item__rule", "appeal__first_by", "appeal__item__community"
    )
    for appeal, outcome, rule, reviewer, community in rows:
        if user.sees(community):
            newest[appeal] = (outcome, rule, reviewer)
    decided, changed = Counter[str](), Counter[str]()
    by, by_changed = Counter[int](), Counter[int]()
    for outcome, rule, reviewer in newest.values():
        decided[rule] += 1
        by[reviewer] += 1
        if outcome != Outcome.KEPT:
            changed[rule] += 1
            by_changed[reviewer] += 1
    return Overturned(
        [(rule, share(changed[rule], n)) for rule, n in decided.most_common()],
        [(reviewer, share(by_changed[reviewer], n)) for reviewer, n in by.most_common()],
    )
