"""Drafts: copying a standard into one, its first page, name and summary, history, restoring, discarding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge import drafting
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.standards import Place, opened
from qunjian_console.language import current, say
from qunjian_console.standards import selectors
from qunjian_console.standards.forms import AboutForm
from qunjian_console.standards.models import Draft, DraftState, Revision, What
from qunjian_console.standards.services import drafts as services
from qunjian_console.standards.views.saving import CLOSED, saved

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def copy(request: HttpRequest, origin: str, name: str) -> HttpResponse:
    """Copy a standard into a new draft; one of the library gets an id of its own."""
    place = Place(origin, name)
    try:
        edition = opened(place)
        if edition is None:
            raise Http404
        whole = drafting.copy_of(place)
    except QunjianError as error:
        return render(request, "standards/broken.html", {"name": name, "error": error})
    own = origin != "library"
    title = (
        whole.standard.name.zh if own else str(say("{name}（我们的）", "{name} (ours)", name=edition.standard.name.zh))
    )
    made = services.begin(
        place, whole, title[:120], actor_of(request),
        name=whole.standard.id if own else drafting.free_name(f"{whole.standard.id}_ours", selectors.names_taken()),
        version=drafting.next_version(whole.standard.version) if own else "1",
    )  # fmt: skip
    return redirect("standards:draft", draft=made.pk)


def show(request: HttpRequest, draft: int) -> HttpResponse:
    """Show a draft: what differs from where it came from, and what can be edited."""
    found = get_object_or_404(Draft.objects.select_related("by"), pk=draft)
    digest = found.digest
    return render(request, "standards/draft.html", {
        "draft": found, "standard": drafting.draft_at(digest).standard, "edition": drafting.edition_at(digest),
        "changes": drafting.changes(digest), "checks": selectors.wrong_rules(digest),
        "open": found.state == DraftState.OPEN,
        "latest": found.revisions.select_related("by").first(), "proposal": found.releases.first(),
    })  # fmt: skip


def history(request: HttpRequest, draft: int) -> HttpResponse:
    """Show every state that was saved."""
    found = get_object_or_404(Draft, pk=draft)
    return render(request, "standards/history.html", {
        "draft": found, "standard": drafting.draft_at(found.digest).standard, "open": found.state == DraftState.OPEN,
        "revisions": found.revisions.select_related("by"),
    })  # fmt: skip


def restore(request: HttpRequest, draft: int, number: int) -> HttpResponse:
    """Make an earlier state the newest."""
    found = get_object_or_404(Draft, pk=draft)
    get_object_or_404(Revision, draft=found, number=number)
    try:
        services.restore(found, number, actor_of(request))
    except services.ClosedError:
        messages.error(request, CLOSED)
    else:
        messages.success(request, say("已恢复到第 {n} 版。", "Revision {n} is restored.", n=number))
    return redirect("standards:draft", draft=draft)


def discard(request: HttpRequest, draft: int) -> HttpResponse:
    """Put a draft away."""
    services.discard(get_object_or_404(Draft, pk=draft), actor_of(request))
    return redirect("standards:list")


def about(request: HttpRequest, draft: int) -> HttpResponse:
    """Change name, version and summary."""
    found = get_object_or_404(Draft, pk=draft)
    standard = drafting.draft_at(found.digest).standard
    summary = standard.summary
    form = AboutForm(request.POST or None, initial={
        "zh": standard.name.zh, "en": standard.name.en, "version": standard.version,
        "summary": getattr(summary, current()) if summary else "",
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said = (given["zh"], given["en"] or given["zh"], given["version"], given["summary"])
        done = saved(
            request, found, lambda content, _: drafting.with_about(content, *said), drafting.about_of, What.ABOUT
        )
        if done is not None:
            return done
    return render(request, "standards/about.html", {"draft": found, "standard": standard, "form": form})
