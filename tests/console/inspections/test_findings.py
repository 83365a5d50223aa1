"""The list of findings and one finding: filters in the address, scope, masks, states, kept filters, export, audit."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.console.conftest import OTHER, OWN, World, inspected

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.inspections import Wanted, judged
from qunjian_console.inspections.models import View
from qunjian_console.inspections.refs import FindingKey, key_of, ref_of

LIST = "/inspections/findings/"


def page(client: Client, query: str = "") -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, query: str = "") -> list[str]:
    """Return the words of the findings on the page, without marks."""
    texts = re.findall(r'<div class="spoken-text">(.*?)</div>', page(client, query), re.S)
    return [re.sub(r"<[^>]*>", "", text).strip() for text in texts]


def rows(community: str = "") -> list[str]:
    with judged(inspected()) as held:
        return [row.finding_id for row in held.rows(Wanted(communities=(community,) if community else ()))]


@pytest.fixture
def lead(world: World) -> Client:
    inspected()
    return world.client("lead")


def test_the_list_shows_what_lies_in_scope_masked_and_marked(world: World, lead: Client) -> None:
    shown = page(lead)
    assert len(found(lead)) == len(rows(OWN))
    assert len(found(world.client("owner"))) == len(rows()) > len(rows(OWN))
    assert "abcdef123" not in shown
    assert 'class="found found-' in shown
    assert found(lead, f"?community={OTHER}") == found(lead)  # another community is as if it were not there


@pytest.mark.parametrize(
    ("query", "any_left"),
    [
        ("?severity=major", True), ("?severity=critical&severity=major", True), ("?severity=notice", False),
        ("?state=silenced", False), ("?state=all", True), ("?first=2026-11-03", False), ("?last=2026-11-02", True),
        ("?rule=no.such", False), ("?account=wechat%3Au0", True), ("?account=wechat%3Au9", False),
        ("?first=x&sort=x&state=x&severity=x", True),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(lead: Client, query: str, any_left: bool) -> None:
    assert bool(found(lead, query)) == any_left


def test_a_date_that_makes_no_sense_is_said(lead: Client) -> None:
    assert "is-invalid" in page(lead, "?first=x")
    assert "is-invalid" not in page(lead)


def test_the_list_needs_as_many_queries_for_many_findings_as_for_none(world: World, lead: Client) -> None:
    counts = []
    for query in ("?state=all", "?rule=no.such"):
        page(lead, query)
        with CaptureQueriesContext(
            connection,
        ) as held:
            page(lead, query)
        counts.append(len([each for each in held.captured_queries if each["sql"].startswith("SELECT")]))
    assert counts[0] - counts[1] <= 2  # the look itself is an entry: head and part of the chain


def test_a_look_at_the_list_is_one_entry_that_names_the_messages(lead: Client) -> None:
    shown = found(lead)
    entry = Entry.objects.get(kind="messages.viewed")
    after = json.loads(entry.facts)["after"]
    assert (after["count"], after["on"], entry.community) == (len(shown), "inspections:findings", OWN)


def test_a_finding_shows_its_message_rule_and_the_authors_others(lead: Client) -> None:
    with judged(inspected()) as held:
        one = held.rows(Wanted(communities=(OWN,)))[0]
    address = reverse("inspections:finding", kwargs={"ref": ref_of(FindingKey(OWN, inspected(), one.finding_id))})
    shown = lead.get(address).content.decode()
    assert one.rule in shown
    assert "spoken-centre" in shown
    assert "依据" in shown
    assert "abcdef123" not in shown
    assert "abcdef123" in lead.get(address, {"whole": "1"}).content.decode()
    assert Entry.objects.filter(kind="messages.unmasked").exists()


def test_a_finding_under_a_wrong_name_is_not_there(world: World, lead: Client) -> None:
    other = rows(OTHER)[0]
    owner = world.client("owner")
    for key in (FindingKey(OWN, inspected(), other), FindingKey(OWN, "x", other), FindingKey(OWN, "", other)):
        for client in (lead, owner):
            assert client.get(reverse("inspections:finding", kwargs={"ref": ref_of(key)})).status_code == 404
    assert [key_of(ref) for ref in ("x", "W10", "!")] == [None] * 3


def test_an_export_is_masked_in_scope_and_logged(lead: Client) -> None:
    answer = lead.get(reverse("inspections:export"), {"form": "csv", "state": "all"})
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(table) - 1 == len(rows(OWN))
    assert "abcdef123" not in answer.content.decode("utf-8-sig")
    assert {line[4] for line in table[1:]} == {"妈妈群"}
    assert "attachment" in answer["Content-Disposition"]
    entry = Entry.objects.get(kind="inspections.exported")
    assert json.loads(entry.facts)["after"] | {"messages": []} == {
        "count": len(table) - 1, "form": "csv", "run": inspected(), "query": "state=all", "messages": [],
    }  # fmt: skip
    assert lead.get(reverse("inspections:export")).content[:2] == b"PK"


def test_filters_are_kept_and_shared_by_whoever_may(world: World, lead: Client) -> None:
    query = "severity=major&state=all"
    keep = reverse("inspections:keep")
    lead.post(keep, {"name": "严重的", "query": f"{query}&page=3&x=<script>", "shared": "on"})
    inspector = world.client("inspector")
    inspector.post(keep, {"name": "自用的", "query": query, "shared": "on"})
    assert [(view.name, view.query, view.shared) for view in View.objects.order_by("pk")] == [
        ("严重的", query, True), ("自用的", query, False),
    ]  # fmt: skip
    assert "严重的" in page(inspector)
    assert "自用的" not in page(lead)
    shared, own = View.objects.order_by("pk")
    assert inspector.post(reverse("inspections:drop", kwargs={"view": shared.pk})).status_code == 404
    assert lead.post(reverse("inspections:drop", kwargs={"view": own.pk})).status_code == 404
    inspector.post(reverse("inspections:drop", kwargs={"view": own.pk}))
    lead.post(keep, {"name": "", "query": query})
    assert View.objects.count() == 1


def test_before_the_first_inspection_the_pages_say_so(world: World) -> None:
    for client, address in ((world.client("lead"), LIST), (world.client("manager"), "/inspections/")):
        assert b'class="empty"' in client.get(address).content
    assert world.client("lead").get(LIST, {"run": "x"}).status_code == 404
    assert world.client("lead").get(reverse("inspections:export")).status_code == 200
