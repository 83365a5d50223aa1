"""The audit log, newest first; that it was looked at is an entry too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import render

from qunjian_console.audit.entries import VIEWED
from qunjian_console.audit.kinds import kinds
from qunjian_console.audit.selectors import entries, lines
from qunjian_console.audit.services import actor_of, record
from qunjian_console.frame.paging import page_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """Show the entries that are wanted."""
    kind = request.GET.get("kind", "")
    asked = request.GET.get("actor", "")
    actor = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    page = page_of(request, entries(kind=kind, actor=actor).prefetch_related("parts"))
    shown = lines(page.object_list)
    with transaction.atomic():
        record(VIEWED, actor_of(request), after={"filter": request.GET.urlencode()[:200]})
    context = {"page": page, "lines": shown, "kinds": sorted(kinds()), "kind": kind, "actor": asked}
    return render(request, "audit/log.html", context)
