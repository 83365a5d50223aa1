"""An upload before it is imported: what its files were taken for, their first rows, how they are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.errors import QunjianError, in_words
from qunjian_console.bridge.formats import format_titles
from qunjian_console.bridge.imports import one_import
from qunjian_console.bridge.zones import COMMON
from qunjian_console.frame.paging import page_of
from qunjian_console.ingest import services
from qunjian_console.ingest.entries import PREVIEWED
from qunjian_console.ingest.forms import MannerForm
from qunjian_console.ingest.models import Stage, StagedFile, Upload
from qunjian_console.ingest.reading import glance_of, looker_of, manner_of, place_of
from qunjian_console.ingest.showing import FileLine, sample_lines, table_said
from qunjian_console.jobs.models import Job
from qunjian_console.language import say

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Show an upload, its files and what is being done with it."""
    return _shown(request, get_object_or_404(Upload, pk=upload), None)


def _shown(request: HttpRequest, upload: Upload, form: MannerForm | None) -> HttpResponse:
    job = Job.objects.filter(pk=upload.job).first() if upload.job else None
    manner = manner_of(upload)
    initial = {"forced": manner.forced, "community": manner.community, "zone": manner.zone, "me": manner.me}
    files = upload.files.all()
    if request.GET.get("show") == "doubtful":
        files = files.exclude(glance__contains='"doubts":[]').exclude(glance="")
    page = page_of(request, files)
    titles = format_titles()
    context = {
        "upload": upload, "job": job, "page": page, "settled": services.settled(upload),
        "lines": [FileLine(file, glance_of(file), titles) for file in page.object_list],
        "left": upload.files.filter(glance="").count(), "form": form or MannerForm(initial=initial),
        "chosen": any(initial.values()), "communities": _communities(request), "zones": COMMON,
        "refresh": job is not None and job.open,
        "brought": one_import(upload.import_id) if upload.import_id else None,
        "taken": [table_said(str(one)) for one in _tables(job)],
    }  # fmt: skip
    return render(request, "ingest/upload.html", context, status=400 if form is not None else 200)


def _tables(job: Job | None) -> list[object]:
    found = job.shown.get("tables") if job is not None else None
    return found if isinstance(found, list) else []


def _communities(request: HttpRequest) -> list[tuple[str, str]]:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    return sorted((key, name) for key, name in community_names().items() if user.sees(key))


def examine(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Look at some more files."""
    found = get_object_or_404(Upload, pk=upload)
    left = _examined(request, found)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"left": left})
    return redirect("ingest:upload", upload=upload)


def _examined(request: HttpRequest, upload: Upload) -> int:
    try:
        return services.examine(upload)
    except QunjianError as error:
        told = in_words(error)
        assert told is not None  # noqa: S101 (it is one of theirs)
        messages.error(request, say(told.zh, told.en))
        return 0


def choose(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Say how the files are to be read."""
    found = get_object_or_404(Upload, pk=upload)
    form = MannerForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    if services.settled(found):
        services.choose(found, form.manner())
        _examined(request, found)
    return redirect("ingest:upload", upload=upload)


def start(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Start the import."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    only = None if user.everywhere else tuple(sorted(user.communities))
    if not services.start(get_object_or_404(Upload, pk=upload), actor_of(request), only):
        messages.warning(request, say("没有可导入的文件，或已经开始", "nothing to import, or it is under way already"))
    return redirect("ingest:upload", upload=upload)


def discard(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Throw the files away."""
    if services.discard(get_object_or_404(Upload, pk=upload), actor_of(request)):
        messages.success(request, say("已放弃，文件已删除。", "Discarded; the files were deleted."))
        return redirect("ingest:imports")
    return redirect("ingest:upload", upload=upload)


def remove_file(request: HttpRequest, upload: uuid.UUID, number: int) -> HttpResponse:
    """Take one file out."""
    file = StagedFile.objects.filter(upload=upload, number=number).first()
    if file is not None:
        services.remove(file, actor_of(request))
    return redirect("ingest:upload", upload=upload)


def show_file(request: HttpRequest, upload: uuid.UUID, number: int) -> HttpResponse:
    """Show the first rows of one file; that somebody looked is an entry."""
    file = StagedFile.objects.filter(upload=upload, number=number).first()
    if file is None or file.upload.stage == Stage.DONE:  # its import may have taken it away meanwhile
        return redirect("ingest:upload", upload=upload)
    with transaction.atomic():
        record(
            PREVIEWED, actor_of(request), subject=f"upload:{upload}",
            after={"digest": file.digest, "name": file.name},
        )  # fmt: skip
    glance = glance_of(file)
    samples, problem = [], ""
    if glance is None or not glance.table:
        try:
            samples = sample_lines(looker_of(file.upload).sample(place_of(file)), format_titles())
        except QunjianError as error:
            told = in_words(error)
            problem = say(told.zh, told.en) if told is not None else ""
    context = {"file": file, "glance": glance, "samples": samples, "problem": problem, "upload": file.upload}
    return render(request, "ingest/file.html", context)
