"""Takes uploaded files in: by a plain form, or one request after the other from the script of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from qunjian_console.audit.services import actor_of
from qunjian_console.ingest import services, staging
from qunjian_console.ingest.models import Upload
from qunjian_console.ingest.receiving import Arrived, ToDisk
from qunjian_console.language import say

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


# The token is checked below, once the handler stands that writes to the right disk: the check reads the whole body.
@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """Begin an upload with the files of this request."""
    return _received(request, None)


@csrf_exempt
def add(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """Add the files of this request to an upload."""
    return _received(request, upload)


def _received(request: HttpRequest, upload: uuid.UUID | None) -> HttpResponse:
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    known = get_object_or_404(Upload, pk=upload) if upload is not None else None
    refusal = _refusal(size, known)
    if refusal:
        return _answer(request, known, error=refusal)
    home = staging.home() / "arriving"
    home.mkdir(parents=True, exist_ok=True)
    handler = ToDisk(home)
    request.upload_handlers = [handler]
    try:
        return _taken(request, known, handler)
    finally:
        handler.discard()


def _refusal(size: int, upload: Upload | None) -> str:
    """Return why so much is not taken, before a byte of it is read."""
    if size + (upload.bytes if upload is not None else 0) > staging.MOST_BYTES:
        return say("一次上传不能超过 64 GB", "an upload may not be larger than 64 GB")
    if not staging.room_for(size):
        return say("磁盘空间不够，请先清理再传", "the disk has no room for it: clear some first")
    if upload is not None and upload.files_count >= staging.MOST_FILES:
        return say("一次最多 5 万个文件；请打成 zip 再传", "50,000 files at most: pack them into a zip")
    if upload is not None and not services.settled(upload):
        return say("这一批已经开始导入", "this upload is being imported already")
    return ""


@csrf_protect
def _taken(request: HttpRequest, upload: Upload | None, handler: ToDisk) -> HttpResponse:
    arrived = [
        (file, request.POST.get(f"p{field[1:]}", "") or file.written)
        for field, files in request.FILES.lists()
        for file in files
        if isinstance(file, Arrived)
    ]
    if handler.refused:
        messages.warning(
            request,
            say(
                "没有收下 {n} 个文件：过大，或磁盘已满",
                "{n} files were not taken: too large, or the disk is full",
                n=len(handler.refused),
            ),
        )
    if not arrived and upload is None:
        error = "" if handler.refused else say("没有选择文件", "no file was chosen")
        return _answer(request, None, error=error)
    upload = upload or services.begin(actor_of(request))
    services.take_over(upload, arrived, actor_of(request))
    if "more" not in request.POST:
        services.examine(upload)
    return _answer(request, upload)


def _answer(request: HttpRequest, upload: Upload | None, *, error: str = "") -> HttpResponse:
    """Answer a script by JSON, a form by a page."""
    page = reverse("ingest:upload", args=[upload.pk]) if upload is not None else reverse("ingest:imports")
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"page": page, "error": str(error)}, status=400 if error else 200)
    if error:
        messages.error(request, error)
    return redirect(page)
