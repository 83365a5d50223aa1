"""Schedules: add, pause, resume, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.inspections import standards
from qunjian_console.inspections.forms import ScheduleForm
from qunjian_console.inspections.models import Schedule
from qunjian_console.inspections.selectors import names_for
from qunjian_console.inspections.services import scheduling
from qunjian_console.messages.services import reader

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def add(request: HttpRequest) -> HttpResponse:
    """Schedule an inspection."""
    user = reader(request)
    names = names_for(user)
    form = ScheduleForm(request.POST or None, standards=standards(), communities=names)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["communities"] or ([] if user.everywhere else list(names))
        scheduling.schedule({**form.cleaned_data, "communities": chosen}, user, actor_of(request))
        return redirect("inspections:list")
    return render(request, "inspections/schedule.html", {"form": form})


def pause(request: HttpRequest, schedule: int) -> HttpResponse:
    """Hold a schedule."""
    scheduling.pause(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("inspections:list")


def resume(request: HttpRequest, schedule: int) -> HttpResponse:
    """Let a schedule go on."""
    scheduling.resume(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("inspections:list")


def end(request: HttpRequest, schedule: int) -> HttpResponse:
    """End a schedule."""
    scheduling.unschedule(get_object_or_404(Schedule, pk=schedule), actor_of(request))
    return redirect("inspections:list")
