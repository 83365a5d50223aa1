"""How communities stand: drawn by a job when looked at, cut to the reader's scope, unknown never shown as a number."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.console.conftest import OTHER, OWN, World, said

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.albums import draw
from qunjian_console.communities.services import picture
from qunjian_console.jobs import services
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off

LIST = "/communities/"


def drawn() -> None:
    said(OWN)
    draw(None, lambda *_: None)


def test_an_empty_workspace_says_what_to_do_and_starts_no_job(world: World) -> None:
    assert "还没有社群数据" in world.client("lead").get(LIST).content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_first_look_has_the_album_drawn_once(world: World) -> None:
    said(OWN)
    lead = world.client("lead")
    for _ in range(3):
        assert 'data-live="2" data-whole' in lead.get(LIST).content.decode()
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert (job.state, job.shown["communities"], Job.objects.count()) == (State.DONE, 2, 1)
    page = lead.get(LIST).content.decode()
    assert "data-live" not in page
    assert picture().fresh


def test_a_reader_sees_only_the_communities_in_scope(world: World) -> None:
    drawn()
    names = {"owner": {"妈妈群", "读书会"}, "lead": {"妈妈群"}}
    for role, seen in names.items():
        page = world.client(role).get(LIST).content.decode()
        assert {name for name in ("妈妈群", "读书会") if name in page} == seen
    assert world.client("lead").get(reverse("communities:community", args=[OTHER])).status_code == 404


def test_counts_are_those_of_the_log_and_what_is_unknown_is_a_dash(world: World) -> None:
    drawn()
    page = world.client("lead").get(LIST).content.decode()
    cells = [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", page, re.S)]
    # Six messages by three people in the week of 2 November, nothing before, no roster, not inspected.
    assert cells[4:10] == ["6", "+6", "3 / —", "—", "—", "0"]


def test_a_community_is_told_in_full_in_both_languages(world: World) -> None:
    drawn()
    client = world.client("manager")
    address = reverse("communities:community", args=[OWN])
    assert "得分怎么来的" in client.get(address).content.decode()
    client.post("/language/", {"language": "en"})
    assert "How the score was made" in client.get(address).content.decode()
    assert "No messages in this week" not in client.get(address).content.decode()
    assert client.get(address, {"period": "nonsense"}).status_code == 200


def test_a_look_at_the_list_is_no_entry_of_the_audit_log(world: World) -> None:
    drawn()
    client = world.client("lead")
    before = Entry.objects.count()
    client.get(LIST)
    assert Entry.objects.count() == before
