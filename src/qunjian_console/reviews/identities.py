"""Who a user is in the communities: nobody judges their own messages, and operators see what is about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qunjian_console.bridge.reviewing import OnDuty, on_duty
from qunjian_console.reviews.models import Link

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User


def linked_accounts(user: User) -> frozenset[str]:
    """Return the accounts a QA lead linked to this user, by the duty table or by name."""
    link = Link.objects.filter(user=user).first()
    if link is None:
        return frozenset()
    return frozenset([*json.loads(link.accounts), *_of_person(link.person)])


def own_accounts(user: User) -> frozenset[str]:
    """Return every account that may be this user's; who bears a name of the duty table counts as that person."""
    return linked_accounts(user) | frozenset(_of_person(user.name))


def linked_person(user: User) -> str:
    """Return the person of the duty table this user is, if a QA lead said so."""
    link = Link.objects.filter(user=user).first()
    return link.person if link is not None else ""


def people_on_duty() -> tuple[OnDuty, ...]:
    """Return the people of the duty table."""
    return on_duty()


def _of_person(name: str) -> tuple[str, ...]:
    wanted = name.strip().casefold()
    return tuple(
        account
        for each in on_duty()
        if wanted and each.person.strip().casefold() == wanted
        for account in each.accounts
    )


def holder_of(account: str) -> int | None:
    """Return the user an account is linked to."""
    people = {each.person.strip().casefold() for each in on_duty() if account in each.accounts}
    for link in Link.objects.order_by("user_id"):
        if account in json.loads(link.accounts) or (link.person and link.person.strip().casefold() in people):
            return link.user_id
    return None
