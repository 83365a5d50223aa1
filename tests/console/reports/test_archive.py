"""Reading reports: apart from the console, unaltered or not at all, every look and download an entry."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from tests.console.conftest import OTHER, OWN, World
from tests.console.reports.made import PAGE, report_of

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.reports import archive

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_of_a_report_lives_in_an_origin_of_its_own(world: World) -> None:
    report = report_of(OWN, policy="default-src 'none'; script-src 'sha256-abc'")
    answer = world.client("manager").get(reverse("reports:view", args=[report.pk]))
    assert answer.content == PAGE
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox allow-scripts", "frame-ancestors 'self'"} <= set(policy)
    assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    outer = world.client("manager").get(reverse("reports:report", args=[report.pk]))
    assert 'sandbox="allow-scripts"' in outer.content.decode()
    assert "frame-src 'self'" in outer.headers["Content-Security-Policy"]
    assert outer.headers["X-Frame-Options"] == "DENY"


def test_every_look_and_download_is_an_entry(world: World) -> None:
    report = report_of(OWN)
    client = world.client("manager")
    client.get(reverse("reports:view", args=[report.pk]))
    answer = client.get(reverse("reports:download", args=[report.pk, "html"]))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="qunjian-weekly-2026-W46.html"')
    kinds = [entry.kind for entry in Entry.objects.filter(subject=f"report:{report.pk}")]
    assert kinds == ["reports.viewed", "reports.downloaded"]
    facts = json.loads(Entry.objects.get(kind="reports.downloaded").facts)["after"]
    assert facts["sha256"] == report.files.get().sha256


@pytest.mark.parametrize("damage", [b"changed", None])
def test_a_file_that_is_not_what_was_built_is_not_handed_out(world: World, damage: bytes | None) -> None:
    report = report_of(OWN)
    path = archive(str(report.pk)) / "report.html"
    path.unlink() if damage is None else path.write_bytes(damage)
    for route, more in (("reports:view", []), ("reports:download", ["html"])):
        answer = world.client("manager").get(reverse(route, args=[report.pk, *more]))
        assert answer.status_code == 409
        assert b"changed" not in answer.content
    assert not Entry.objects.filter(kind__in=("reports.viewed", "reports.downloaded")).exists()


def test_a_report_of_several_communities_is_seen_by_whoever_sees_them_all(world: World) -> None:
    both, own, whole = report_of(OWN, OTHER), report_of(OWN), report_of(OWN, everything=True)
    for role in ("lead", "manager", "auditor"):
        page = world.client(role).get(reverse("reports:list")).content.decode()
        assert str(own.pk) in page
        assert str(both.pk) not in page
        assert str(whole.pk) not in page
        assert world.client(role).get(reverse("reports:report", args=[both.pk])).status_code == 404
        assert world.client(role).get(reverse("reports:view", args=[whole.pk])).status_code == 404
    assert str(whole.pk) in world.client("owner").get(reverse("reports:list")).content.decode()


def test_a_deletion_needs_a_reason_and_leaves_the_record(world: World) -> None:
    report = report_of(OWN)
    client = world.client("lead")
    client.post(reverse("reports:erase", args=[report.pk]), {"why": ""})
    report.refresh_from_db()
    assert report.erased is None
    client.post(reverse("reports:erase", args=[report.pk]), {"why": "发错了群 <b>"})
    client.post(reverse("reports:erase", args=[report.pk]), {"why": "again"})
    report.refresh_from_db()
    assert (report.erased_by, report.erased_why) == (world.people["lead"].pk, "发错了群 <b>")
    assert not archive(str(report.pk)).exists()
    entry = Entry.objects.get(kind="reports.erased")
    assert json.loads(entry.facts)["after"]["files"] == {"html": report.files.get().sha256}
    assert client.get(reverse("reports:view", args=[report.pk])).status_code == 404
    page = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "发错了群 &lt;b&gt;" in page
    assert "<iframe" not in page


def test_a_format_that_was_not_drawn_is_not_there(world: World) -> None:
    client, report = world.client("manager"), report_of(OWN)
    for form in ("pdf", "json", "exe"):
        assert client.get(reverse("reports:download", args=[report.pk, form])).status_code == 404


def test_the_list_asks_a_constant_number_of_questions(world: World, django_assert_max_num_queries: object) -> None:
    client = world.client("owner")
    for _ in range(30):
        report_of(OWN, OTHER)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(reverse("reports:list"))
