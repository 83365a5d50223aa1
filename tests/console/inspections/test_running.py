"""Inspections: started as a job, shown with denominators, compared, and started by the worker's clock."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import LINES, OTHER, OWN, World, inspected

from qunjian_console.audit.models import Entry
from qunjian_console.bridge import opening
from qunjian_console.bridge.inspections import runs
from qunjian_console.inspections.models import Schedule
from qunjian_console.inspections.services.scheduling import days_of, next_due, start_due
from qunjian_console.inspections.ticking import start_scheduled
from qunjian_console.jobs import services
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off

pytestmark = pytest.mark.django_db(transaction=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def run_next() -> Job:
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    return job


def test_an_inspection_is_a_job_and_then_stands_in_the_history(world: World) -> None:
    inspected()
    lead = world.client("lead")
    given = {"standard": "", "first": "2026-11-02", "last": "2026-11-02"}
    assert lead.post(reverse("inspections:start"), given).status_code == 302
    assert "jobs-live" not in lead.get(reverse("inspections:list")).content.decode()
    assert json.loads(Job.objects.get().parameters)["communities"] == [OWN]  # the lead sees no other
    job = run_next()
    assert (job.state, job.shown["messages"]) == (State.DONE, len(LINES))
    newest = runs()[0]
    assert (newest.run, newest.communities, list(newest.coverage)) == (job.shown["run"], (OWN,), [OWN])
    shown = lead.get(reverse("inspections:run", kwargs={"run": newest.run})).content.decode()
    assert f"{len(LINES)} / {len(LINES)} 条消息" in shown


def test_a_cancelled_inspection_leaves_nothing(world: World) -> None:
    inspected()
    world.client("owner").post(reverse("inspections:start"), {"standard": ""})
    job = services.claim("here")
    assert job is not None
    services.cancel(job, services.PROGRAM)
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert len(runs()) == 1


@pytest.mark.parametrize(
    "given", [{"first": "2026-11-03", "last": "2026-11-02"}, {"standard": "x"}, {"communities": [OTHER]}]
)
def test_a_wish_that_makes_no_sense_starts_nothing(world: World, given: dict[str, object]) -> None:
    inspected()
    assert world.client("lead").post(reverse("inspections:start"), given).status_code == 200
    assert not Job.objects.exists()


def test_a_run_is_cut_to_the_readers_communities(world: World) -> None:
    run = inspected()
    address = reverse("inspections:run", kwargs={"run": run})
    lead, owner = (world.client(role).get(address).content.decode() for role in ("lead", "owner"))
    assert "读书会" not in lead
    assert "读书会" in owner
    assert f"{2 * len(LINES)} / {2 * len(LINES)} 条消息" in owner


def test_two_runs_are_compared(world: World) -> None:
    inspected()
    client = world.client("lead")
    address = reverse("inspections:compare")
    assert "至少要有两次质检" in client.get(address).content.decode()
    world.client("owner").post(reverse("inspections:start"), {"first": "2026-11-03"})
    run_next()
    shown = client.get(address).content.decode()
    assert "不再出现" in shown
    assert client.get(address, {"old": "x", "new": "y"}).status_code == 404
    same = client.get(address, {"old": runs()[0].run, "new": runs()[0].run}).content.decode()
    assert "两次不同" in same


@pytest.mark.parametrize(
    ("every", "weekday", "after", "expected"),
    [  # counted on a calendar: 2026-11-23 is a Monday
        ("day", 1, (2026, 11, 23, 5, 59), (2026, 11, 23, 6, 0)),
        ("day", 1, (2026, 11, 23, 6, 0), (2026, 11, 24, 6, 0)),
        ("week", 1, (2026, 11, 23, 6, 0), (2026, 11, 30, 6, 0)),
        ("week", 7, (2026, 11, 23, 6, 0), (2026, 11, 29, 6, 0)),
        ("week", 1, (2026, 12, 28, 7, 0), (2027, 1, 4, 6, 0)),
    ],
)
def test_the_next_run_falls_on_its_day(
    every: str, weekday: int, after: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    found = next_due(every, weekday, dt.time(6), dt.datetime(*after, tzinfo=SHANGHAI))  # type: ignore[misc]
    assert found == dt.datetime(*expected, tzinfo=SHANGHAI)  # type: ignore[misc]


def test_the_days_of_a_schedule_end_with_the_day_before() -> None:
    today = dt.date(2026, 11, 23)
    assert days_of("all", today) == (None, None)
    assert days_of("yesterday", today) == (dt.date(2026, 11, 22), dt.date(2026, 11, 22))
    assert days_of("week", today) == (dt.date(2026, 11, 16), dt.date(2026, 11, 22))


def schedule(client: Client, **given: str) -> Schedule:
    asked = {"every": "day", "weekday": "1", "at": "06:00", "window": "all", "standard": "", **given}
    assert client.post(reverse("inspections:schedule"), asked).status_code == 302
    return Schedule.objects.latest("pk")


def test_what_is_due_starts_once_however_many_workers_look(world: World) -> None:
    inspected()
    made = schedule(world.client("owner"))
    assert start_due(made.due - dt.timedelta(seconds=1)) == 0
    late = made.due + dt.timedelta(days=3)  # the computer was off: several misses are one run
    assert [start_due(late), start_due(late)] == [1, 0]
    made.refresh_from_db()
    assert made.due == next_due("day", 1, dt.time(6), late) > late
    job = Job.objects.get()
    assert (job.pk, job.kind) == (made.job, "inspections.run")
    assert run_next().state == State.DONE
    assert len(runs()) == 2


def test_a_paused_schedule_waits_and_does_not_make_up(world: World) -> None:
    owner = world.client("owner")
    made = schedule(owner)
    owner.post(reverse("inspections:schedule-pause", kwargs={"schedule": made.pk}))
    Schedule.objects.update(due=timezone.now() - dt.timedelta(days=9))
    start_scheduled()
    assert not Job.objects.exists()
    assert "已暂停" in owner.get(reverse("inspections:list")).content.decode()
    owner.post(reverse("inspections:schedule-resume", kwargs={"schedule": made.pk}))
    start_scheduled()
    assert not Job.objects.exists()
    owner.post(reverse("inspections:schedule-end", kwargs={"schedule": made.pk}))
    assert not Schedule.objects.exists()
    kinds = [kind for kind in Entry.objects.order_by("number").values_list("kind", flat=True) if "inspections" in kind]
    assert kinds == [f"inspections.{each}" for each in ("scheduled", "paused", "resumed", "unscheduled")]


def test_a_broken_standard_fails_in_words(world: World) -> None:
    inspected()
    (opening.workspace().standards / "later.yaml").write_text(
        "id: later\nextends: general\nname: {zh: 晚, en: late}\nversion: '1'\n", "utf-8"
    )
    owner = world.client("owner")
    assert owner.post(reverse("inspections:start"), {"standard": "later"}).status_code == 302
    (opening.workspace().standards / "later.yaml").unlink()
    job = run_next()
    assert job.state == State.FAILED
    assert "later" in job.error_zh
    assert "没有完成" in owner.get(reverse("inspections:list")).content.decode()
