"""Schedules: made, paused, ended, and started when they are due."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.inspections.entries import PAUSED, RESUMED, SCHEDULED, UNSCHEDULED
from qunjian_console.inspections.handlers import RUN, RunWish
from qunjian_console.inspections.models import Every, Schedule, Window
from qunjian_console.jobs.services import enqueue

if TYPE_CHECKING:
    from typing import Any

    from qunjian_console.accounts.models import User

_DAYS = {Window.YESTERDAY: 1, Window.WEEK: 7, Window.MONTH: 30}


def next_due(every: str, weekday: int, at: dt.time, after: dt.datetime) -> dt.datetime:
    """Return the next instant of a schedule after another, by local wall time."""
    zone = timezone.get_default_timezone()
    day = after.astimezone(zone).date()
    while True:
        due = dt.datetime.combine(day, at, zone)
        if due > after and (every == Every.DAY or day.isoweekday() == weekday):
            return due
        day += dt.timedelta(days=1)


def days_of(window: str, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the days a schedule looks at when it runs on a day."""
    back = _DAYS.get(Window(window))
    return (None, None) if back is None else (today - dt.timedelta(days=back), today - dt.timedelta(days=1))


@transaction.atomic
def schedule(given: dict[str, Any], user: User, actor: Actor) -> Schedule:
    """Let an inspection start by itself from now on."""
    due = next_due(given["every"], given["weekday"], given["at"], timezone.now())
    made = Schedule.objects.create(**given, due=due, by=user)
    record(SCHEDULED, actor, subject=f"schedule:{made.pk}", after=_told(made))
    return made


@transaction.atomic
def pause(one: Schedule, actor: Actor) -> None:
    """Hold a schedule."""
    if Schedule.objects.filter(pk=one.pk, paused=False).update(paused=True):
        record(PAUSED, actor, subject=f"schedule:{one.pk}")


@transaction.atomic
def resume(one: Schedule, actor: Actor) -> None:
    """Let a schedule go on; what it missed meanwhile is not made up."""
    due = next_due(one.every, one.weekday, one.at, timezone.now())
    if Schedule.objects.filter(pk=one.pk, paused=True).update(paused=False, due=due):
        record(RESUMED, actor, subject=f"schedule:{one.pk}")


@transaction.atomic
def unschedule(one: Schedule, actor: Actor) -> None:
    """End a schedule."""
    record(UNSCHEDULED, actor, subject=f"schedule:{one.pk}", before=_told(one))
    one.delete()


def start_due(now: dt.datetime) -> int:
    """Start what is due; several misses are one run. Returns how many were started."""
    started = 0
    for one in Schedule.objects.filter(paused=False, due__lte=now):
        with transaction.atomic():
            later = next_due(one.every, one.weekday, one.at, now)
            if Schedule.objects.filter(pk=one.pk, due=one.due, paused=False).update(due=later):
                first, last = days_of(one.window, timezone.localtime(now).date())
                wish = RunWish(one.standard, first, last, tuple(one.communities))
                job = enqueue(RUN.kind, wish, PROGRAM, once=f"schedule:{one.pk}")
                Schedule.objects.filter(pk=one.pk).update(job=job.pk)
                started += 1
    return started


def _told(one: Schedule) -> dict[str, object]:
    return {
        "every": one.every, "weekday": one.weekday, "at": f"{one.at:%H:%M}", "window": one.window,
        "standard": one.standard, "communities": list(one.communities),
    }  # fmt: skip
