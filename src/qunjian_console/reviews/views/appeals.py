"""Appeals as those who decide them see them: the list with its clock, one appeal, its files, how many are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.rules import rule_texts
from qunjian_console.frame.paging import page_of
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.reviews import cards
from qunjian_console.reviews.forms import RulingForm
from qunjian_console.reviews.identities import own_accounts
from qunjian_console.reviews.models import Appeal, AppealState, Attachment, Plan
from qunjian_console.reviews.overturning import overturned
from qunjian_console.reviews.refusals import RefusedError
from qunjian_console.reviews.services import appealing
from qunjian_console.reviews.services.appealing import Ruling

if TYPE_CHECKING:
    from django.http import HttpRequest

WAITING = (AppealState.OPEN, AppealState.FINAL_OPEN)


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the appeals, those that wait first, by when they are due."""
    user = reader(request)
    found = Appeal.objects.select_related("item__plan", "user").prefetch_related("judgments")
    if not user.everywhere:
        found = found.filter(item__community__in=user.communities)
    every = request.GET.get("all") == "1"
    page = page_of(request, found.order_by("-made") if every else found.filter(state__in=WAITING).order_by("due"))
    rates = overturned(user)
    standard = Plan.objects.exclude(standard="").values_list("standard", flat=True).first()
    return render(request, "reviews/appeals.html", {
        "page": page, "every": every, "now": timezone.now(), "rates": rates,
        "who": names(number for number, _ in rates.reviewers),
        "rules": {rule: text.name for rule, text in rule_texts(standard).items()} if standard else {},
    })  # fmt: skip


def decide(request: HttpRequest, appeal: int) -> HttpResponse:
    """Show one appeal with everything about it, and decide it."""
    user = reader(request)
    held = get_object_or_404(Appeal.objects.select_related("item__plan", "user"), pk=appeal)
    form = RulingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ruling = Ruling(given["outcome"], given["reason"], given["verdict"], given["score"])
        try:
            appealing.decide(appeal, user, ruling, actor_of(request))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, say("已裁定。", "Decided."))
            return redirect("reviews:appeals")
    waiting = held.state in WAITING
    why_not = appealing.why_not(held, held.item, user, own_accounts(user)) if waiting else None
    judgments = list(held.judgments.all())
    return render(request, "reviews/appeal_decide.html", {
        "appeal": held, "card": cards.cards(request, held.item.plan, [held.item])[0], "form": form,
        "waiting": waiting, "why_not": why_not, "judgments": judgments, "now": timezone.now(),
        "who": names([held.first_by, *(each.by for each in judgments)]),
        "files": held.attachments.defer("content"),
    })  # fmt: skip


def attachment(request: HttpRequest, attachment: int) -> HttpResponse:
    """Hand a file out as a download; no browser shows it in a page of ours."""
    found = get_object_or_404(Attachment, pk=attachment)
    answer = HttpResponse(bytes(found.content), content_type=found.kind)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    ending = found.name.rpartition(".")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="appeal-{found.appeal_id}-{found.pk}.{ending}"'
    return answer
