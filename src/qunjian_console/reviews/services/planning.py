"""Makes review plans, fills them with what was drawn, and closes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.bridge.reviewing import BadInputError, Draw, Wanted, draw, form_of
from qunjian_console.bridge.severities import TITLES
from qunjian_console.reviews import entries
from qunjian_console.reviews.models import UNFLAGGED, Item, Plan, PlanState

if TYPE_CHECKING:
    from collections.abc import Callable


@transaction.atomic
def make(name: str, wanted: Wanted, actor: Actor, *, due: dt.date | None = None) -> Plan:
    """Make a plan that waits to be drawn."""
    wish = msgspec.json.encode(wanted).decode()
    plan = Plan.objects.create(name=name, wish=wish, due=due, by=actor.person or 0)
    record(entries.PLANNED, actor, subject=f"plan:{plan.pk}", after={"name": name, "wish": wish})
    return plan


def fill_from_lake(plan: int, *, with_form: bool, told: Callable[[], None] = lambda: None) -> int:
    """Draw the items of a plan, once; a second call finds them there. Returns how many there are."""
    waiting = Plan.objects.get(pk=plan)
    if waiting.state != PlanState.DRAWING:
        return waiting.items.count()
    drawn = draw(msgspec.json.decode(waiting.wish, type=Wanted))
    told()
    form = ""
    if with_form:
        try:
            form = form_of(drawn.standard)
        except BadInputError:  # the standard was taken away since: the items are reviewed without its form
            form = ""
    return _freeze(plan, drawn, form)


@transaction.atomic
def _freeze(plan: int, drawn: Draw, form: str) -> int:
    """Write the items down for good; from now on the plan never changes."""
    held = Plan.objects.select_for_update().get(pk=plan)
    if held.state != PlanState.DRAWING:
        return held.items.count()
    order = [*TITLES, UNFLAGGED]  # the gravest first; within a kind by rank, which is by chance
    Item.objects.bulk_create(
        [
            Item(
                plan=held, place=place, kind=unit.kind, rank=unit.rank, finding=unit.finding_id, rule=unit.rule,
                community=unit.community_id, account=unit.account_id or "", scope=unit.scope, message=unit.message_id,
                sent=unit.sent_at,
            )
            for place, unit in enumerate(sorted(drawn.units, key=lambda unit: (order.index(unit.kind), unit.rank)), 1)
        ],
        batch_size=1000,
    )  # fmt: skip
    held.state, held.drawn, held.run = PlanState.OPEN, timezone.now(), drawn.run
    held.standard, held.version, held.form = drawn.standard, drawn.version, form
    held.strata = msgspec.json.encode(drawn.strata).decode()
    held.save()
    record(
        entries.DRAWN, PROGRAM, subject=f"plan:{plan}",
        after={"name": held.name, "items": len(drawn.units), "run": drawn.run, "version": drawn.version},
    )  # fmt: skip
    return len(drawn.units)


@transaction.atomic
def close(plan: int, actor: Actor) -> None:
    """Close a plan: what is not reviewed stays so."""
    held = Plan.objects.select_for_update().get(pk=plan)
    if held.state == PlanState.OPEN:
        held.state, held.closed = PlanState.CLOSED, timezone.now()
        held.save(update_fields=["state", "closed"])
        record(entries.CLOSED, actor, subject=f"plan:{plan}", after={"name": held.name})
