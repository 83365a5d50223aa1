"""The QA lead's draft in a real browser: copy, paste from a sheet, samples tried while typing, published by another."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.console.browser.conftest import Watched
from tests.console.conftest import World

from qunjian_console.bridge import drafting
from qunjian_console.standards.models import Draft, Release

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).focus();
  const how = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
}"""
HOSTILE = "<img src=x onerror=alert(1)>\u202e\"'&lt;"


def cell(name: str, row: int = 0, column: int = 0) -> str:
    return f'[data-name="{name}"] td[data-row="{row}"][data-column="{column}"]'


def paste(page: Any, where: str, text: str) -> None:
    """Paste into a cell as a spreadsheet's clipboard would, once the grid is drawn."""
    page.wait_for_selector(where)
    page.evaluate(PASTE, [where, text])


@pytest.fixture
def lead(world: World, settings: Any, demo: Path, open_as: Any) -> Watched:
    settings.WORKSPACE = demo
    for role in ("lead", "owner"):
        world.people[role].everywhere = True
        world.people[role].save()
    watched: Watched = open_as("lead")
    watched.open("/standards/")
    return watched


def test_a_draft_from_copy_to_its_publication(lead: Watched, open_as: Any, settings: Any) -> None:
    page = lead.page
    page.locator(".card", has_text="通用社群运营标准").get_by_role("button", name="复制成草稿").first.click()
    page.wait_for_url("**/standards/drafts/*/")
    page.get_by_role("link", name="新规则：一组词").click()
    page.locator("#name_zh").fill("私下转课")
    page.locator("#hint_zh").fill("移除并说明退课流程")
    paste(page, cell("words"), "低价转课\r\n转让课程\r\n")  # as Excel copies a column
    paste(page, cell("hit"), "低价转课，私聊\r\n有人要转让课程吗\r\n完全无关的一句话\r\n")
    paste(page, cell("passed"), "课程什么时候开始\r\n可以退课吗\r\n今天讲得好\r\n")
    paste(page, cell("basis", 0, 3), f"{HOSTILE}\t是")
    page.wait_for_selector("#tried >> text=1 条样例不符")
    assert page.locator(cell("hit", 2)).get_attribute("aria-invalid") == "true"
    page.locator(cell("hit", 2)).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("转让课程名额一个")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tried >> text=6 条样例都符合")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="保存到草稿").click()
    page.wait_for_selector("text=已保存，第 2 版")
    assert "规则 own_general_ours.rule_1 新启用" in page.inner_text("main")
    page.get_by_role("link", name="差异、回测、提交发布").click()
    page.locator("#id_announcement").fill(f"新增：私下转课。{HOSTILE}")
    page.get_by_role("button", name="提交给第二人").click()
    page.wait_for_selector("text=由第二人发布")
    assert page.get_by_role("button", name="发布", exact=True).count() == 0  # not by who wrote it
    owner: Watched = open_as("owner")
    owner.open(page.url.removeprefix(lead.server))
    owner.page.get_by_role("button", name="发布", exact=True).click()
    owner.page.wait_for_selector("text=已发布，自")
    assert "新增：私下转课" in owner.page.inner_text("main")
    assert owner.page.locator("img[src=x]").count() == 0
    written = settings.WORKSPACE / "decisions" / "standard.jsonl"
    assert Release.objects.get().content in written.read_text("utf-8")
    written.unlink()  # the demo is shared with other tests
    assert (lead.wrong, owner.wrong) == ([], [])


def test_twenty_thousand_words_are_pasted_and_saved(lead: Watched) -> None:
    page = lead.page
    page.locator(".card", has_text="通用社群运营标准").get_by_role("button", name="复制成草稿").first.click()
    page.wait_for_url("**/standards/drafts/*/")
    draft = Draft.objects.latest("pk")
    page.goto(f"{lead.server}/standards/drafts/{draft.pk}/rules/contact.coded_platform/")
    stems = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
    words = [a + b + c + d for a in stems for b in stems[:12] for c in stems[:12] for d in stems[:6]][:20_000]
    begun = time.perf_counter()
    paste(page, cell("words"), "\n".join(words))
    pasted = time.perf_counter() - begun
    assert page.locator('[data-name="words"] tbody tr[aria-rowindex]').count() < 100  # only what is in view is drawn
    assert re.search(r"20,000", page.inner_text('[data-name="words"] [data-grid-count]'))
    page.get_by_role("button", name="撤销").first.click()
    assert "25" in page.inner_text('[data-name="words"] [data-grid-count]')
    paste(page, cell("words"), "\n".join(words))
    page.keyboard.press("Control+End")
    assert page.locator(cell("words", 19_999)).inner_text() == words[-1]
    page.get_by_role("button", name="保存到草稿").click()
    page.wait_for_selector("text=已保存，第 2 版")
    draft.refresh_from_db()
    saved = drafting.whole_at(draft.digest).by_id()["contact.coded_platform"].detect.parameters["words"]
    assert list(saved) == words
    assert pasted < 5
    assert lead.wrong == []
