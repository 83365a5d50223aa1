"""Reads the ledger of reviews: plans with their progress, what came out of them, the history of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Count, Q

from qunjian_console.bridge.reviewing import Score, Share, Stratum, mean_of_reviews, share
from qunjian_console.policy.rows import Subject
from qunjian_console.reviews.models import UNFLAGGED, Decision, Item, ItemState, Plan, PlanState, Verdict
from qunjian_console.reviews.services.holding import open_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qunjian_console.accounts.models import User
    from qunjian_console.policy.rows import Arguments


@dataclass(frozen=True)
class RuleResult:
    """What people said of one rule's findings; `precision`: the confirmed among confirmed and refuted."""

    rule: str
    confirmed: int
    refuted: int
    unsure: int
    precision: Share


@dataclass(frozen=True)
class StratumResult:
    """One stratum of a draw, and what came out of it; `faults`: those confirmed among those decided."""

    stratum: Stratum
    done: int
    faults: Share


@dataclass(frozen=True)
class Results:
    """What came out of a plan so far."""

    rules: list[RuleResult]
    strata: list[StratumResult]
    score: Score


def existing_plan(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where there is such a plan; items are limited one by one."""
    return Subject() if Plan.objects.filter(pk=str(arguments["plan"])).exists() else None


def item_community(arguments: Arguments) -> Subject | None:
    """Return the community an item lies in, for the policy table."""
    found = Item.objects.filter(pk=str(arguments["item"])).values_list("community", flat=True).first()
    return None if found is None else Subject(community=found)


def plans(user: User) -> QuerySet[Plan]:
    """Return every plan, the newest first, with how far it is and how much of it this user did."""
    done, skipped = Q(items__state=ItemState.DONE), Q(items__state=ItemState.SKIPPED)
    return Plan.objects.annotate(
        all_items=Count("items"), done=Count("items", filter=done), skipped=Count("items", filter=skipped),
        mine=Count("items", filter=Q(items__by=user.pk)),
    ).order_by("-created", "-pk")  # fmt: skip


def left_for(user: User, plan: int) -> int:
    """Return how many items of a plan this user could still take."""
    return open_to(user, plan).count()


def results(plan: Plan) -> Results:
    """Return what came out of a plan so far."""
    strata = msgspec.json.decode(plan.strata, type=list[Stratum])
    counts = _counted(plan)
    rules: dict[str, list[_Count]] = {}
    for row in counts:
        if row.kind != UNFLAGGED:
            rules.setdefault(row.rule, []).append(row)
    scores = plan.items.filter(state=ItemState.DONE, score__isnull=False).values_list("score", flat=True)
    return Results(
        sorted(
            (_of_rule(rule, rows) for rule, rows in rules.items()),
            key=lambda each: (-each.confirmed - each.refuted - each.unsure, each.rule),
        ),
        [_of_stratum(each, counts) for each in strata],
        mean_of_reviews([score for score in scores if score is not None]),
    )


@dataclass(frozen=True)
class _Count:
    """How many verdicts of each kind, in one community on one rule."""

    community: str
    kind: str
    rule: str
    confirmed: int
    refuted: int
    unsure: int


def _counted(plan: Plan) -> list[_Count]:
    def said(verdict: Verdict) -> Count:
        return Count("pk", filter=Q(verdict=verdict))

    rows = plan.items.filter(state=ItemState.DONE).values_list("community", "kind", "rule")
    return [
        _Count(*row)
        for row in rows.annotate(
            yes=said(Verdict.CONFIRMED), no=said(Verdict.REFUTED), unsure=said(Verdict.UNSURE)
        ).order_by("community", "kind", "rule")
    ]


def _of_rule(rule: str, rows: list[_Count]) -> RuleResult:
    yes, no = sum(row.confirmed for row in rows), sum(row.refuted for row in rows)
    return RuleResult(rule, yes, no, sum(row.unsure for row in rows), share(yes, yes + no))


def _of_stratum(stratum: Stratum, counts: list[_Count]) -> StratumResult:
    own = [row for row in counts if row.kind == stratum.kind and stratum.community_id in ("", row.community)]
    yes, no = sum(row.confirmed for row in own), sum(row.refuted for row in own)
    return StratumResult(stratum, yes + no + sum(row.unsure for row in own), share(yes, yes + no))


def skipped(plan: Plan) -> QuerySet[Decision]:
    """Return the skips of a plan that stand, with their reasons."""
    return Decision.objects.filter(item__plan=plan, item__state=ItemState.SKIPPED, act="skip").select_related("item")


def last_decision(user: User, plan: int) -> Item | None:
    """Return the item this user decided on last and could take back."""
    found = Item.objects.filter(plan=plan, by=user.pk, plan__state=PlanState.OPEN).exclude(number=None)
    return found.order_by("-number").first()


def waiting_plans() -> QuerySet[Plan]:
    """Return the plans that are open to reviewers."""
    return Plan.objects.filter(state=PlanState.OPEN)
