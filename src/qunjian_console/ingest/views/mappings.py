"""The mappings kept in the workspace: list, edit as text, download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.errors import QunjianError, in_words
from qunjian_console.bridge.mappings import kept, page_of, shipped
from qunjian_console.ingest import services
from qunjian_console.ingest.forms import MappingForm
from qunjian_console.language import say

if TYPE_CHECKING:
    from django.http import HttpRequest


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the team's own mappings, and those that come with the product."""
    return render(request, "ingest/mappings.html", {"own": kept(), "shipped": shipped()})


def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mapping file, and keep what was changed."""
    page = page_of(name)
    if page is None:
        raise Http404
    form = MappingForm(request.POST or None, initial={"page": page})
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_page(name, form.cleaned_data["page"], actor_of(request))
        except QunjianError as error:
            told = in_words(error)
            lines = say(told.zh, told.en).split("\n") if told is not None else []
            for line in lines:
                form.add_error("page", line)
            return render(request, "ingest/mapping.html", {"form": form, "name": name}, status=400)
        messages.success(request, say("已保存。", "Saved."))
        return redirect("ingest:mapping", name=name)
    return render(request, "ingest/mapping.html", {"form": form, "name": name})


def download(request: HttpRequest, name: str) -> HttpResponse:
    """Return a mapping file."""
    page = page_of(name)
    if page is None:
        raise Http404
    answer = HttpResponse(page.encode(), content_type="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer
