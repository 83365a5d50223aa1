"""Reads about reports and schedules, within what a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from qunjian_console.jobs.models import OPEN, Job, State
from qunjian_console.policy.rows import EVERYTHING, Subject
from qunjian_console.reports.models import Covered, Report, Schedule

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from qunjian_console.accounts.models import User
    from qunjian_console.policy.rows import Arguments

BUILD, DRAW, PACK = "reports.build", "reports.draw", "reports.pack"
COMPLIANCE = "compliance"


def reports_for(person: User) -> QuerySet[Report]:
    """Return the reports whose every community lies in the person's scope, the newest first."""
    found = Report.objects.prefetch_related("files", "covered")
    if person.everywhere:
        return found
    outside = Covered.objects.filter(report=OuterRef("pk")).exclude(community__in=person.communities)
    return found.filter(~Exists(outside), everything=False)


def schedules_for(person: User) -> list[Schedule]:
    """Return the schedules whose every community lies in the person's scope."""
    return [each for each in Schedule.objects.all() if _within(person, each)]


def _within(person: User, schedule: Schedule) -> bool:
    return person.everywhere or (not schedule.everything and all(map(person.sees, schedule.communities)))


def subject(arguments: Arguments) -> Subject | None:
    """Return what a report is about: all communities it tells of."""
    report = Report.objects.filter(pk=str(arguments["report"])).first()
    if report is None:
        return None
    told = tuple(report.covered.values_list("community", flat=True))
    return Subject(communities=(EVERYTHING,) if report.everything else told)


def schedule_subject(arguments: Arguments) -> Subject | None:
    """Return what a schedule is about."""
    found = Schedule.objects.filter(pk=str(arguments["schedule"])).first()
    if found is None:
        return None
    return Subject(communities=(EVERYTHING,) if found.everything else tuple(found.communities))


def own_job(arguments: Arguments) -> Subject | None:
    """Return whose job of this app an address names."""
    owner = (
        Job.objects.filter(pk=str(arguments["job"]), kind__in=(BUILD, DRAW, PACK)).values_list("by", flat=True).first()
    )
    return Subject(person=owner) if owner is not None else None


def builds_of(person: User, since: dt.timedelta) -> list[Job]:
    """Return this person's builds that are under way, or failed of late."""
    lately = Q(state=State.FAILED, created__gt=timezone.now() - since)
    return list(Job.objects.filter(Q(state__in=OPEN) | lately, kind__in=(BUILD, DRAW, PACK), by=person.pk)[:5])
