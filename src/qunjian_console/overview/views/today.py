"""今天: communities, the newest inspection, findings by severity, coverage, jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from qunjian_console.accounts.models import User
from qunjian_console.bridge.severities import TITLES
from qunjian_console.jobs.handling import handlers
from qunjian_console.jobs.models import OPEN
from qunjian_console.jobs.selectors import jobs_for
from qunjian_console.overview.selectors import today_for
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_COLOURS = {"critical": "red", "major": "orange", "minor": "yellow", "notice": "blue"}


def show(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    today = today_for(user)
    jobs = list(jobs_for(user)[:5]) if may(user, "jobs:list") else []
    context = {
        "today": today,
        "severities": [(title, _COLOURS[name], today.severity[name]) for name, title in TITLES.items()],
        "jobs": jobs,
        "titles": {kind: handler.title for kind, handler in handlers().items()},
        "refresh": any(job.state in OPEN for job in jobs),
    }
    return render(request, "overview/today.html", context)
