"""Schedules: the list, a new one, pause, go on, catch up, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.reports import PRESETS
from qunjian_console.language import say
from qunjian_console.reports import ordering
from qunjian_console.reports.forms import ScheduleForm
from qunjian_console.reports.models import Schedule
from qunjian_console.reports.selectors import schedules_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show(request: HttpRequest) -> HttpResponse:
    """Show the schedules, and take a new one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    form = ScheduleForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wish = form.wish(given["preset"])
        ordering.schedule(wish, given["hour"], actor_of(request), everything=form.everything)
        messages.success(request, say("已设好。", "It is scheduled."))
        return redirect("reports:schedules")
    schedules = schedules_for(user)
    context = {
        "form": form, "schedules": schedules, "presets": PRESETS, "communities": community_names(),
        "people": names(each.by for each in schedules),
    }  # fmt: skip
    return render(request, "reports/schedules.html", context)


def pause(request: HttpRequest, schedule: int) -> HttpResponse:
    """Let one rest."""
    ordering.pause(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("reports:schedules")


def resume(request: HttpRequest, schedule: int) -> HttpResponse:
    """Let one go on."""
    ordering.resume(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("reports:schedules")


def catch_up(request: HttpRequest, schedule: int) -> HttpResponse:
    """Build what one missed."""
    count = ordering.catch_up(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    messages.success(request, say("补做 {n} 份，正在排队。", "{n} reports are in the queue.", n=count))
    return redirect("reports:list")


def end(request: HttpRequest, schedule: int) -> HttpResponse:
    """End one."""
    ordering.unschedule(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("reports:schedules")
