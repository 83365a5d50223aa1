"""Who is in a community: those who spoke, and, for a stated purpose, those who never did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import render

from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.rosters import counts_of, silent_of, speakers_of
from qunjian_console.communities.entries import ROSTER, SILENT
from qunjian_console.communities.forms import PurposeForm
from qunjian_console.frame.paging import SIZE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def roster(request: HttpRequest, community: str) -> HttpResponse:
    """Show those who spoke, masked, and how many were never heard."""
    name = _named(community)
    spoke, silent = counts_of(community)
    page = Paginator(range(spoke), SIZE).get_page(request.GET.get("page"))
    offset = (page.number - 1) * SIZE
    with transaction.atomic():
        record(ROSTER, actor_of(request), subject=f"community:{community}", after={"page": page.number})
    context = {
        "community": community,
        "name": name,
        "members": speakers_of(community, limit=SIZE, offset=offset) if spoke else [],
        "page": page,
        "spoke": spoke,
        "silent": silent,
    }
    return render(request, "communities/roster.html", context)


def silent(request: HttpRequest, community: str) -> HttpResponse:
    """Ask what for; then show who is listed and never spoke, and write it down."""
    name = _named(community)
    _, count = counts_of(community)
    form = PurposeForm(request.POST or None)
    members = None
    if request.method == "POST" and form.is_valid():
        members = silent_of(community)
        with transaction.atomic():
            record(
                SILENT,
                actor_of(request),
                subject=f"community:{community}",
                after={"members": len(members), "purpose": form.cleaned_data["purpose"]},
            )
    context = {"community": community, "name": name, "form": form, "members": members, "silent": count}
    return render(request, "communities/silent.html", context)


def _named(community: str) -> str:
    names = community_names()
    if community not in names:
        raise Http404
    return names[community] or community
