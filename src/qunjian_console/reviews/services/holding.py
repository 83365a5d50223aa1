"""Claims and releases items: whoever holds one has it alone, until the lease ends."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from qunjian_console.audit.services import Actor, record
from qunjian_console.reviews import entries
from qunjian_console.reviews.identities import own_accounts
from qunjian_console.reviews.models import Item, ItemState, PlanState

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from qunjian_console.accounts.models import User

LEASE = dt.timedelta(minutes=15)


def open_to(user: User, plan: int) -> QuerySet[Item]:
    """Return the items of a plan this user may judge and nobody else holds now."""
    free = Q(holder=None) | Q(held_until__lt=timezone.now()) | Q(holder=user.pk)
    found = Item.objects.filter(free, plan=plan, plan__state=PlanState.OPEN, state=ItemState.OPEN)
    if not user.everywhere:
        found = found.filter(community__in=user.communities)
    return found.exclude(account__in=own_accounts(user) or {"?"})


def claim(user: User, plan: int, actor: Actor, *, most: int = 1, besides: Collection[int] = ()) -> list[Item]:
    """Take the next items of a plan, in their order; of two who ask at once nobody gets the same."""
    return _take(user, plan, open_to(user, plan).exclude(pk__in=besides).order_by("place"), most, actor)


@transaction.atomic
def _take(user: User, plan: int, waiting: QuerySet[Item], most: int, actor: Actor) -> list[Item]:
    locked = waiting.select_for_update(of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked)
    if not connection.features.has_select_for_update_of:
        locked = waiting
    found = list(locked[:most])
    until = timezone.now() + LEASE
    taken = [item for item in found if item.holder != user.pk]
    for item in found:
        item.holder, item.held_until = user.pk, until
    Item.objects.filter(pk__in=[item.pk for item in found]).update(holder=user.pk, held_until=until)
    if taken:
        record(entries.CLAIMED, actor, subject=f"plan:{plan}", after={"items": [item.pk for item in taken]})
    return found


@transaction.atomic
def release(user: User, plan: int, actor: Actor) -> int:
    """Put back what this user holds of a plan."""
    held = Item.objects.filter(plan=plan, holder=user.pk, state=ItemState.OPEN)
    items = list(held.order_by("pk").values_list("pk", flat=True))
    if items:
        held.update(holder=None, held_until=None)
        record(entries.RELEASED, actor, subject=f"plan:{plan}", after={"items": items})
    return len(items)
