"""The workspace's settings, and the check of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.contrib import messages
from django.shortcuts import redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.purposes import Purpose, stated
from qunjian_console.jobs.handling import NoParameters
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import say
from qunjian_console.workspace.forms import PurposeForm
from qunjian_console.workspace.handlers import VERIFY
from qunjian_console.workspace.services import restate

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """Show and change purpose, basis, notice and retention."""
    form = PurposeForm(request.POST or None, initial=msgspec.structs.asdict(stated()))
    if request.method == "POST" and form.is_valid():
        restate(Purpose(**form.cleaned_data), actor_of(request))
        messages.success(request, say("已保存。", "Saved."))
        return redirect("workspace:settings")
    return render(request, "workspace/settings.html", {"form": form})


def verify_audit(request: HttpRequest) -> HttpResponse:
    """Check the whole audit log as a job."""
    job = enqueue(VERIFY.kind, NoParameters(), actor_of(request), once=VERIFY.kind)
    return redirect("jobs:job", job=job.pk)
