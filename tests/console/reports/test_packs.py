"""A compliance pack from the browser: within scope, with the audit log of its period, checkable, kept like a report."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.urls import reverse
from tests.console.conftest import OTHER, OWN, World, said
from tests.console.reports.test_building import work

from qunjian.runs.inspecting import inspect
from qunjian_console.audit.models import Entry
from qunjian_console.bridge.opening import workspace
from qunjian_console.reports.models import Report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
GIVEN = {"period": "weekly:2026-W45", "language": "zh", "standard": ""}


def made(world: World, role: str, **given: str) -> dict[str, bytes]:
    client = world.client(role)
    assert client.post(reverse("reports:pack"), GIVEN | given).status_code == 302
    report = Report.objects.get(pk=work().shown["report"])
    page = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "<iframe" not in page
    assert "sha256sum -c SHA256SUMS" in page
    answer = client.get(reverse("reports:download", args=[report.pk, "zip"]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_owner_and_auditor_get_packs_of_what_they_see(world: World) -> None:
    said(OWN)
    inspect(workspace())
    whole = made(world, "owner")
    assert whole["audit-check.txt"].startswith(b"chain: SOUND")
    assert "读书会".encode() in whole["coverage.csv"]
    own = made(world, "auditor")
    assert "读书会".encode() not in own["coverage.csv"] + own["report.html"]
    assert own["audit.jsonl"] == b""  # nothing is on record about that community in that week
    again = made(world, "owner")
    assert {name: body for name, body in again.items() if name != "MADE.txt"} == {
        name: body for name, body in whole.items() if name != "MADE.txt"
    }
    leaves = made(world, "owner", pseudonyms="on")
    assert not [name for name, body in leaves.items() if "妈妈群".encode() in body or "成员1".encode() in body]
    assert Entry.objects.filter(kind="reports.built").count() == 4


def test_the_extract_holds_the_entries_of_the_period_and_no_personal_value(world: World) -> None:
    said(OWN)
    inspect(workspace())
    world.client("owner")  # a sign-in with an address, which is a personal value
    from_week = Entry.objects.order_by("number").first()
    assert from_week is not None
    month = f"{from_week.at:%Y-%m}"
    lines = _extract(month)
    assert [line["number"] for line in lines] == sorted(line["number"] for line in lines)
    assert len(lines) == Entry.objects.count()
    assert "127.0.0.1" not in json.dumps(lines)
    assert OTHER not in json.dumps(_extract(month, OWN))


def _extract(month: str, *communities: str) -> list[dict[str, object]]:
    from qunjian_console.bridge.packs import span
    from qunjian_console.reports.extracting import extract

    files, told = extract(span(month), communities)
    assert "SOUND" in told
    return [json.loads(line) for line in files["audit.jsonl"].splitlines()]
