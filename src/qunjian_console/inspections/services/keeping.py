"""Filters somebody keeps under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from qunjian_console.audit.services import Actor, record
from qunjian_console.inspections.entries import VIEW_DROPPED, VIEW_KEPT
from qunjian_console.inspections.models import View

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User


@transaction.atomic
def keep(name: str, query: str, *, shared: bool, user: User, actor: Actor) -> View:
    """Keep filters; one's own of the same name are replaced."""
    view, _ = View.objects.update_or_create(name=name, owner=user, defaults={"query": query, "shared": shared})
    record(VIEW_KEPT, actor, subject=f"view:{view.pk}", after={"name": name, "query": query, "shared": shared})
    return view


@transaction.atomic
def drop(view: View, actor: Actor) -> None:
    """Remove kept filters."""
    before = {"name": view.name, "query": view.query, "shared": view.shared}
    record(VIEW_DROPPED, actor, subject=f"view:{view.pk}", before=before)
    view.delete()
