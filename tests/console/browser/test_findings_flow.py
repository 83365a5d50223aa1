"""The QA lead's way in a real browser: inspect, open the findings, filter, open one, silence its rule, take it back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.console.browser.conftest import Watched
from tests.console.conftest import World, write_log

from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace
from qunjian_console.bridge.inspections import runs
from qunjian_console.jobs import services
from qunjian_console.jobs.worker import work_off

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)>\u202e{{7*7}}加我微信 abcdef123"


@pytest.fixture
def team(world: World, settings: Any, demo: Path, tmp_path: Path) -> World:
    """Return the world over a copy of the demo, with a group of hostile name and words beside."""
    settings.WORKSPACE = tmp_path / "copy"
    shutil.copytree(demo, settings.WORKSPACE)
    log = write_log(tmp_path / "hostile.jsonl", "<script>alert(2)</script>", [HOSTILE, "=1+1", "收到"])
    import_files(Workspace.open(settings.WORKSPACE), Wish((log,)))
    for user in world.people.values():
        user.everywhere = True
        user.save()
    return world


def test_from_an_inspection_to_a_silence_and_back(team: World, open_as: Any) -> None:
    watched: Watched = open_as("lead")
    page = watched.page
    watched.open("/inspections/start/")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/inspections/")
    job = services.claim("here")
    assert job is not None
    work_off(job)
    page.wait_for_selector("#inspections-live:not([data-live])")
    assert len(runs()) == 2

    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/inspections/findings/")
    page.select_option("#rule", "contact.wechat_id")
    page.click("main form button.btn-primary")
    page.wait_for_url("**rule=contact.wechat_id**")
    everywhere = _open(page)
    assert everywhere > 0
    page.click(".findings .finding-rule >> nth=0")
    page.wait_for_selector(".spoken-centre mark.found")

    page.go_back()
    page.click("text=静默这条规则")
    page.fill("#id_reason", HOSTILE)
    page.fill("#id_expires", f"{timezone.localdate() + dt.timedelta(days=3)}")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/inspections/silences/")
    assert page.locator("td .stranger", has_text="{{7*7}}").count() == 1
    watched.open("/inspections/findings/?rule=contact.wechat_id")
    assert page.locator(".findings").count() == 0

    watched.open("/inspections/silences/")
    page.click("main table form button")
    page.wait_for_url("**/inspections/silences/")
    watched.open("/inspections/findings/?rule=contact.wechat_id")
    assert _open(page) == everywhere

    watched.open("/messages/?words=onerror")
    assert page.locator(".spoken").count() == 1
    page.click("text=前后文")
    page.wait_for_selector(".spoken-centre")
    assert page.locator("main img, main script").count() == 0
    assert watched.wrong == []


def _open(page: Any) -> int:
    """Return how many findings the head of the list tells of."""
    return int("".join(filter(str.isdigit, page.locator(".page-header .n").last.inner_text())))
