"""Reads about jobs, within what a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian_console.jobs.models import Job
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Subject

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qunjian_console.policy.roles import Person
    from qunjian_console.policy.rows import Arguments

SEES_ALL = frozenset({Role.OWNER, Role.LEAD, Role.AUDITOR})


def jobs_for(person: Person) -> QuerySet[Job]:
    """Return the jobs a person may see: their own, or everybody's."""
    return Job.objects.all() if person.role in SEES_ALL else Job.objects.filter(by=person.pk)


def existing(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where the job is there."""
    return Subject() if Job.objects.filter(pk=str(arguments["job"])).exists() else None
