"""The imports on record, the report of one, and taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.formats import format_titles, half
from qunjian_console.bridge.glances import NOT_TEXT
from qunjian_console.bridge.imports import Line, one_import, report
from qunjian_console.frame.paging import page_of
from qunjian_console.ingest import services
from qunjian_console.ingest.forms import UndoForm
from qunjian_console.ingest.selectors import (
    imports_for,
    open_uploads,
    sees,
    sees_whole,
    undoing_of,
    with_people,
)
from qunjian_console.ingest.showing import DocumentLine, reasons_said
from qunjian_console.ingest.staging import MOST_FILE_BYTES, MOST_FILES
from qunjian_console.jobs.models import Job
from qunjian_console.language import say
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_SIZE = 25


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the guard lets nobody else through)
    return request.user


def _names() -> dict[str, str]:
    return {key: name or key for key, name in community_names().items()}


def show_list(request: HttpRequest) -> HttpResponse:
    """Show where files are dropped, what waits to be imported, and every import so far."""
    user = _reader(request)
    page = page_of(request, imports_for(user), _SIZE)
    context = {
        "page": page, "known": with_people(list(page.object_list)), "titles": format_titles(),
        "uploads": open_uploads(user) if may(user, "ingest:receive") else [], "most_files": MOST_FILES,
        "most_bytes": MOST_FILE_BYTES, "left_out": " ".join(sorted(NOT_TEXT)),
    }  # fmt: skip
    return render(request, "ingest/imports.html", context)


def _found(request: HttpRequest, import_id: str, *, whole: bool = False) -> Line:
    line = one_import(import_id)
    if line is None or not (sees_whole if whole else sees)(_reader(request), line):
        raise Http404
    return line


def show_report(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show what became of every file of an import."""
    user, line = _reader(request), _found(request, import_id)
    whole = sees_whole(user, line)
    told = report(import_id)
    documents = [one for one in told.documents if whole or (one.communities and all(map(user.sees, one.communities)))]
    wanted = request.GET.get("show", "")
    if wanted == "problems":
        documents = [one for one in documents if one.counts.rejected or one.doubts or one.warnings or not one.digest]
    page, titles = page_of(request, documents, _SIZE), format_titles()
    undoing = undoing_of(import_id)
    job = Job.objects.filter(pk=undoing.job).first() if undoing is not None and undoing.job else None
    communities = sorted(told.communities.items(), key=lambda pair: -pair[1].kept)
    context = {
        "line": line, "page": page, "documents": [DocumentLine(one, titles.get(one.format, one.format))
                                                  for one in page.object_list],
        "reasons": reasons_said(line.total.rejected) if whole else [], "whole": whole, "wanted": wanted,
        "warnings": [half(text) for text in told.warnings] if whole else [], "undoing": undoing, "job": job,
        "by": with_people([line])[0].by, "names": _names(),
        "communities": [pair for pair in communities if user.sees(pair[0])][:60],
        "refresh": job is not None and job.open, "swept": not told.documents and line.files,
    }  # fmt: skip
    return render(request, "ingest/report.html", context)


def undo(request: HttpRequest, import_id: str) -> HttpResponse:
    """Ask why an import is taken back, then take it back."""
    line = _found(request, import_id, whole=True)
    if line.undone:
        messages.info(request, say("这次导入已经撤销。", "This import was taken back already."))
        return redirect("ingest:report", import_id=import_id)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask_undo(import_id, form.cleaned_data["reason"], actor_of(request))
        return redirect("ingest:report", import_id=import_id)
    return render(request, "ingest/undo.html", {"line": line, "form": form, "names": _names()})
