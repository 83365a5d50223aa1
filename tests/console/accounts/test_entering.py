"""Signing in and out: throttled, told alike whatever was wrong, a session that ends the moment it should."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import PASSWORD, World

from qunjian_console.accounts.models import Attempt, User, Visit
from qunjian_console.accounts.services import people
from qunjian_console.audit.models import Entry
from qunjian_console.audit.services import PROGRAM


def attempt(username: str, password: str, address: str = "192.0.2.1") -> int:
    """Return 302 where the door opened."""
    given = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post("/sign-in/", given).status_code


def test_a_name_is_the_same_in_any_case_and_width(world: World) -> None:
    assert attempt("ＬＥＡＤ ", PASSWORD) == 302


def test_what_was_wrong_is_not_told(world: World) -> None:
    client = Client()
    told = {
        name: client.post("/sign-in/", {"username": name, "password": "wrong"}).content.decode().count("账号已停用")
        for name in ("lead", "nobody")
    }
    assert told == {"lead": 1, "nobody": 1}


def test_five_wrong_passwords_close_the_door_for_that_name_only(world: World) -> None:
    for _ in range(5):
        assert attempt("lead", "wrong") == 200
    assert attempt("lead", PASSWORD) == 200
    assert attempt("lead", PASSWORD, "192.0.2.99") == 200
    assert attempt("owner", PASSWORD) == 302
    Attempt.objects.update(at=timezone.now() - dt.timedelta(minutes=16))
    assert attempt("lead", PASSWORD) == 302


def test_many_names_from_one_address_are_stopped(world: World) -> None:
    for number in range(30):
        attempt(f"nobody{number}", "wrong")
    assert attempt("lead", PASSWORD) == 200
    assert attempt("lead", PASSWORD, "192.0.2.2") == 302


def test_failures_are_logged_with_name_and_address(world: World) -> None:
    attempt("lead", "wrong")
    entry = Entry.objects.get(kind="accounts.sign_in_failed")
    assert entry.subject == f"user:{world.people['lead'].pk}"
    assert "192.0.2.1" in entry.parts.get(slot="subject").body
    assert "192.0.2.1" not in entry.facts


def test_a_disabled_user_is_out_at_the_next_click(world: World) -> None:
    client = world.client("lead")
    assert client.get("/").status_code == 200
    people.disable(world.people["lead"], PROGRAM)
    assert client.get("/").headers["location"].startswith("/sign-in/")
    assert attempt("lead", PASSWORD) == 200
    people.enable(world.people["lead"], PROGRAM)
    assert client.get("/").status_code == 302  # the old session stays dead
    assert attempt("lead", PASSWORD) == 302


def test_even_a_session_left_behind_opens_nothing_for_a_disabled_user(world: World) -> None:
    client = world.client("lead")
    User.objects.filter(username="lead").update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(world: World) -> None:
    client = world.client("lead")
    assert client.get("/jobs/").status_code == 200
    people.change(world.people["lead"], "operator", [], PROGRAM, everywhere=True)
    assert client.get("/jobs/").status_code == 403


def test_ones_other_session_can_be_ended(world: World) -> None:
    here, there = world.client("lead"), world.client("lead")
    visit = Visit.objects.get(session_key=there.cookies["sessionid"].value)
    here.post(reverse("accounts:session-end", args=[visit.pk]))
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_signing_out_ends_the_session_for_good(world: World) -> None:
    client = world.client("lead")
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(reverse("accounts:sign-out"))
    assert stolen.get("/").status_code == 302


def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, there = world.client("lead"), world.client("lead")
    fresh = "another horse 电池"
    given = {"present": PASSWORD, "password": fresh, "again": fresh}
    assert here.post(reverse("accounts:password"), {**given, "present": "wrong"}).status_code == 200
    assert here.post(reverse("accounts:password"), given).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert attempt("lead", fresh) == 302


def test_the_way_back_never_leads_elsewhere(world: World) -> None:
    for target, lands in (("/jobs/", "/jobs/"), ("https://example.com/", "/"), ("//example.com", "/")):
        answer = Client().post("/sign-in/", {"username": "lead", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == lands
