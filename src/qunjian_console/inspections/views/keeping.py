"""Keeping filters under a name, and dropping them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from qunjian_console.audit.services import actor_of
from qunjian_console.inspections.filters import kept
from qunjian_console.inspections.forms import KeepForm
from qunjian_console.inspections.models import View
from qunjian_console.inspections.services import keeping
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters the form came with."""
    user, form = reader(request), KeepForm(request.POST)
    query = kept(QueryDict(request.POST.get("query", "")[:4000]))
    if form.is_valid():
        shared = form.cleaned_data["shared"] and may(user, "may:share-view")
        keeping.keep(form.cleaned_data["name"], query, shared=shared, user=user, actor=actor_of(request))
    else:
        messages.error(request, say("要写一个不超过 80 字的名称。", "A name of at most 80 characters is needed."))
    return redirect(f"{reverse('inspections:findings')}?{query}")


def drop(request: HttpRequest, view: int) -> HttpResponse:
    """Drop kept filters: one's own, or shared ones for whoever may share."""
    user, found = reader(request), get_object_or_404(View, pk=view)
    if found.owner_id != user.pk and not (found.shared and may(user, "may:share-view")):
        raise Http404
    keeping.drop(found, actor_of(request))
    return redirect("inspections:findings")
