"""Verdict, skip, undo and draft of one item, asked by the queue's script; and the history of an item as a page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import actor_of
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.reviews import cards, selectors
from qunjian_console.reviews.models import Item
from qunjian_console.reviews.refusals import ConflictError, RefusedError
from qunjian_console.reviews.services import deciding, working
from qunjian_console.reviews.services.deciding import Judgement

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from qunjian_console.reviews.models import Decision

_TOKEN = re.compile(r"[0-9A-Za-z-]{8,64}")
_MOST_REASON = 1000


def judge(request: HttpRequest, item: int) -> HttpResponse:
    """Take a verdict."""
    return _answered(request, lambda said: deciding.judge(item, reader(request), said, actor_of(request)))


def skip(request: HttpRequest, item: int) -> HttpResponse:
    """Leave an item out."""
    return _answered(request, lambda said: deciding.skip(item, reader(request), said, actor_of(request)))


def undo(request: HttpRequest, item: int) -> HttpResponse:
    """Take the newest decision back."""
    return _answered(
        request, lambda said: deciding.undo(item, reader(request), said.seen, said.token, actor_of(request))
    )


def draft(request: HttpRequest, item: int) -> HttpResponse:
    """Keep what is filled in so far."""
    return JsonResponse({"kept": working.save_draft(item, reader(request), request.POST.get("body", "{}"))})


def show(request: HttpRequest, item: int) -> HttpResponse:
    """Show an item with everything that was decided on it."""
    found = get_object_or_404(Item.objects.select_related("plan"), pk=item)
    history = list(found.history.all())
    card = cards.cards(request, found.plan, [found])[0] if reader(request).role != "auditor" else None
    return render(request, "reviews/item.html", {
        "item": found, "card": card, "history": history, "who": names(each.by for each in history),
        "token": f"page-{found.pk}-{found.version}",
        "last": selectors.last_decision(reader(request), found.plan_id),
    })  # fmt: skip


def _answered(request: HttpRequest, decide: Callable[[Judgement], Decision]) -> HttpResponse:
    """Decide, and say how it went: as JSON to the script, as a notice to a plain form."""
    said = _said(request)
    scripted = request.headers.get("Accept", "").startswith("application/json")
    if said is None:
        messages.error(request, say("请求读不懂，什么也没有改动。", "The request made no sense; nothing was changed."))
        return redirect("reviews:list")
    try:
        made = decide(said)
    except ConflictError as error:
        told, status = str(error), 409
    except RefusedError as error:
        told, status = str(error), 422
    else:
        if scripted:
            return JsonResponse({"version": made.version, "score": made.score})
        return redirect("reviews:item", item=made.item_id)
    if scripted:
        return JsonResponse({"message": told}, status=status)
    messages.error(request, told)
    return redirect("reviews:list")


def _said(request: HttpRequest) -> Judgement | None:
    given = request.POST
    seen, token = given.get("seen", ""), given.get("token", "")
    if not seen.isdigit() or not _TOKEN.fullmatch(token):
        return None
    try:
        marks, causes = (json.loads(given.get(name) or "{}") for name in ("marks", "causes"))
        marks = {str(name): None if level is None else int(level) for name, level in marks.items()}
        causes = {str(name): [int(each) for each in found] for name, found in causes.items()}
    except (ValueError, TypeError, AttributeError):
        return None
    return Judgement(
        int(seen), token, given.get("verdict", ""), given.get("reason", "").strip()[:_MOST_REASON], marks, causes
    )
