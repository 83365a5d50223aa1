"""Orders reports, by hand or by schedule; what a schedule missed is told, and done only when somebody wants it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.reports import Language, Wish, occasion
from qunjian_console.jobs.services import enqueue
from qunjian_console.reports.entries import MISSED, PAUSED, RESUMED, SCHEDULED, UNSCHEDULED
from qunjian_console.reports.handlers import Drawing, Order
from qunjian_console.reports.models import Report, Schedule
from qunjian_console.reports.selectors import BUILD, DRAW, PACK

if TYPE_CHECKING:
    from qunjian_console.jobs.models import Job

_MOST_MISSED = 31


def within_scope(person: User, chosen: list[str]) -> tuple[str, ...] | None:
    """Return the communities a report may tell of: those chosen, else all in scope; None where that is all there are.

    Empty where the person may see none that has messages.
    """
    if person.everywhere and not chosen:
        return None
    known = community_names()
    return tuple(sorted(each for each in (chosen or person.communities) if each in known and person.sees(each)))


def order(wish: Wish, actor: Actor, *, everything: bool, schedule: int | None = None) -> Job:
    """Ask for a report; a schedule asks for the same one only once."""
    mark = f"{BUILD}:{schedule}:{wish.period}" if schedule is not None else None
    given = Order(str(uuid.uuid4()), wish, everything, actor.person, schedule)
    return enqueue(BUILD, given, actor, once=mark)


def order_pack(wish: Wish, actor: Actor, *, everything: bool) -> Job:
    """Ask for a compliance pack."""
    return enqueue(PACK, Order(str(uuid.uuid4()), wish, everything, actor.person), actor)


def order_drawing(report: Report, actor: Actor) -> Job:
    """Ask for the PDF and the picture of a report that has none."""
    return enqueue(DRAW, Drawing(str(report.pk)), actor, once=f"{DRAW}:{report.pk}")


@transaction.atomic
def schedule(wish: Wish, hour: int, actor: Actor, *, everything: bool, now: dt.datetime | None = None) -> Schedule:
    """Have a report built by itself, from the next occasion on."""
    at, _ = occasion(wish.preset, hour, now or timezone.now())
    assert actor.person is not None  # noqa: S101 (only people schedule)
    made = Schedule.objects.create(
        preset=wish.preset, hour=hour, language=wish.language, standard=wish.standard or "",
        pseudonymous=wish.pseudonyms, everything=everything, communities=list(wish.communities), by=actor.person,
        next_run=at,
    )  # fmt: skip
    record(
        SCHEDULED, actor, subject=f"schedule:{made.pk}",
        after={"preset": made.preset, "hour": hour, "language": made.language, "standard": made.standard,
               "pseudonymous": made.pseudonymous, "everything": everything, "communities": made.communities},
    )  # fmt: skip
    return made


@transaction.atomic
def pause(standing: Schedule, actor: Actor, why: str = "") -> None:
    """Let a schedule rest."""
    if Schedule.objects.filter(pk=standing.pk, paused=False).update(paused=True):
        record(PAUSED, actor, subject=f"schedule:{standing.pk}", after={"preset": standing.preset, "why": why})


@transaction.atomic
def resume(standing: Schedule, actor: Actor) -> None:
    """Let it go on, from the next occasion: what lies between was meant to rest."""
    at, _ = occasion(standing.preset, standing.hour, timezone.now())
    if Schedule.objects.filter(pk=standing.pk, paused=True).update(paused=False, next_run=at):
        record(RESUMED, actor, subject=f"schedule:{standing.pk}", after={"preset": standing.preset})


@transaction.atomic
def unschedule(standing: Schedule, actor: Actor) -> None:
    """End a schedule; its reports stay."""
    record(UNSCHEDULED, actor, subject=f"schedule:{standing.pk}", after={"preset": standing.preset})
    standing.delete()


@transaction.atomic
def catch_up(standing: Schedule, actor: Actor) -> int:
    """Ask for every report the schedule missed; returns how many."""
    held = Schedule.objects.select_for_update().get(pk=standing.pk)
    for period in held.missed:
        order(_wish(held, period), actor, everything=held.everything, schedule=held.pk)
    count, held.missed = len(held.missed), []
    held.save(update_fields=["missed"])
    return count


def run_due(now: dt.datetime | None = None) -> int:
    """Order what is due now: the newest period of each schedule; older ones whose time passed count as missed."""
    now, ordered = now or timezone.now(), 0
    for standing in Schedule.objects.filter(paused=False, next_run__lte=now):
        with transaction.atomic():
            held = Schedule.objects.select_for_update().filter(pk=standing.pk, next_run=standing.next_run).first()
            if held is not None:
                ordered += _run(held, now)
    return ordered


def _run(held: Schedule, now: dt.datetime) -> int:
    if why := _not_allowed(held):
        held.next_run = occasion(held.preset, held.hour, now)[0]
        held.save(update_fields=["next_run"])
        pause(held, PROGRAM, why)
        return 0
    due = []
    at = held.next_run
    while at <= now:
        # The occasion at `at` is the first one after the moment just before it.
        due.append(occasion(held.preset, held.hour, at - dt.timedelta(seconds=1))[1])
        at, _ = occasion(held.preset, held.hour, at)
    held.next_run = at
    if due[:-1]:
        held.missed = [*held.missed, *due[:-1]][-_MOST_MISSED:]
        record(MISSED, PROGRAM, subject=f"schedule:{held.pk}", after={"preset": held.preset, "periods": due[:-1]})
    held.save(update_fields=["next_run", "missed"])
    order(_wish(held, due[-1]), Actor(held.by), everything=held.everything, schedule=held.pk)
    return 1


def _not_allowed(held: Schedule) -> str:
    """Return why the person who set the schedule may no longer have it run: gone, or out of scope."""
    person = User.objects.filter(pk=held.by, is_active=True).first()
    if person is None:
        return "person disabled"
    allowed = person.everywhere or (not held.everything and all(map(person.sees, held.communities)))
    return "" if allowed else "out of scope"


def _wish(held: Schedule, period: str) -> Wish:
    language: Language = "en" if held.language == "en" else "zh"
    return Wish(
        held.preset, period, tuple(held.communities), held.standard or None, held.pseudonymous, language=language
    )
