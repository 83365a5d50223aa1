"""Inviting, joining, changing and disabling people."""

from __future__ import annotations

import datetime as dt
import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import OTHER, OWN, PASSWORD, World, person, said

from qunjian_console.accounts.models import Invitation, User
from qunjian_console.audit.models import Entry

JOINING = {"name": "赵六", "username": "zhao", "password": PASSWORD, "again": PASSWORD}


def link(page: str) -> str:
    """Return the path of the link a page shows."""
    found = re.search(r'value="http://testserver(/join/[^"]+)"', page)
    assert found, page
    return found[1]


def invited(world: World, **given: object) -> str:
    asked = {"name": "赵六", "role": "inspector", "everywhere": "on", **given}
    return link(world.client("owner").post(reverse("accounts:invite"), asked).content.decode())


def test_an_invitation_makes_one_account_with_its_role(world: World) -> None:
    path = invited(world)
    assert Client().get(path).status_code == 200
    assert Client().post(path, JOINING).headers["location"] == reverse("accounts:sign-in")
    joined = User.objects.get(username="zhao")
    assert (joined.role, joined.everywhere) == ("inspector", True)
    assert Client().post(path, {**JOINING, "username": "second"}).status_code == 404
    assert Client().post("/sign-in/", {"username": "zhao", "password": PASSWORD}).status_code == 302


def test_a_scope_needs_communities_or_all(world: World) -> None:
    page = world.client("owner").post("/users/invite/", {"name": "赵六", "role": "inspector"}).content.decode()
    assert "请选择社群" in page
    assert not Invitation.objects.exists()


def test_a_link_that_is_old_withdrawn_or_guessed_opens_nothing(world: World) -> None:
    path = invited(world)
    Invitation.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    path = invited(world)
    newest = Invitation.objects.latest("created")
    world.client("owner").post(reverse("accounts:invitation-withdraw", args=[newest.pk]))
    assert Client().get(path).status_code == 404
    assert Client().get("/join/guess/").status_code == 404


def test_the_secret_of_a_link_is_kept_nowhere(world: World) -> None:
    token = invited(world).split("/")[2]
    kept = [*Invitation.objects.values_list("digest", flat=True), *Entry.objects.values_list("facts", flat=True)]
    assert not [text for text in kept if token in text]


def test_two_people_cannot_have_one_user_name(world: World) -> None:
    page = Client().post(invited(world), {**JOINING, "username": "ＬEAD"}).content.decode()
    assert "已有人用" in page


def test_a_password_link_sets_a_password_once_and_ends_sessions(world: World) -> None:
    lead = world.people["lead"]
    client = world.client("lead")
    owner = world.client("owner")
    address = reverse("accounts:user-password-link", args=[lead.pk])
    first = link(owner.post(address).content.decode())
    second = link(owner.post(address).content.decode())
    assert Client().get(first).status_code == 404
    fresh = {"password": "another horse 电池", "again": "another horse 电池"}
    assert Client().post(second, fresh).status_code == 302
    assert client.get("/").status_code == 302
    assert Client().post("/sign-in/", {"username": "lead", "password": fresh["password"]}).status_code == 302


def test_the_last_owner_stays_owner_and_active(world: World) -> None:
    owner = world.people["owner"]
    client = world.client("owner")
    client.post(reverse("accounts:user-disable", args=[owner.pk]))
    page = client.post(reverse("accounts:user", args=[owner.pk]), {"role": "lead", "everywhere": "on"}).content.decode()
    assert "至少要留一位" in page
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)
    person("owner", everywhere=True, name="second")
    client.post(reverse("accounts:user-disable", args=[owner.pk]))
    owner.refresh_from_db()
    assert not owner.is_active


def test_a_change_is_logged_with_what_was_before(world: World) -> None:
    lead = world.people["lead"]
    client = world.client("owner")
    answer = client.post(reverse("accounts:user", args=[lead.pk]), {"role": "manager", "everywhere": "on"})
    assert answer.status_code == 302
    facts = Entry.objects.get(kind="accounts.changed").facts
    before, after = facts.split('"before"')[1], facts.split('"before"')[0]
    assert '"role":"lead"' in before
    assert f'"communities":["{OWN.encode("ascii", "backslashreplace").decode()}"]' in before
    assert '"role":"manager"' in after


def test_hostile_names_are_shown_as_text(world: World) -> None:
    lead = world.people["lead"]
    lead.name = "<script>alert(1)</script>\u202e王\x07"
    lead.save()
    page = world.client("owner").get("/users/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert '<span class="hidden-character">U+202E</span>王<span class="hidden-character">U+0007</span>' in page


def test_a_scope_chosen_in_the_form_is_kept(world: World) -> None:
    said(OWN)
    user = world.people["operator"]
    user.scopes.all().delete()
    address = reverse("accounts:user", kwargs={"user": user.pk})
    world.client("owner").post(address, {"role": "operator", "communities": [OTHER]})
    assert list(user.scopes.values_list("community", flat=True)) == [OTHER]
