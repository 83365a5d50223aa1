"""The list of plans, a new plan, and one plan with what came out of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.reviewing import Wanted
from qunjian_console.bridge.rules import rule_texts
from qunjian_console.bridge.severities import TITLES
from qunjian_console.frame.paging import page_of
from qunjian_console.jobs.models import OPEN, Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.reviews import selectors
from qunjian_console.reviews.forms import PlanForm
from qunjian_console.reviews.handlers import DRAW, DrawWish
from qunjian_console.reviews.models import UNFLAGGED, PlanState
from qunjian_console.reviews.services import planning

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

KINDS = {**TITLES, UNFLAGGED: say("没有命中的消息", "Messages nobody flagged")}


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the plans, the newest first, and what is left for the reader."""
    user = reader(request)
    page = page_of(request, selectors.plans(user), 20)
    left = {plan.pk: selectors.left_for(user, plan.pk) for plan in page.object_list if plan.state == PlanState.OPEN}
    drawing = any(plan.state == PlanState.DRAWING for plan in page.object_list)
    return render(request, "reviews/list.html", {"page": page, "left": left, "refresh": drawing})


def make(request: HttpRequest) -> HttpResponse:
    """Make a plan and have it drawn."""
    user = reader(request)
    seen = {number: name for number, name in community_names().items() if user.sees(number)}
    form = PlanForm(request.POST or None, communities=seen)
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        with transaction.atomic():
            plan = planning.make(
                form.cleaned_data["name"], form.wanted(() if user.everywhere else tuple(seen)), actor,
                due=form.cleaned_data["due"],
            )  # fmt: skip
            wish = DrawWish(plan.pk, form.cleaned_data["with_form"])
            enqueue(DRAW.kind, wish, actor, once=f"{DRAW.kind}:{plan.pk}")
        return redirect("reviews:plan", plan=plan.pk)
    return render(request, "reviews/plan_new.html", {"form": form})


def show(request: HttpRequest, plan: int) -> HttpResponse:
    """Show one plan: its draw, its progress, precision by rule, faults missed."""
    user = reader(request)
    found = get_object_or_404(selectors.plans(user), pk=plan)
    results = selectors.results(found)
    results.strata[:] = [each for each in results.strata if user.everywhere or user.sees(each.stratum.community_id)]
    texts = rule_texts(found.standard) if found.standard else {}
    job = Job.objects.filter(kind=DRAW.kind, parameters__contains=f'"plan":{plan},').first()
    skips = [skip for skip in selectors.skipped(found)[:100] if user.sees(skip.item.community)]
    return render(request, "reviews/plan.html", {
        "plan": found, "wish": msgspec.json.decode(found.wish, type=Wanted), "results": results, "kinds": KINDS,
        "rules": {rule: text.name for rule, text in texts.items()}, "communities": community_names(),
        "left": selectors.left_for(user, plan), "skips": skips, "who": names([skip.by for skip in skips] + [found.by]),
        "job": job, "refresh": found.state == PlanState.DRAWING and (job is None or job.state in OPEN),
        "has_form": bool(found.form), "items": len(json.loads(found.strata)),
    })  # fmt: skip


def close(request: HttpRequest, plan: int) -> HttpResponse:
    """Close a plan."""
    planning.close(plan, actor_of(request))
    messages.success(request, say("计划已结束。", "The plan is closed."))
    return redirect("reviews:plan", plan=plan)
