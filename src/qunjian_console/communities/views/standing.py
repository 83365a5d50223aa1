"""How all communities stand in a period, and one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from qunjian_console.accounts.models import User
from qunjian_console.bridge.albums import portrait_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.periods import as_period, weeks_of
from qunjian_console.communities.selectors import goals_for, standings_for
from qunjian_console.communities.services import picture
from qunjian_console.language import current

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def listed(request: HttpRequest) -> HttpResponse:
    """Show every community in view."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    period = as_period(request.GET.get("period"))
    drawn = picture(period)
    context = {
        "drawn": drawn,
        "period": period or "",
        "standings": standings_for(user, drawn.album) if drawn.album else [],
        "goals": goals_for(user, drawn.album) if drawn.album else [],
        "weeks": weeks_of(community_names().keys()),
    }
    return render(request, "communities/list.html", context)


def one(request: HttpRequest, community: str) -> HttpResponse:
    """Show one community: score, indicators, days, findings, hours."""
    names = community_names()
    if community not in names:
        raise Http404
    period = as_period(request.GET.get("period"))
    drawn = picture(period)
    standings = drawn.album.standings if drawn.album else ()
    standing = next((each for each in standings if each.community_id == community), None)
    context = {
        "community": community,
        "name": names[community] or community,
        "drawn": drawn,
        "period": period or "",
        "standing": standing,
        "portrait": portrait_of(period, standing.anchor, current()) if standing else None,
        "weeks": weeks_of([community]),
    }
    return render(request, "communities/community.html", context)
