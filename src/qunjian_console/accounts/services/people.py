"""Founding, inviting, joining, changing and disabling people."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.accounts import entries
from qunjian_console.accounts.models import Invitation, Scope, User
from qunjian_console.accounts.refusals import LAST_OWNER, RefusedError
from qunjian_console.accounts.selectors import last_owner
from qunjian_console.accounts.services.signing_in import end_sessions
from qunjian_console.audit.services import Actor, record
from qunjian_console.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

LASTS = dt.timedelta(days=7)


def digest_of(token: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def found(username: str, name: str, password: str, address: str) -> User:
    """Make the first user, the owner; refuses when there is one."""
    if User.objects.exists():
        raise RefusedError(entries.FOUNDED.name)
    user = User(username=username, name=name, role=Role.OWNER)
    user.set_password(password)
    user.save()
    record(
        entries.FOUNDED, Actor(user.pk, address), subject=f"user:{user.pk}",
        after={"name": name, "username": user.username},
    )  # fmt: skip
    return user


@transaction.atomic
def invite(name: str, role: str, communities: Sequence[str], actor: Actor, *, everywhere: bool) -> str:
    """Make an invitation; returns the secret of its link, which is shown once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        digest=digest_of(token), name=name, role=role, everywhere=everywhere, communities=list(communities),
        expires=timezone.now() + LASTS,
    )  # fmt: skip
    after = {"name": name, "role": role, "everywhere": everywhere, "communities": list(communities),
             "expires": made.expires.isoformat()}  # fmt: skip
    record(entries.INVITED, actor, subject=f"invitation:{made.pk}", after=after)
    return token


@transaction.atomic
def withdraw(invitation: Invitation, actor: Actor) -> None:
    """Make an open link useless."""
    record(entries.INVITATION_WITHDRAWN, actor, subject=f"invitation:{invitation.pk}", before={"name": invitation.name})
    invitation.delete()


@transaction.atomic
def accept(invitation: Invitation, username: str, name: str, password: str, address: str) -> User:
    """Make the account an invitation offers; the link is used up."""
    _use(invitation)
    user = User(username=username, name=name, role=invitation.role, everywhere=invitation.everywhere)
    user.set_password(password)
    user.save()
    Scope.objects.bulk_create(Scope(user=user, community=each) for each in invitation.communities)
    record(
        entries.JOINED, Actor(user.pk, address), subject=f"user:{user.pk}",
        after={"name": name, "username": user.username, "role": user.role},
    )  # fmt: skip
    return user


@transaction.atomic
def change(user: User, role: str, communities: Sequence[str], actor: Actor, *, everywhere: bool) -> None:
    """Give a user another role or scope; it holds at their next click."""
    _one_at_a_time()
    if role != Role.OWNER and last_owner(user):
        raise RefusedError(LAST_OWNER)
    before = _standing(user)
    user.role, user.everywhere = role, everywhere
    user.save(update_fields=["role", "everywhere"])
    user.scopes.all().delete()
    Scope.objects.bulk_create(Scope(user=user, community=each) for each in sorted(set(communities)))
    user.__dict__.pop("communities", None)
    record(entries.CHANGED, actor, subject=f"user:{user.pk}", before=before, after=_standing(user))


@transaction.atomic
def disable(user: User, actor: Actor) -> None:
    """Lock a user out at once: no session of theirs survives."""
    _one_at_a_time()
    if last_owner(user):
        raise RefusedError(LAST_OWNER)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user.pk)
    record(entries.DISABLED, actor, subject=f"user:{user.pk}", after={"name": user.name})


@transaction.atomic
def enable(user: User, actor: Actor) -> None:
    """Let a disabled user in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(entries.ENABLED, actor, subject=f"user:{user.pk}", after={"name": user.name})


def _one_at_a_time() -> None:
    """Let two owners who would disable each other do so one after the other."""
    list(User.objects.select_for_update().filter(role=Role.OWNER).order_by("pk").values_list("pk"))


def _standing(user: User) -> dict[str, object]:
    return {"name": user.name, "role": user.role, "everywhere": user.everywhere,
            "communities": sorted(user.communities)}  # fmt: skip


def _use(invitation: Invitation) -> None:
    """Mark a link as used; of two who follow it at once, one is refused."""
    now = timezone.now()
    if not Invitation.objects.filter(pk=invitation.pk, used=None, expires__gt=now).update(used=now):
        raise RefusedError(entries.JOINED.name)


@transaction.atomic
def offer_password_link(user: User, actor: Actor) -> str:
    """Make a link by which a user sets a new password; earlier ones stop working."""
    user.password_links.filter(used=None).delete()
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        digest=digest_of(token),
        name=user.name,
        role=user.role,
        user=user,
        expires=timezone.now() + dt.timedelta(days=1),
    )
    record(entries.RESET_OFFERED, actor, subject=f"user:{user.pk}", after={"name": user.name})
    return token


@transaction.atomic
def reset_password(invitation: Invitation, password: str, address: str) -> User:
    """Set a new password by a link; every session of the user ends."""
    _use(invitation)
    user = invitation.user
    if user is None:
        raise RefusedError(entries.PASSWORD_RESET.name)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user.pk)
    record(entries.PASSWORD_RESET, Actor(user.pk, address), subject=f"user:{user.pk}", after={"name": user.name})
    return user
