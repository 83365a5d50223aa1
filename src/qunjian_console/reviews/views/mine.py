"""我的: what counts this week and why, what awaits review, appeals; made for a phone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.language import say
from qunjian_console.messages.services import open_around, reader
from qunjian_console.reviews import mine
from qunjian_console.reviews.attachments import MOST_FILES, accepted
from qunjian_console.reviews.forms import AppealForm
from qunjian_console.reviews.models import Item, Verdict
from qunjian_console.reviews.refusals import RefusedError
from qunjian_console.reviews.services import appealing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from qunjian_console.accounts.models import User
    from qunjian_console.audit.services import Actor


def show(request: HttpRequest) -> HttpResponse:
    """Show the reader's week."""
    user = reader(request)
    try:
        day = dt.date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = None
    week = mine.my_week(user, day)
    first = week.week.first if week.week else None
    return render(request, "reviews/mine.html", {
        "mine": week, "counts": week.standing(Verdict.CONFIRMED), "waiting": week.standing(mine.WAITING),
        "unsure": week.standing(Verdict.UNSURE), "refuted": week.standing(Verdict.REFUTED),
        "todo": [each for each in week.findings if each.appealable],
        "appeals": mine.my_appeals(user), "before": first - dt.timedelta(days=7) if first else None,
        "after": first + dt.timedelta(days=7) if first else None,
    })  # fmt: skip


def finding(request: HttpRequest, finding: str) -> HttpResponse:
    """Show one finding about the reader, with the message in its context."""
    found = mine.my_finding(finding)
    if found is None:
        raise Http404
    lines = open_around(request, found.finding.key, before=3, after=3)
    return render(request, "reviews/mine_finding.html", {"each": found, "lines": lines})


def appeal(request: HttpRequest, item: int) -> HttpResponse:
    """Make an appeal."""
    held = get_object_or_404(Item.objects.select_related("plan"), pk=item)
    form = AppealForm(request.POST or None, scored=held.score is not None)
    if request.method == "POST" and form.is_valid():
        try:
            files = accepted(request.FILES.getlist("files"))
            appealing.appeal(
                item, reader(request), form.cleaned_data["reason"], actor_of(request),
                asked=form.cleaned_data.get("score"), files=files,
            )  # fmt: skip
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, say("申诉已提交，由另一个人裁定。", "The appeal is made; somebody else decides it.")
            )
            return redirect("reviews:mine")
    until = appealing.window_of(held)
    return render(request, "reviews/appeal.html", {"item": held, "form": form, "until": until, "most": MOST_FILES})


def withdraw(request: HttpRequest, appeal: int) -> HttpResponse:
    """Take an appeal back."""
    return _done(request, appealing.withdraw, appeal, str(say("已撤回。", "Withdrawn.")))


def final(request: HttpRequest, appeal: int) -> HttpResponse:
    """Ask for final judgement."""
    return _done(request, appealing.ask_for_final, appeal, str(say("已申请终审。", "Final judgement is asked for.")))


def _done(request: HttpRequest, act: Callable[[int, User, Actor], None], number: int, told: str) -> HttpResponse:
    try:
        act(number, reader(request), actor_of(request))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("reviews:mine")
