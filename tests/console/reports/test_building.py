"""A report is ordered in the browser, built by a job within the person's scope, and kept with what it rests on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.urls import reverse
from tests.console.conftest import OTHER, OWN, World, said

from qunjian.runs.inspecting import inspect
from qunjian_console.audit.models import Entry
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reports import archive
from qunjian_console.jobs import services
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off
from qunjian_console.reports.models import Report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
GIVEN = {"period": "weekly:2026-W45", "language": "zh", "standard": ""}


@pytest.fixture(autouse=True)
def _no_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDF and picture have their own tests; here a machine without a Chromium is meant."""
    monkeypatch.setattr("qunjian_console.bridge.reports.browser", lambda: None)


@pytest.fixture
def inspected(world: World) -> World:
    said(OWN)
    inspect(workspace())
    return world


def work() -> Job:
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
    return job


def order(world: World, role: str, **given: Any) -> Job:
    answer = world.client(role).post(reverse("reports:build"), GIVEN | given)
    assert answer.status_code == 302, answer.content.decode()
    return work()


def test_a_manager_builds_within_their_scope_and_finds_it_in_the_archive(inspected: World) -> None:
    job = order(inspected, "manager")
    report = Report.objects.get(pk=job.shown["report"])
    assert (report.period, report.messages, report.everything) == ("2026-W45", 6, False)
    assert [each.community for each in report.covered.all()] == [OWN]
    assert report.run
    assert report.by == inspected.people["manager"].pk
    for file in report.files.all():
        body = (archive(str(report.pk)) / f"report.{file.form}").read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file.size, file.sha256)
        assert "读书会".encode() not in body
    page = inspected.client("manager").get(reverse("reports:list")).content.decode()
    assert "2026-W45" in page
    entry = Entry.objects.get(kind="reports.built")
    assert json.loads(entry.facts)["after"]["run"] == report.run
    assert entry.community == OWN


def test_what_lies_outside_the_scope_cannot_be_chosen(inspected: World) -> None:
    client = inspected.client("manager")
    page = client.get(reverse("reports:build")).content.decode()
    assert OTHER not in page
    answer = client.post(reverse("reports:build"), GIVEN | {"communities": [OTHER]})
    assert answer.status_code == 200
    assert not Job.objects.exists()


def test_whoever_sees_everything_builds_of_everything(inspected: World) -> None:
    report = Report.objects.get(pk=order(inspected, "owner").shown["report"])
    assert report.everything
    assert {each.community for each in report.covered.all()} == {OWN, OTHER}
    hidden = inspected.client("manager")
    assert hidden.get(reverse("reports:report", args=[report.pk])).status_code == 404
    assert str(report.pk) not in hidden.get(reverse("reports:list")).content.decode()


def test_a_job_that_is_done_twice_makes_one_report(inspected: World) -> None:
    job = order(inspected, "owner")
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED)
    work()
    assert Report.objects.count() == 1
    assert Entry.objects.filter(kind="reports.built").count() == 1


def test_pseudonyms_are_a_choice_and_hold_in_every_file(inspected: World) -> None:
    report = Report.objects.get(pk=order(inspected, "manager", pseudonyms="on").shown["report"])
    assert report.pseudonymous
    for file in report.files.all():
        body = (archive(str(report.pk)) / f"report.{file.form}").read_bytes()
        for name in ("妈妈群", "成员0", "成员1", "成员2"):
            assert name.encode() not in body


def test_somebody_without_any_message_in_scope_is_told_so(world: World) -> None:
    answer = world.client("manager").post(reverse("reports:build"), GIVEN | {"period": "weekly:"})
    assert "invalid-feedback" in answer.content.decode()


def test_progress_and_cancelling_are_for_whoever_asked(inspected: World) -> None:
    client = inspected.client("manager")
    address = client.post(reverse("reports:build"), GIVEN).headers["location"]
    assert "data-live" in client.get(address).content.decode()
    assert inspected.client("lead").get(address).status_code == 404
    client.post(address + "cancel/")
    assert Job.objects.get().state == State.CANCELLED
    client.post(address + "retry/")
    assert Job.objects.get().state == State.QUEUED
