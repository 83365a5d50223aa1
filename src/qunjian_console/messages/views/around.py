"""One message in its context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from qunjian_console.bridge.communities import community_names
from qunjian_console.messages.refs import key_of
from qunjian_console.messages.services import open_around, unmasked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

STEPS = (5, 20, 50)  # so many neighbours on each side


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the message between its neighbours."""
    key = key_of(ref)
    if key is None:
        raise Http404
    asked = request.GET.get("n", "")
    near = int(asked) if asked in map(str, STEPS) else STEPS[0]
    lines = open_around(request, key, before=near, after=near)
    if not lines:
        raise Http404
    names = community_names()
    context = {
        "ref": ref,
        "lines": lines,
        "community": names.get(key.community_id) or key.community_id,
        "near": near,
        "wider": next((step for step in STEPS if step > near), None),
        "whole": unmasked(request),
    }
    return render(request, "messages/around.html", context)
