"""The mapping workbench: mark in a sample what each field means, see it parsed while marking, keep it as a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.errors import QunjianError, in_words
from qunjian_console.bridge.mappings import FORMS, STARTS, Sketch, guess_roles, role_titles, sketch_of, try_draft
from qunjian_console.bridge.zones import COMMON
from qunjian_console.ingest import services
from qunjian_console.ingest.drafting import BenchForm, draft_of, first_values, marked_roles, wanted_of
from qunjian_console.ingest.entries import PREVIEWED
from qunjian_console.ingest.models import Stage, StagedFile
from qunjian_console.ingest.reading import place_of
from qunjian_console.ingest.showing import sample_lines
from qunjian_console.language import say

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.mappings import Tried


def show(request: HttpRequest, upload: uuid.UUID, number: int) -> HttpResponse:
    """Show the sample with what was guessed, try what was marked, or keep it."""
    file = StagedFile.objects.filter(upload=upload, number=number).exclude(upload__stage=Stage.DONE).first()
    if file is None:
        return redirect("ingest:upload", upload=upload)
    if request.method == "GET":
        with transaction.atomic():
            record(
                PREVIEWED, actor_of(request), subject=f"upload:{upload}",
                after={"digest": file.digest, "name": file.name},
            )  # fmt: skip
        found = sketch_of(place_of(file))
        form = BenchForm(first_values(file.name, found))
        form.is_valid()
        return _shown(request, file, form, found, guess_roles(found))
    form, found, roles = _marked(request, file)
    if "keep" not in request.POST or not form.is_valid():
        return _shown(request, file, form, found, roles)
    draft = draft_of(form.cleaned_data, found, roles, file.name)
    try:
        kept = services.keep_draft(file, draft, actor_of(request))
    except QunjianError as error:
        told = in_words(error)
        form.add_error("title", say(told.zh, told.en) if told is not None else "")
        return _shown(request, file, form, found, roles)
    messages.success(request, say("映射“{name}”已保存。", "The mapping '{name}' is saved.", name=kept))
    return redirect("ingest:upload", upload=upload)


def attempt(request: HttpRequest, upload: uuid.UUID, number: int) -> HttpResponse:
    """Answer the script of the page: the fields found, and what the draft makes of the sample."""
    file = get_object_or_404(StagedFile, upload=upload, number=number)
    form, found, roles = _marked(request, file)
    return render(request, "ingest/bench_live.html", _context(file, form, found, roles))


def _marked(request: HttpRequest, file: StagedFile) -> tuple[BenchForm, Sketch, dict[str, str]]:
    form = BenchForm(request.POST)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) for name in form.fields}
    if not given["format"]:
        return form, Sketch("log"), {}
    found = sketch_of(place_of(file), wanted_of(given))
    roles = marked_roles(request.POST, found.fields)
    return form, found, roles or guess_roles(found)


def _context(file: StagedFile, form: BenchForm, found: Sketch, roles: dict[str, str]) -> dict[str, object]:
    tried: Tried | None = None
    if form.is_valid():
        tried = try_draft(place_of(file), draft_of(form.cleaned_data, found, roles, file.name))
    mine = {field: role for role, field in roles.items()}
    problems = [(f"id_{name}", text) for name, texts in form.errors.items() for text in texts]
    problems += [(one.control, one.words) for one in tried.problems] if tried is not None else []
    samples = sample_lines([tried.sample], {}) if tried is not None and tried.sample is not None else []
    return {
        "file": file, "upload": file.upload, "sketch": found, "tried": tried, "problems": problems,
        "fields": [(n, field, mine.get(field.name, "")) for n, field in enumerate(found.fields)],
        "table": found.format in ("csv", "tsv", "xlsx"), "roles": role_titles(), "samples": samples,
        "good": tried is not None and tried.sample is not None and tried.sample.seen.messages > 0,
    }  # fmt: skip


def _shown(
    request: HttpRequest, file: StagedFile, form: BenchForm, found: Sketch, roles: dict[str, str]
) -> HttpResponse:
    context = _context(file, form, found, roles) | {"form": form, "starts": STARTS, "forms": FORMS, "zones": COMMON}
    return render(request, "ingest/bench.html", context)
