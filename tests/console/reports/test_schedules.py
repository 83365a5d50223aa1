"""Schedules: due at their hour in the workspace's zone, once; what was missed is told; who may no longer is paused."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from tests.console.conftest import OWN, World
from tests.console.reports.made import schedule_of

from qunjian_console.audit.models import Entry
from qunjian_console.audit.services import Actor
from qunjian_console.bridge.reports import Wish, occasion
from qunjian_console.jobs.models import Job
from qunjian_console.jobs.ticking import tick
from qunjian_console.reports import ordering
from qunjian_console.reports.models import Schedule

pytestmark = pytest.mark.django_db(transaction=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("preset", "after", "due", "period"),
    [
        ("daily", at(2026, 11, 20, 7, 59), at(2026, 11, 20, 8), "2026-11-19"),
        ("daily", at(2026, 11, 20, 8), at(2026, 11, 21, 8), "2026-11-20"),
        ("weekly", at(2026, 11, 20, 8), at(2026, 11, 23, 8), "2026-W47"),
        ("weekly", at(2026, 11, 23, 7), at(2026, 11, 23, 8), "2026-W47"),
        ("weekly", at(2026, 12, 28, 9), at(2027, 1, 4, 8), "2026-W53"),
        ("monthly", at(2026, 12, 31, 23), at(2027, 1, 1, 8), "2026-12"),
    ],
)
def test_when_a_report_is_due_and_of_which_period(
    world: World, preset: str, after: dt.datetime, due: dt.datetime, period: str
) -> None:
    assert occasion(preset, 8, after) == (due, period)


def weekly(world: World, now: dt.datetime) -> Schedule:
    actor = Actor(world.people["manager"].pk)
    return ordering.schedule(Wish("weekly", None, (OWN,)), 8, actor, everything=False, now=now)


def ordered() -> list[str]:
    return [json.loads(job.parameters)["wish"]["period"] for job in Job.objects.order_by("created")]


def test_a_schedule_orders_once_when_its_time_has_come(world: World) -> None:
    weekly(world, at(2026, 11, 20, 8))
    assert ordering.run_due(at(2026, 11, 23, 7, 59)) == 0
    assert ordering.run_due(at(2026, 11, 23, 8)) == 1
    assert ordering.run_due(at(2026, 11, 23, 8, 1)) == 0
    assert ordered() == ["2026-W47"]
    assert Job.objects.get().by == world.people["manager"].pk


def test_what_was_missed_is_listed_and_built_only_when_wanted(world: World) -> None:
    standing = weekly(world, at(2026, 11, 20, 8))
    assert ordering.run_due(at(2026, 12, 9, 12)) == 1
    standing.refresh_from_db()
    assert ordered() == ["2026-W49"]
    assert standing.missed == ["2026-W47", "2026-W48"]
    assert standing.next_run == at(2026, 12, 14, 8)
    assert Entry.objects.filter(kind="reports.missed").count() == 1
    client = world.client("manager")
    assert "2026-W48" in client.get(reverse("reports:schedules")).content.decode()
    client.post(reverse("reports:catch-up", args=[standing.pk]))
    assert sorted(ordered()) == ["2026-W47", "2026-W48", "2026-W49"]
    standing.refresh_from_db()
    assert standing.missed == []


def test_a_paused_one_rests_and_goes_on_from_the_next_occasion(world: World) -> None:
    standing = weekly(world, at(2020, 1, 3, 8))
    client = world.client("manager")
    client.post(reverse("reports:pause", args=[standing.pk]))
    assert ordering.run_due() == 0
    client.post(reverse("reports:resume", args=[standing.pk]))
    assert ordering.run_due() == 0
    standing.refresh_from_db()
    assert (standing.paused, standing.missed) == (False, [])
    client.post(reverse("reports:unschedule", args=[standing.pk]))
    assert not Schedule.objects.exists()


def test_a_schedule_of_somebody_who_left_or_lost_the_community_is_paused(world: World) -> None:
    one, other = weekly(world, at(2026, 11, 20, 8)), schedule_of(OWN, world.people["lead"])
    person = world.people["manager"]
    person.is_active = False
    person.save()
    world.people["lead"].scopes.all().delete()
    Schedule.objects.filter(pk=other.pk).update(next_run=at(2026, 11, 23, 8))
    assert ordering.run_due(at(2026, 11, 24, 8)) == 0
    assert all(Schedule.objects.get(pk=each.pk).paused for each in (one, other))
    assert Entry.objects.filter(kind="reports.paused", actor=None).count() == 2


def test_it_is_set_in_the_browser_and_run_by_the_worker(world: World) -> None:
    client = world.client("owner")
    given = {"preset": "daily", "hour": "6", "language": "zh", "standard": ""}
    assert client.post(reverse("reports:schedules"), given).status_code == 302
    standing = Schedule.objects.get()
    assert standing.everything
    Schedule.objects.update(next_run=at(2026, 11, 20, 6))
    tick()
    assert Job.objects.count() == 1
    assert Schedule.objects.get().next_run > at(2026, 11, 21, 0)
    assert client.post(reverse("reports:schedules"), given | {"hour": "24"}).status_code == 200


def test_others_see_only_schedules_within_their_scope(world: World) -> None:
    Schedule.objects.create(preset="daily", everything=True, by=world.people["owner"].pk, next_run=at(2030, 1, 1))
    mine = schedule_of(OWN, world.people["lead"])
    page = world.client("manager").get(reverse("reports:schedules")).content.decode()
    assert reverse("reports:pause", args=[mine.pk]) in page
    assert page.count("/pause/") == 1
