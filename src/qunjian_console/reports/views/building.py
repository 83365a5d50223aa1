"""Building a report: the form, and the work under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.jobs import services as jobs
from qunjian_console.jobs.models import Job
from qunjian_console.reports.forms import BuildForm, PackForm
from qunjian_console.reports.ordering import order, order_pack

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse


def build(request: HttpRequest) -> HttpResponse:
    """Ask for a report."""
    form = BuildForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        job = order(form.ordered(), actor_of(request), everything=form.everything)
        return redirect("reports:building", job=job.pk)
    return render(request, "reports/build.html", {"form": form})


def pack(request: HttpRequest) -> HttpResponse:
    """Ask for a compliance pack."""
    form = PackForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        job = order_pack(form.ordered(), actor_of(request), everything=form.everything)
        return redirect("reports:building", job=job.pk)
    return render(request, "reports/pack.html", {"form": form})


def building(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Show how far it is."""
    found = get_object_or_404(Job, pk=job)
    return render(request, "reports/building.html", {"job": found, "refresh": found.open})


def cancel(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Ask it to end."""
    jobs.cancel(get_object_or_404(Job, pk=job), actor_of(request))
    return redirect("reports:building", job=job)


def retry(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Try again what failed or was cancelled."""
    jobs.retry(get_object_or_404(Job, pk=job), actor_of(request))
    return redirect("reports:building", job=job)
