"""The first page: the owner's account, and the demo to look around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare

from qunjian_console.accounts.models import User
from qunjian_console.accounts.refusals import RefusedError
from qunjian_console.accounts.services.people import found
from qunjian_console.accounts.services.signing_in import sign_in
from qunjian_console.audit.services import Actor, actor_of
from qunjian_console.bridge.demonstrations import empty
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import current
from qunjian_console.workspace.forms import StartForm
from qunjian_console.workspace.handlers import DEMO, DemoWish

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def start(request: HttpRequest) -> HttpResponse:
    """Make the owner; whoever started the program has the key in their link."""
    if User.objects.exists():
        return redirect("/")
    key = request.POST.get("key") or request.GET.get("key") or ""
    if not settings.FIRST_RUN_KEY or not constant_time_compare(key, settings.FIRST_RUN_KEY):
        return render(request, "workspace/start_closed.html")
    form = StartForm(request.POST or None)
    if not empty():
        del form.fields["demo"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            owner = found(given["username"], given["name"], given["password"], request.META.get("REMOTE_ADDR", ""))
        except RefusedError:
            return redirect("/")
        sign_in(request, owner, second_factor=False)
        if given.get("demo"):
            _load(Actor(owner.pk, request.META.get("REMOTE_ADDR", "")))
        return redirect("/")
    return render(request, "workspace/start.html", {"form": form, "key": key})


def demo(request: HttpRequest) -> HttpResponse:
    """Load the demo into an empty workspace."""
    return redirect("jobs:job", job=_load(actor_of(request)))


def _load(actor: Actor) -> object:
    return enqueue(DEMO.kind, DemoWish(current()), actor, once=DEMO.kind).pk
