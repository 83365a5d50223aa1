"""Backups: the list, one now, its check, its download, and the keys that are kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render

from qunjian_console.audit.models import Entry
from qunjian_console.audit.selectors import facts_of
from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge import keeping
from qunjian_console.jobs.models import OPEN, Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.workspace.entries import BACKUP_CHECKED, BACKUP_TAKEN, KEYS_TAKEN
from qunjian_console.workspace.handlers import BACKUP, CHECK_BACKUP, ByPerson, OneBackup

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def show(request: HttpRequest) -> HttpResponse:
    """Show the backups, and how the newest check of each ended."""
    checks = {}
    for entry in Entry.objects.filter(kind=BACKUP_CHECKED.name).order_by("number"):
        told = facts_of(entry)
        checks[str(told["name"])] = (str(told["outcome"]), entry.at)
    jobs = list(Job.objects.filter(kind__in=(BACKUP.kind, CHECK_BACKUP.kind), state__in=OPEN)[:5])
    rows = [(name, size, at, *checks.get(name, ("", None))) for name, size, at in keeping.listed()]
    context = {"rows": rows, "folder": keeping.folder(), "jobs": jobs, "refresh": bool(jobs)}
    return render(request, "workspace/backups.html", context)


def make(request: HttpRequest) -> HttpResponse:
    """Make one now."""
    enqueue(BACKUP.kind, ByPerson(request.user.pk), actor_of(request), once=BACKUP.kind)
    return redirect("workspace:backups")


def check(request: HttpRequest, name: str) -> HttpResponse:
    """Check one."""
    if keeping.found(name) is None:
        raise Http404
    enqueue(CHECK_BACKUP.kind, OneBackup(name), actor_of(request), once=f"{CHECK_BACKUP.kind}:{name}")
    return redirect("workspace:backups")


def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """Hand one out."""
    path = keeping.found(name)
    if path is None:
        raise Http404
    with transaction.atomic():
        record(BACKUP_TAKEN, actor_of(request), subject="backup", after={"name": name})
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def keys(request: HttpRequest) -> HttpResponse:
    """Hand out the keys, to be kept elsewhere than the backups."""
    with transaction.atomic():
        record(KEYS_TAKEN, actor_of(request), subject="backup")
    response = HttpResponse(keeping.keys(), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="qunjian-keys.json"'
    return response
