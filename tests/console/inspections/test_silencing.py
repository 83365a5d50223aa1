"""Silences: what they put aside, in the console and for the engine; ends; undo; scope; taking over the files."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import OTHER, OWN, World, inspected

from qunjian.model.decisions import Silence as Decided
from qunjian.runs.findings import Filters, findings
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import opening
from qunjian_console.bridge.inspections import Wanted, judged
from qunjian_console.bridge.silencing import export_silences
from qunjian_console.bridge.surveys import survey
from qunjian_console.inspections.models import Adopted, Silence

pytestmark = pytest.mark.django_db(transaction=True)
SOON = {"reason": "已与群主约定", "expires": f"{timezone.localdate() + dt.timedelta(days=7)}"}


def rule() -> str:
    with judged(inspected()) as held:
        return held.rows(Wanted(communities=(OWN,)))[0].rule


def count(state: str, community: str = "") -> int:
    with judged(inspected()) as held:
        return held.count(Wanted(rules=(rule(),), states=(state,), communities=(community,) if community else ()))


def silence(client: Client, where: str, **asked: str) -> int:
    query = "&".join(f"{name}={value}" for name, value in {"rule": rule(), "community": OWN, **asked}.items())
    return client.post(f"{reverse('inspections:silence')}?{query}", {"where": where, **SOON}).status_code


def test_a_silence_counts_for_the_console_the_engine_and_the_overview_until_it_is_taken_back(world: World) -> None:
    before = count("open"), count("open", OWN)
    assert silence(world.client("lead"), "community") == 302
    assert (count("silenced"), count("open", OTHER)) == (before[1], before[0] - before[1])
    of_engine = [row for row in findings(opening.workspace(), Filters(rule=rule())) if row.silenced]
    assert {row.community_id for row in of_engine} == {OWN}
    assert of_engine[0].silenced is not None
    assert of_engine[0].silenced.owner == "lead"
    assert next(each for each in survey().communities if each.community_id == OWN).silenced == before[1]
    world.client("lead").post(reverse("inspections:unsilence", kwargs={"silence": Silence.objects.get().pk}))
    assert (count("silenced"), count("open")) == (0, before[0])
    assert not [row for row in findings(opening.workspace(), Filters(rule=rule())) if row.silenced]
    kinds = list(Entry.objects.filter(kind__startswith="inspections.").values_list("kind", flat=True))
    assert kinds == ["inspections.adopted", "inspections.silenced", "inspections.unsilenced"]


def test_a_rule_is_silenced_everywhere_only_by_whoever_sees_everything(world: World) -> None:
    inspected()
    assert silence(world.client("lead"), "everywhere") == 200  # no such choice
    assert silence(world.client("owner"), "everywhere") == 302
    assert count("open") == 0
    made = Silence.objects.get()
    assert (made.community, made.account) == ("", "")
    undo = reverse("inspections:unsilence", kwargs={"silence": made.pk})
    assert world.client("lead").post(undo).status_code == 404
    assert world.client("owner").post(undo).status_code == 302


def test_an_account_is_silenced_alone_and_shown_masked(world: World) -> None:
    lead = world.client("lead")
    assert silence(lead, "account", account="wechat:u00000000") == 302
    assert Silence.objects.get().account == "wechat:u00000000"
    assert count("silenced") == 0
    assert "u00000000" not in lead.get(reverse("inspections:silences")).content.decode()


@pytest.mark.parametrize(
    "given", [{"reason": ""}, {"expires": "2020-01-01"}, {"expires": "2199-01-01"}, {"expires": "x"}]
)
def test_a_silence_needs_a_reason_and_an_end_within_a_year(world: World, given: dict[str, str]) -> None:
    address = f"{reverse('inspections:silence')}?rule={rule()}&community={OWN}"
    answer = world.client("lead").post(address, {"where": "community", **SOON, **given})
    assert answer.status_code == 200
    assert b"is-invalid" in answer.content
    assert not Silence.objects.exists()


def test_what_has_ended_is_open_again_and_listed_as_ended(world: World) -> None:
    inspected()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    export_silences([Decided(rule(), "旧约定", "孙", yesterday), Decided(rule(), "新约定", "孙", yesterday, OTHER)])
    shown = world.client("owner").get(reverse("inspections:silences")).content.decode()
    assert shown.index("已到期") < shown.index("旧约定")
    assert count("silenced") == 0
    assert "新约定" not in world.client("lead").get(reverse("inspections:silences")).content.decode()


def test_the_files_are_taken_over_once_and_then_follow_the_ledger(world: World) -> None:
    inspected()
    later = timezone.localdate() + dt.timedelta(days=9)
    by_hand = Decided("by.hand", "手写", "孙", later)
    export_silences([by_hand])
    lead = world.client("lead")
    lead.get(reverse("inspections:silences"))
    export_silences([])  # somebody edits the file: the ledger owns it now
    assert silence(lead, "community") == 302
    assert [each.rule for each in opening.workspace().decisions().silences] == ["by.hand", rule()]
    assert opening.workspace().decisions().silences[0] == by_hand
    assert Adopted.objects.count() == 1


def test_a_hostile_reason_is_shown_as_text(world: World) -> None:
    inspected()
    given = {"where": "community", **SOON, "reason": "<script>alert(1)</script>\u202e"}
    lead = world.client("lead")
    lead.post(f"{reverse('inspections:silence')}?rule={rule()}&community={OWN}", given)
    shown = lead.get(reverse("inspections:silences")).content.decode()
    assert "<script>alert" not in shown
    assert "U+202E" in shown
