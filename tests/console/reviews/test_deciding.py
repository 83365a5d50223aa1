"""Verdicts, skips and taking back: a line of decisions, nothing overwritten, nobody's own work."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, close_old_connections, connections
from tests.console.conftest import OWN, World
from tests.console.reviews.ledger import FORM, made_plan, said

from qunjian_console.audit.models import Entry
from qunjian_console.audit.services import Actor
from qunjian_console.audit.verifying import verify
from qunjian_console.reviews.models import Decision, Draft, Item, Link
from qunjian_console.reviews.refusals import ConflictError, RefusedError
from qunjian_console.reviews.services.deciding import judge, skip, undo
from qunjian_console.reviews.services.holding import claim, release
from qunjian_console.reviews.services.planning import close
from qunjian_console.reviews.services.working import link, save_draft

HERE = Actor(None, "192.0.2.1")


def first(plan: object) -> Item:
    return Item.objects.filter(plan=plan).order_by("place").first()  # type: ignore[return-value]


@pytest.mark.django_db(transaction=True)
def test_a_verdict_stands_and_is_in_the_log(world: World) -> None:
    inspector = world.people["inspector"]
    item = first(made_plan())
    made = judge(item.pk, inspector, said(reason="有电话"), Actor(inspector.pk))
    item.refresh_from_db()
    assert (item.state, item.verdict, item.by, item.version) == ("done", "confirmed", inspector.pk, 1)
    entry = Entry.objects.get(number=made.number)
    assert (entry.kind, entry.subject, entry.community) == ("reviews.judged", f"item:{item.pk}", OWN)
    assert "有电话" not in entry.facts
    assert verify().problems == []


def test_of_two_reviewers_the_second_is_told_and_overwrites_nothing(world: World) -> None:
    inspector, lead = world.people["inspector"], world.people["lead"]
    item = first(made_plan())
    judge(item.pk, inspector, said(), HERE)
    with pytest.raises(ConflictError, match="inspector"):
        judge(item.pk, lead, said(verdict="refuted"), HERE)
    item.refresh_from_db()
    assert (item.verdict, item.history.count()) == ("confirmed", 1)


def test_the_same_verdict_sent_twice_is_decided_once(world: World) -> None:
    item, once = first(made_plan()), said()
    assert judge(item.pk, world.people["inspector"], once, HERE) == judge(
        item.pk, world.people["inspector"], once, HERE
    )
    assert Decision.objects.count() == 1
    with pytest.raises((ConflictError, IntegrityError)):
        judge(item.pk, world.people["lead"], once, HERE)


def test_taking_back_adds_an_entry_and_opens_the_item(world: World) -> None:
    inspector = world.people["inspector"]
    item = first(made_plan())
    judge(item.pk, inspector, said(), HERE)
    undo(item.pk, inspector, 1, "t1", HERE)
    assert [each.act for each in item.history.all()] == ["verdict", "undo"]
    item.refresh_from_db()
    assert (item.state, item.verdict, item.by, item.holder, item.version) == ("open", "", None, inspector.pk, 2)
    judge(item.pk, inspector, said(seen=2, verdict="refuted"), HERE)
    item.refresh_from_db()
    assert (item.verdict, item.version) == ("refuted", 3)
    with pytest.raises(ConflictError):
        undo(item.pk, inspector, 1, "t2", HERE)


def test_only_ones_own_decision_is_taken_back_unless_one_leads(world: World) -> None:
    item = first(made_plan())
    judge(item.pk, world.people["owner"], said(), HERE)
    with pytest.raises(RefusedError):
        undo(item.pk, world.people["inspector"], 1, "t", HERE)
    undo(item.pk, world.people["lead"], 1, "t", HERE)
    item.refresh_from_db()
    assert (item.state, item.holder) == ("open", None)


def test_a_skip_and_doubt_need_a_reason(world: World) -> None:
    item = first(made_plan())
    with pytest.raises(RefusedError):
        skip(item.pk, world.people["inspector"], said(verdict="", reason="  "), HERE)
    with pytest.raises(RefusedError):
        judge(item.pk, world.people["inspector"], said(verdict="unsure"), HERE)
    with pytest.raises(RefusedError):
        judge(item.pk, world.people["inspector"], said(verdict="perhaps"), HERE)
    skip(item.pk, world.people["inspector"], said(verdict="", reason="图片打不开"), HERE)
    item.refresh_from_db()
    assert (item.state, item.verdict) == ("skipped", "")


def test_nobody_judges_their_own_messages(world: World) -> None:
    inspector = world.people["inspector"]
    plan = made_plan()
    item = first(plan)
    link(inspector, "", [item.account], HERE)
    with pytest.raises(RefusedError, match="自己"):
        judge(item.pk, inspector, said(), HERE)
    got = claim(inspector, plan.pk, HERE, most=50)
    assert got
    assert item.account not in {each.account for each in got}


def test_who_bears_a_name_of_the_duty_table_does_not_judge_that_persons_messages(
    world: World, settings: object
) -> None:
    folder = settings.WORKSPACE / "decisions"  # type: ignore[attr-defined]
    folder.mkdir(exist_ok=True)
    (folder / "duty.csv").write_text("社群,运营,账号\nwechat:妈妈群,Inspector ,wechat:u1\n", encoding="utf-8")
    got = claim(world.people["inspector"], made_plan().pk, HERE, most=50)
    assert "wechat:u1" not in {each.account for each in got}
    assert Link.objects.count() == 0


def test_an_item_outside_ones_scope_is_neither_given_nor_judged(world: World) -> None:
    plan = made_plan(4, other=2)
    got = claim(world.people["inspector"], plan.pk, HERE, most=50)
    assert {item.community for item in got} == {OWN}
    stranger = Item.objects.filter(plan=plan).exclude(community=OWN).first()
    with pytest.raises(RefusedError):
        judge(stranger.pk, world.people["inspector"], said(), HERE)  # type: ignore[union-attr]


def test_what_one_holds_nobody_else_gets(world: World) -> None:
    plan = made_plan(5)
    mine = claim(world.people["inspector"], plan.pk, HERE, most=2)
    theirs = claim(world.people["lead"], plan.pk, HERE, most=50)
    assert [item.place for item in mine] == [1, 2]
    assert [item.place for item in theirs] == [3, 4, 5]
    with pytest.raises(ConflictError, match="inspector"):
        judge(mine[0].pk, world.people["lead"], said(), HERE)
    assert claim(world.people["inspector"], plan.pk, HERE, most=2, besides=[mine[0].pk])[0].pk == mine[1].pk
    release(world.people["inspector"], plan.pk, HERE)
    assert [item.place for item in claim(world.people["lead"], plan.pk, HERE, most=2)] == [1, 2]


def test_a_lease_ends(world: World) -> None:
    plan = made_plan(1)
    item = claim(world.people["inspector"], plan.pk, HERE)[0]
    assert claim(world.people["lead"], plan.pk, HERE) == []
    Item.objects.filter(pk=item.pk).update(held_until="2026-01-01T00:00:00Z")
    assert [each.pk for each in claim(world.people["lead"], plan.pk, HERE)] == [item.pk]


def test_a_closed_plan_takes_no_verdict(world: World) -> None:
    plan = made_plan()
    close(plan.pk, HERE)
    assert claim(world.people["inspector"], plan.pk, HERE) == []
    with pytest.raises(RefusedError):
        judge(first(plan).pk, world.people["inspector"], said(), HERE)


def test_a_form_is_scored_when_whole_and_refused_when_not(world: World) -> None:
    item = first(made_plan(form=FORM))
    with pytest.raises(RefusedError, match="1"):
        judge(item.pk, world.people["inspector"], said(marks={"greeting": 1, "solved": 1}), HERE)
    with pytest.raises(RefusedError):
        judge(item.pk, world.people["inspector"], said(marks={"greeting": 3, "solved": 1, "redline": 1}), HERE)
    made = judge(item.pk, world.people["inspector"], said(marks={"greeting": 1, "solved": 1, "redline": 1}), HERE)
    assert made.score == 80  # (40·50 + 60·100) / 100
    undo(item.pk, world.people["inspector"], 1, "t", HERE)
    unmarked = judge(item.pk, world.people["inspector"], said(seen=2), HERE)
    assert unmarked.score is None


def test_a_draft_waits_and_goes_with_the_verdict(world: World) -> None:
    inspector = world.people["inspector"]
    item = first(made_plan())
    assert save_draft(item.pk, inspector, '{"reason":"还在看"}')
    assert save_draft(item.pk, inspector, '{"reason":"还在看这条"}')
    assert Draft.objects.get().body == '{"reason":"还在看这条"}'
    judge(item.pk, inspector, said(), HERE)
    assert not Draft.objects.exists()
    assert not save_draft(item.pk, inspector, "{}")


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment(world: World) -> None:
    """Twelve threads decide on six items and claim at once: one verdict each, the rest are told."""
    plan, outcomes = made_plan(6), list[str]()
    people = [world.people["inspector"], world.people["lead"]]
    items = list(Item.objects.filter(plan=plan).values_list("pk", flat=True))

    def work(number: int) -> None:
        close_old_connections()
        try:
            for pk in items:
                try:
                    judge(pk, people[number % 2], said(), HERE)
                    outcomes.append("made")
                except ConflictError:
                    outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] * 6 + ["told"] * 18
    assert Decision.objects.count() == 6
    numbers = list(Decision.objects.values_list("number", "at"))
    assert sorted(numbers) == sorted(numbers, key=lambda pair: pair[1])
