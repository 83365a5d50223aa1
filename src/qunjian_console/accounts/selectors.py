"""Reads about people, their sessions and their invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils import timezone

from qunjian_console.accounts.models import Invitation, User, Visit
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from qunjian_console.policy.rows import Arguments


def own_visit(arguments: Arguments) -> Subject | None:
    """Return whose session an address names."""
    owner = Visit.objects.filter(pk=str(arguments["visit"])).values_list("user_id", flat=True).first()
    return Subject(person=owner) if owner is not None else None


def users() -> QuerySet[User]:
    """Return everybody, those still active first, with how many communities they see and when they were last here."""
    return User.objects.annotate(scoped=Count("scopes", distinct=True), last_seen=Max("visits__seen"))


def open_invitations() -> QuerySet[Invitation]:
    """Return the links that can still be used."""
    return Invitation.objects.filter(used=None, expires__gt=timezone.now())


def last_owner(user: User) -> bool:
    """Return whether nobody else could manage people without this user."""
    others = User.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=user.pk)
    return user.role == Role.OWNER and not others.exists()


def names(numbers: Iterable[int]) -> dict[int, str]:
    """Return the names of users by their number."""
    return dict(User.objects.filter(pk__in=set(numbers)).values_list("pk", "name"))
