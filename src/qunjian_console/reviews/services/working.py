"""What reviewers keep for themselves: drafts, keys, blur; and who a user is in the communities."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import Actor, record
from qunjian_console.reviews.entries import LINKED
from qunjian_console.reviews.models import Draft, Habit, Item, ItemState, Link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian_console.accounts.models import User

MOST_DRAFT = 20_000


def save_draft(item: int, user: User, body: str) -> bool:
    """Keep what was filled in so far; not for an item that was decided meanwhile."""
    if len(body) > MOST_DRAFT or not Item.objects.filter(pk=item, state=ItemState.OPEN).exists():
        return False
    Draft.objects.update_or_create(item_id=item, user=user, defaults={"body": body, "saved": timezone.now()})
    return True


def keep_habits(user: User, keys: Mapping[str, str], blur: str) -> None:
    """Keep somebody's keys, and which texts are blurred."""
    Habit.objects.update_or_create(user=user, defaults={"keys": json.dumps(dict(keys)), "blur": blur})


@transaction.atomic
def link(user: User, person: str, accounts: Sequence[str], actor: Actor) -> None:
    """Note who a user is in the communities."""
    before = Link.objects.filter(user=user).first()
    was = {"person": before.person, "accounts": json.loads(before.accounts)} if before else {}
    now = {"person": person, "accounts": sorted(set(accounts))}
    if was == now or (not was and not person and not accounts):
        return
    Link.objects.update_or_create(user=user, defaults={"person": person, "accounts": json.dumps(now["accounts"])})
    record(LINKED, actor, subject=f"user:{user.pk}", before=was, after=now)
