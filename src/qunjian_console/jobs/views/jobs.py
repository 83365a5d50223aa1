"""The list of jobs, one job with its progress, cancelling and retrying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.frame.paging import page_of
from qunjian_console.jobs import services
from qunjian_console.jobs.handling import handlers
from qunjian_console.jobs.models import Job

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse


def show_list(request: HttpRequest) -> HttpResponse:
    """Show all jobs, the newest first."""
    page = page_of(request, Job.objects.all())
    return render(request, "jobs/list.html", {"page": page, "titles": _titles(), "refresh": services.open_jobs()})


def show(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Show one job."""
    found = get_object_or_404(Job, pk=job)
    return render(request, "jobs/job.html", {"job": found, "titles": _titles(), "refresh": found.open})


def cancel(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Ask a job to end."""
    services.cancel(get_object_or_404(Job, pk=job), actor_of(request))
    return redirect("jobs:job", job=job)


def retry(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Put an ended job back into the queue."""
    services.retry(get_object_or_404(Job, pk=job), actor_of(request))
    return redirect("jobs:job", job=job)


def _titles() -> dict[str, str]:
    return {kind: handler.title for kind, handler in handlers().items()}
