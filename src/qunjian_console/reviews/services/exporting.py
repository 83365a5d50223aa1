"""Writes the verdicts that stand into the workspace, read-only, so that reports and rule health use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import PROGRAM, record
from qunjian_console.bridge.reviewing import Review, digest_of_verdicts, standing_verdicts, write_verdicts
from qunjian_console.reviews.entries import CARRIED as TAKEN_OVER
from qunjian_console.reviews.models import Carried, Decision, Export, Item, ItemState, Plan, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


def export_verdicts() -> bool:
    """Bring the workspace's verdicts up to the ledger's; returns whether anything was written.

    Before the first plan the workspace's own file is left alone; with it, what stands there is taken over once.
    """
    if not Plan.objects.exists():
        return False
    carry()
    mark = Export.objects.get(pk=1)
    newest = Decision.objects.aggregate(newest=Max("number"))["newest"] or 0
    if mark.number == newest and mark.digest == digest_of_verdicts():
        return False
    digest = write_verdicts(list(standing()))
    # A decision made while the file was written has a greater number: it is written next time.
    Export.objects.filter(pk=1).update(number=newest, digest=digest)
    return True


@transaction.atomic
def carry() -> None:
    """Take over the verdicts that stand in the workspace before the console writes any."""
    mark, _ = Export.objects.select_for_update().get_or_create(pk=1)
    if mark.carried:
        return
    found = [each for each in standing_verdicts() if each.verdict in Verdict.values]
    Carried.objects.bulk_create(
        Carried(finding=each.finding_id, verdict=each.verdict, reviewer=each.reviewer, at=each.at, note=each.note)
        for each in found
    )
    mark.carried = True
    mark.save(update_fields=["carried"])
    record(TAKEN_OVER, PROGRAM, subject="reviews", after={"count": len(found)})


def standing() -> Iterator[Review]:
    """Yield the verdict that stands on each finding: the newest over all plans, else the one taken over."""
    items = list(Item.objects.filter(state=ItemState.DONE).exclude(finding="").order_by("number"))
    newest = {item.finding: item for item in items}
    reasons = dict(
        Decision.objects.filter(number__in=Item.objects.filter(state=ItemState.DONE).values("number")).values_list(
            "number", "reason"
        )
    )
    who = names(item.by for item in newest.values() if item.by)
    for each in Carried.objects.order_by("at", "finding").iterator():
        if each.finding not in newest:
            yield Review(each.finding, each.verdict, each.reviewer, each.at, each.note)
    for finding, item in newest.items():
        if item.at is not None:
            reviewer = who.get(item.by or 0, f"#{item.by}")
            yield Review(finding, item.verdict, reviewer, item.at, reasons.get(item.number or 0, ""))
