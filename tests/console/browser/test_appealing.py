"""The operator's appeal on a phone, on the real demo, with hostile words in every field; then the other side of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.console.browser.conftest import Watched
from tests.console.conftest import World

from qunjian_console.audit.services import Actor
from qunjian_console.bridge.reviewing import Quota, Wanted
from qunjian_console.reviews.models import Appeal, Item
from qunjian_console.reviews.services.deciding import Judgement, judge
from qunjian_console.reviews.services.planning import fill_from_lake, make
from qunjian_console.reviews.services.working import link

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)>\u202e引用“别人”的话 {{7*7}} ';--"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def item(world: World, settings: Any, demo: Path) -> Item:
    settings.WORKSPACE = demo
    for user in world.people.values():
        user.everywhere = True
        user.save()
    made = make(HOSTILE[:80], Wanted("phone", {"major": Quota(count=2)}), Actor(world.people["lead"].pk))
    fill_from_lake(made.pk, with_form=False)
    found = made.items.exclude(account="").get(place=1)
    judge(found.pk, world.people["inspector"], Judgement(0, "the-first-one", "confirmed", HOSTILE), Actor())
    link(world.people["operator"], "", [found.account], Actor())
    return found


def test_an_appeal_on_a_phone(item: Item, open_as: Any, world: World) -> None:
    phone: Watched = open_as("operator", width=390)
    phone.open(f"/reviews/mine/?week={item.sent:%Y-%m-%d}")
    page = phone.page
    page.locator(f"a[href='/reviews/mine/{item.finding}/']").click()
    page.locator("#centre, .spoken-centre").first.wait_for()
    page.locator(f"a[href='/reviews/items/{item.pk}/appeal/']").click()
    page.locator("#id_reason").fill(HOSTILE)
    page.locator("#files").set_input_files([{"name": "证据.png", "mimeType": "image/png", "buffer": PNG}])
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/reviews/mine/")
    made = Appeal.objects.get()
    assert (made.reason, made.attachments.count(), made.state) == (HOSTILE, 1, "open")
    assert page.locator("main img").count() == 0
    assert phone.wrong == []

    desk: Watched = open_as("lead", language="en")
    desk.open("/reviews/appeals/")
    desk.page.locator(f"a[href='/reviews/appeals/{made.pk}/']").click()
    desk.page.locator("#id_outcome").select_option("accepted")
    desk.page.locator("#id_reason").fill(HOSTILE)
    desk.page.locator("main form button.btn-primary").click()
    desk.page.wait_for_url("**/reviews/appeals/")
    item.refresh_from_db()
    assert (item.verdict, item.version) == ("refuted", 2)
    assert desk.page.locator("main img").count() == 0
    assert desk.wrong == []

    page.reload()
    assert page.locator("button", has_text="申请终审").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert phone.wrong == []
