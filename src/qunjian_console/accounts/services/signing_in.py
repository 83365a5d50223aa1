"""Signing in and out: throttled, with a second step, each browser a row that can be ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate, login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from qunjian_console.accounts.entries import SESSION_ENDED, SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from qunjian_console.accounts.models import Attempt, User, Visit, plain_name
from qunjian_console.audit.services import PROGRAM, Actor, actor_of, record

if TYPE_CHECKING:
    from django.http import HttpRequest

WINDOW = dt.timedelta(minutes=15)
TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 30


def throttled(username: str, address: str) -> bool:
    """Return whether there were too many failed tries of late, for this name or from this address."""
    recent = Attempt.objects.filter(at__gt=timezone.now() - WINDOW)
    by_name = recent.filter(username=plain_name(username)[:80]).count()
    return by_name >= TRIES_PER_NAME or recent.filter(address=address).count() >= TRIES_PER_ADDRESS


def check_password(request: HttpRequest, username: str, password: str) -> User | None:
    """Return the active user with that name and password; a failure is counted and logged."""
    address = request.META.get("REMOTE_ADDR", "")
    blocked = throttled(username, address)
    user = None if blocked else authenticate(request, username=plain_name(username), password=password)
    if isinstance(user, User):
        return user
    note_failure(username, address, throttled=blocked)
    return None


@transaction.atomic
def note_failure(username: str, address: str, *, throttled: bool) -> None:
    """Count and log a failed sign-in; tries while blocked do not prolong the block."""
    name = plain_name(username)[:80]
    Attempt.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    if throttled:
        return
    Attempt.objects.create(username=name, address=address)
    known = User.objects.filter(username=name).values_list("pk", flat=True).first()
    about = f"user:{known}" if known is not None else "stranger"
    record(SIGN_IN_FAILED, PROGRAM, subject=about, after={"username": name, "address": address, "throttled": False})


@transaction.atomic
def sign_in(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    """Start a session in this browser."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if request.session.session_key is None:
        request.session.create()
    Visit.objects.create(
        user=user, session_key=str(request.session.session_key), address=request.META.get("REMOTE_ADDR", ""),
        browser=request.headers.get("User-Agent", "")[:200],
    )  # fmt: skip
    Attempt.objects.filter(username=user.username).delete()
    record(SIGNED_IN, actor_of(request), subject=f"user:{user.pk}", after={"second_factor": second_factor})


@transaction.atomic
def sign_out(request: HttpRequest) -> None:
    """End the session of this browser."""
    record(SIGNED_OUT, actor_of(request), subject=f"user:{request.user.pk}")
    Visit.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


@transaction.atomic
def end_session(visit: Visit, actor: Actor) -> None:
    """End one of a person's sessions, wherever it is."""
    record(SESSION_ENDED, actor, subject=f"user:{visit.user_id}")
    end_sessions(visit.user_id, only=visit.pk)


def end_sessions(user: int, *, only: int | None = None, spare: str | None = None) -> None:
    """End sessions of a user: one, or all but the spared one."""
    wanted = Visit.objects.filter(Q(user_id=user) & (Q(pk=only) if only is not None else Q()))
    for visit in wanted.exclude(session_key=spare or ""):
        SessionStore(visit.session_key).delete()
        visit.delete()
