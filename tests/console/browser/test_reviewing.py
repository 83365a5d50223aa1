"""The inspector's hour by keyboard alone, on the real demo: every item decided, the next one already there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.console.browser.conftest import Watched
from tests.console.conftest import World

from qunjian_console.audit.services import Actor
from qunjian_console.audit.verifying import verify
from qunjian_console.bridge.reviewing import Quota, Wanted
from qunjian_console.reviews.models import Decision, Draft, Item, Plan
from qunjian_console.reviews.services.deciding import Judgement, judge
from qunjian_console.reviews.services.planning import fill_from_lake, make
from qunjian_console.reviews.services.working import keep_habits

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# Presses a key and says, before anything else can run, which item stands there then.
PRESS = """(key) => {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return document.querySelector(".review-card:not([hidden])")?.dataset.item ?? null;
}"""


@pytest.fixture
def plan(world: World, settings: Any, demo: Path) -> Plan:
    settings.WORKSPACE = demo
    for user in world.people.values():
        user.everywhere = True
        user.save()
    made = make("本周复核", Wanted("hour", {"major": Quota(count=3)}, Quota(count=1)), Actor(world.people["lead"].pk))
    fill_from_lake(made.pk, with_form=True)
    return made


def begin(open_as: Any, plan: Plan, **how: Any) -> Watched:
    watched: Watched = open_as("inspector", **how)
    watched.open(f"/reviews/{plan.pk}/work/")
    return watched


def ahead(page: Any, count: int) -> None:
    """Wait until the page holds so many items."""
    page.locator(".review-card").nth(count - 1).wait_for(state="attached")


def settled(plan: Plan, count: int, page: Any) -> None:
    """Wait until so many decisions have reached the ledger."""
    for _ in range(200):
        if Decision.objects.filter(item__plan=plan).count() >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"only {Decision.objects.filter(item__plan=plan).count()} of {count} arrived")


def test_the_inspectors_hour(plan: Plan, open_as: Any, world: World) -> None:
    watched = begin(open_as, plan)
    page, total, seen = watched.page, plan.items.count(), list[str]()
    assert total >= 12
    for number in range(total):
        least = min(3, total - number)
        ahead(page, least)  # a reader needs longer than the server
        here = page.evaluate("document.querySelector('.review-card:not([hidden])').dataset.item")
        seen.append(here)
        after = page.evaluate(PRESS, "c" if number % 3 else "x")
        assert after != here
        assert (after is None) == (number == total - 1), "the next item must already be there"
    settled(plan, total, page)
    page.wait_for_selector("#none:not([hidden])")
    items = {str(item.pk): item for item in plan.items.all()}
    assert seen == [str(pk) for pk in plan.items.values_list("pk", flat=True)]
    expected = {pk: "confirmed" if number % 3 else "refuted" for number, pk in enumerate(seen)}
    assert {pk: item.verdict for pk, item in items.items()} == expected
    assert [each.item_id for each in Decision.objects.order_by("number")] == [int(pk) for pk in seen]
    assert verify().problems == []
    assert watched.wrong == []


def test_undo_reasons_form_and_draft_by_keyboard(plan: Plan, open_as: Any, world: World) -> None:
    watched = begin(open_as, plan)
    page = watched.page
    first = plan.items.get(place=1)
    ahead(page, 3)
    for level in "32303":
        page.keyboard.press(level)
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.type("看过前后文 c x")
    page.keyboard.press("Escape")
    for _ in range(100):
        if Draft.objects.filter(item=first, body__contains="c x").exists():
            break
        page.wait_for_timeout(50)
    assert Draft.objects.get().item_id == first.pk
    page.reload()
    page.wait_for_selector(".review-card:not([hidden])")
    assert page.locator(".review-card:not([hidden]) [data-note]").input_value() == "看过前后文 c x"
    page.keyboard.press("c")
    settled(plan, 1, page)
    first.refresh_from_db()
    # 称呼 3/3 → 100·15, 解决 2/4 → 33.3·35, 准确 3/3 → 100·25, 引导 N/A, 秩序 3/3 → 100·10; of 85.
    assert first.score == pytest.approx((1500 + 35 * 100 / 3 + 2500 + 1000) / 85)
    page.keyboard.press("z")
    settled(plan, 2, page)
    page.wait_for_selector(f".review-card[data-item='{first.pk}']:not([hidden])")
    page.keyboard.press("d")
    assert page.locator("#why").is_visible()
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("1")
    settled(plan, 3, page)
    page.keyboard.press("s")
    page.keyboard.type("看不懂方言")
    page.keyboard.press("Enter")
    settled(plan, 4, page)
    acts = list(Decision.objects.order_by("number").values_list("act", "verdict", "reason"))
    assert [act[:2] for act in acts] == [("verdict", "confirmed"), ("undo", "confirmed"), ("verdict", "unsure"),
                                        ("skip", "")]  # fmt: skip
    assert acts[2][2] == "缺少上下文；看过前后文 c x"
    assert acts[3][2] == "看不懂方言"
    page.keyboard.press("p")
    assert page.locator("#cover").is_visible()
    page.keyboard.press("c")
    page.keyboard.press("p")
    assert not page.locator("#cover").is_visible()
    page.keyboard.press("?")
    assert page.locator("#keys kbd", has_text="q").first.is_visible()
    page.keyboard.press("?")
    page.keyboard.press("q")
    page.wait_for_url("**/reviews/")
    assert Decision.objects.count() == 4
    assert not Item.objects.exclude(holder=None).exists()
    assert watched.wrong == []


def test_two_reviewers_at_one_item(plan: Plan, open_as: Any, world: World) -> None:
    watched = begin(open_as, plan)
    page = watched.page
    first = plan.items.get(place=1)
    Item.objects.filter(pk=first.pk).update(holder=None)
    judge(first.pk, world.people["lead"], Judgement(0, "the-leads-own", "refuted", "是正常通知"), Actor())
    page.keyboard.press("c")
    page.wait_for_selector("#told.alert-danger")
    assert "lead" in page.locator("#told").inner_text()
    first.refresh_from_db()
    assert (first.verdict, first.history.count()) == ("refuted", 1)
    page.keyboard.press("c")
    settled(plan, 2, page)
    assert [text for text in watched.wrong if "409" not in text] == []


def test_own_keys_and_a_phone(plan: Plan, open_as: Any, world: World) -> None:
    keep_habits(world.people["inspector"], {"confirmed": "k"}, "always")
    watched = begin(open_as, plan, width=390, language="en")
    page = watched.page
    assert page.locator(".review-card.review-blurred:not([hidden])").count() == 1
    page.keyboard.press("b")
    assert page.locator(".review-card.review-blurred:not([hidden])").count() == 0
    page.keyboard.press("c")
    page.keyboard.press("k")
    settled(plan, 1, page)
    page.locator("[data-do=refuted]").click()
    settled(plan, 2, page)
    assert list(Decision.objects.order_by("number").values_list("verdict", flat=True)) == ["confirmed", "refuted"]
    box = page.locator(".review-bar").bounding_box()
    assert box["y"] + box["height"] <= 900
    assert watched.wrong == []
