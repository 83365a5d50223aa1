"""Verdicts of the console in the engine's hands: rule health, reports and people's scores use exactly what stands."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from tests.console.conftest import World
from tests.console.reviews.ledger import said
from tests.sampling.test_draw import workspace as inspected  # noqa: F401 (a fixture: an inspected workspace)

from qunjian.model.decisions import Review
from qunjian.runs.findings import Filters, findings
from qunjian.runs.rule_health import rule_health
from qunjian.workspace import Workspace
from qunjian_console.audit.services import Actor
from qunjian_console.bridge.reviewing import Quota, Wanted
from qunjian_console.jobs.ticking import tick
from qunjian_console.reviews import selectors
from qunjian_console.reviews.models import Carried, Item, Plan
from qunjian_console.reviews.services.deciding import judge, skip, undo
from qunjian_console.reviews.services.exporting import export_verdicts
from qunjian_console.reviews.services.planning import fill_from_lake, make

HERE = Actor(None)


@pytest.fixture
def plan(world: World, settings: object, inspected: Workspace) -> Plan:  # noqa: F811
    settings.WORKSPACE = inspected.root  # type: ignore[attr-defined]
    _unlocked(inspected)
    for user in world.people.values():
        user.everywhere = True
        user.save()
    everything = {"major": Quota(share=1.0), "minor": Quota(share=1.0)}
    made = make("全部", Wanted("s", everything, Quota(count=2)), Actor(world.people["lead"].pk))
    fill_from_lake(made.pk, with_form=False)
    return made


def _unlocked(where: Workspace) -> Path:
    path = where.root / "decisions" / "review.jsonl"
    path.unlink(missing_ok=True)
    return path


def test_the_draw_is_frozen(plan: Plan, inspected: Workspace) -> None:  # noqa: F811
    assert plan.items.exclude(finding="").count() == len(list(findings(inspected, Filters())))
    before = list(plan.items.values_list("place", "rank", "message"))
    assert fill_from_lake(plan.pk, with_form=True) == len(before)
    assert list(plan.items.values_list("place", "rank", "message")) == before
    kinds = list(plan.items.values_list("kind", flat=True))
    assert kinds == sorted(kinds, key=["major", "minor", "unflagged"].index)


def test_the_engine_counts_what_the_console_counts(plan: Plan, inspected: Workspace, world: World) -> None:  # noqa: F811
    people = [world.people["inspector"], world.people["lead"]]
    expected: dict[str, Counter[str]] = {}
    for number, item in enumerate(plan.items.all()):
        verdict = ("confirmed", "refuted", "confirmed", "unsure")[number % 4]
        judge(item.pk, people[number % 2], said(verdict=verdict, reason="看过"), HERE)
        if number % 5 == 0:
            undo(item.pk, people[number % 2], 1, f"undo-{number}", HERE)
            if number % 2:
                skip(item.pk, people[1], said(seen=2, reason="过"), HERE)
                continue
            judge(item.pk, people[number % 2], said(seen=2, verdict="refuted"), HERE)
            verdict = "refuted"
        if item.finding:
            expected.setdefault(item.rule, Counter())[verdict] += 1
    assert export_verdicts()
    health = {each.rule: each.health.verdicts for each in rule_health(inspected, "team").rules}
    told = {rule: (each.confirmed, each.refuted, each.unsure) for rule, each in health.items()}
    assert told == {rule: (n["confirmed"], n["refuted"], n["unsure"]) for rule, n in expected.items()}
    shown = {each.rule: (each.confirmed, each.refuted, each.unsure) for each in selectors.results(plan).rules}
    assert shown == told
    read = {row.finding_id: row.review for row in findings(inspected, Filters())}
    assert read == {item.finding: item.verdict or None for item in Item.objects.filter(plan=plan).exclude(finding="")}


def test_what_is_taken_back_awaits_review_again(plan: Plan, inspected: Workspace, world: World) -> None:  # noqa: F811
    item = plan.items.exclude(finding="").first()
    assert item is not None
    judge(item.pk, world.people["inspector"], said(), HERE)
    assert export_verdicts()
    assert inspected.decisions().verdicts() == {item.finding: "confirmed"}
    undo(item.pk, world.people["inspector"], 1, "undo-it", HERE)
    assert export_verdicts()
    assert inspected.decisions().verdicts() == {}
    assert not export_verdicts(), "nothing changed since"


def test_the_newest_of_two_plans_stands_and_taking_it_back_leaves_the_other(
    plan: Plan, inspected: Workspace, world: World  # noqa: F811
) -> None:  # fmt: skip
    other = make("再抽", Wanted("t", {"major": Quota(share=1.0)}), Actor(world.people["lead"].pk))
    fill_from_lake(other.pk, with_form=False)
    here = other.items.first()
    assert here is not None
    there = plan.items.get(finding=here.finding)
    judge(there.pk, world.people["inspector"], said(), HERE)
    judge(here.pk, world.people["lead"], said(verdict="refuted"), HERE)
    export_verdicts()
    assert inspected.decisions().verdicts() == {here.finding: "refuted"}
    undo(here.pk, world.people["lead"], 1, "undo-it", HERE)
    export_verdicts()
    assert inspected.decisions().verdicts() == {here.finding: "confirmed"}


def test_what_stood_before_is_taken_over_once(plan: Plan, inspected: Workspace, world: World) -> None:  # noqa: F811
    path = _unlocked(inspected)
    path.parent.mkdir(exist_ok=True)
    item = plan.items.exclude(finding="").first()
    assert item is not None
    at = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
    old = [Review("by-hand", "refuted", "王质检", at, "误报"), Review(item.finding, "refuted", "王质检", at)]
    path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in old))
    assert export_verdicts()
    assert inspected.decisions().verdicts() == {"by-hand": "refuted", item.finding: "refuted"}
    judge(item.pk, world.people["inspector"], said(), HERE)
    tick()
    assert inspected.decisions().verdicts() == {"by-hand": "refuted", item.finding: "confirmed"}
    assert Carried.objects.count() == 2
    assert json.loads(path.read_text("utf-8").splitlines()[0])["reviewer"] == "王质检"


def test_the_file_is_read_only_and_an_edit_by_hand_does_not_last(
    plan: Plan, inspected: Workspace, world: World  # noqa: F811
) -> None:  # fmt: skip
    item = plan.items.exclude(finding="").first()
    assert item is not None
    judge(item.pk, world.people["inspector"], said(), HERE)
    export_verdicts()
    path = inspected.root / "decisions" / "review.jsonl"
    assert not path.stat().st_mode & stat.S_IWUSR
    path.chmod(0o644)
    path.write_text("", encoding="utf-8")
    assert export_verdicts()
    assert inspected.decisions().verdicts() == {item.finding: "confirmed"}


def test_a_workspace_without_plans_keeps_its_own_file(world: World, settings: object, inspected: Workspace) -> None:  # noqa: F811
    settings.WORKSPACE = inspected.root  # type: ignore[attr-defined]
    path = _unlocked(inspected)
    assert not export_verdicts()
    assert not path.exists()
