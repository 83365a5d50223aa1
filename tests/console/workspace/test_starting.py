"""The first page: only with the key, once; the demo as a job; the check of the audit log as a job."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import PASSWORD, World

from qunjian_console.accounts.models import User
from qunjian_console.jobs import services
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off

GIVEN = {"name": "王主管", "username": "wang", "password": PASSWORD, "again": PASSWORD}


def test_before_there_is_an_owner_every_address_leads_to_the_first_page(db: None) -> None:
    for address in ("/", "/sign-in/", "/users/", "/nothing/"):
        assert Client().get(address).headers["location"] == reverse("workspace:start")
    assert Client().get("/health/").json() == {"status": "ok"}


def test_without_the_key_nobody_becomes_owner(db: None) -> None:
    for key in ({}, {"key": "guess"}):
        Client().post("/workspace/start/", GIVEN | key)
    assert not User.objects.exists()


def test_the_owner_is_made_once_and_is_signed_in(db: None) -> None:
    client = Client()
    assert client.post("/workspace/start/", GIVEN | {"key": "first"}).headers["location"] == "/"
    assert client.get("/").status_code == 200
    Client().post("/workspace/start/", GIVEN | {"key": "first", "username": "li"})
    assert [user.username for user in User.objects.all()] == ["wang"]


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234"])
def test_a_weak_password_is_refused_with_its_reason(db: None, password: str) -> None:
    answer = Client().post("/workspace/start/", GIVEN | {"key": "first", "password": password, "again": password})
    assert "invalid-feedback" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_demo_is_loaded_by_a_job_and_shown_on_the_first_page() -> None:
    client = Client()
    client.post("/workspace/start/", GIVEN | {"key": "first", "demo": "on"})
    assert client.post(reverse("workspace:demo")).status_code == 302  # asked for twice, done once
    assert Job.objects.count() == 1
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
    assert job.shown["communities"] == 5
    page = client.get("/").content.decode()
    assert page.count("<tr>") >= 6
    assert "演示" in client.get("/workspace/settings/").content.decode()
    client.post(reverse("workspace:demo"))
    again = services.claim("here")
    assert again is not None
    work_off(again)
    again.refresh_from_db()
    assert again.shown["messages"] == 0  # everything was there already


@pytest.mark.django_db(transaction=True)
def test_the_audit_log_is_verified_by_a_job(world: World) -> None:
    client = world.client("auditor")
    client.post(reverse("workspace:verify-audit"))
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.shown["problems"] == 0
    assert "problems" in client.get(reverse("jobs:job", args=[job.pk])).content.decode()
