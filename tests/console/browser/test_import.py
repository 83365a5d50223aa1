"""A QA lead's import in a real browser: drop the demo's files, look, import, read the report, take it back."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.console.browser.conftest import Watched
from tests.console.conftest import World
from tests.console.ingest.made import everywhere
from tests.console.ingest.test_workbench import ODD

from qunjian.workspace import Workspace
from qunjian_console.bridge.imports import imports
from qunjian_console.jobs.worker import run

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DROP = """files => {
    const carried = new DataTransfer();
    for (const [name, data] of files)
        carried.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name));
    for (const kind of ["dragover", "drop"])
        document.getElementById("drop").dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true,
            cancelable: true}));
}"""
HOSTILE = "<img src=x onerror=alert(1)>\u202e${7*7}.jsonl"


@pytest.fixture
def worker(server: str) -> Iterator[None]:
    """Run the worker beside the server."""
    over = threading.Event()
    thread = threading.Thread(target=run, args=(over.is_set,), kwargs={"pause": 0.1})
    thread.start()
    yield
    over.set()
    thread.join()


def drop(page: Any, files: dict[str, bytes]) -> None:
    page.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in files.items()])


def test_drop_look_import_report_undo(open_as: Any, world: World, demo: Path, worker: None, settings: Any) -> None:
    everywhere(world, "lead")
    fresh = Workspace.open(settings.WORKSPACE)
    assert imports() == []
    names = ("mother-baby.json", "writing-course.jsonl")
    files = {name: (demo / "exports" / name).read_bytes() for name in names}
    files |= {HOSTILE: files["writing-course.jsonl"], "holiday.jpg": b"x"}
    watched: Watched = open_as("lead")
    watched.open(reverse("ingest:imports"))
    page = watched.page
    drop(page, files)
    page.wait_for_url("**/uploads/*/")
    shown = page.locator(".page-wrapper").inner_text()
    assert "暖芽宝妈互助群" in shown
    assert "3 个文件" in shown
    page.get_by_role("link", name="mother-baby.json").click()
    page.get_by_text("只读了开头").wait_for()
    assert page.locator("td.said").count() == 20
    page.go_back()
    page.get_by_role("button", name="开始导入").click()
    page.get_by_role("link", name="看导入报告").click(timeout=60_000)
    page.get_by_role("heading", name="逐个文件").wait_for()
    made = imports()[0]
    # The third file is the second one again, under a name that tried to be more than a name.
    assert (made.files, made.total.read) == (3, made.total.kept + made.total.duplicate)
    assert made.total.duplicate == sum(line.count(b'"message"') for line in files["writing-course.jsonl"].splitlines())
    assert page.locator("img[src='x']").count() == 0
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_label("原因").fill("试一试")
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_text("这次导入已撤销").wait_for(timeout=60_000)
    count = fresh.lake.session().connection.execute("SELECT count(*) FROM message").fetchone()
    assert count == (0,)
    assert watched.wrong == []


def test_without_scripts_files_come_in_too(server: str, world: World, chrome: Any, demo: Path) -> None:
    context = chrome.new_context(java_script_enabled=False)
    cookie = world.client("owner").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])
    page = context.new_page()
    page.goto(server + reverse("ingest:imports"))
    page.get_by_label("选择文件", exact=True).set_input_files(str(demo / "exports" / "writing-course.jsonl"))
    page.get_by_role("button", name="上传").click()
    page.wait_for_url("**/uploads/*/")
    assert "ChatLab" in page.locator("main").inner_text()
    context.close()


def test_an_odd_table_is_marked_kept_and_imported(open_as: Any, world: World, worker: None) -> None:
    everywhere(world, "lead")
    watched: Watched = open_as("lead")
    watched.open(reverse("ingest:imports"))
    page = watched.page
    drop(page, {"odd.csv": ODD})
    page.wait_for_url("**/uploads/*/")
    page.get_by_role("link", name="标记样本").click()
    page.get_by_text("读成这样").wait_for()
    page.get_by_label("“房间”是什么").select_option(label="社群")
    page.locator("[data-form='%d/%m/%Y %H:%M']").click()
    page.get_by_text("2026-01-05 15:07:00").wait_for()
    page.get_by_label("时区").fill("Asia/Shanhai")
    page.locator("#id_zone_fault").get_by_text("Asia/Shanghai").wait_for()
    page.get_by_label("时区").fill("Asia/Tokyo")
    page.get_by_text("Asia/Tokyo（来源写明）").wait_for()
    page.get_by_role("button", name="保存映射").click()
    page.get_by_text("已保存").wait_for()
    page.get_by_role("button", name="开始导入").click()
    page.get_by_role("link", name="看导入报告").click(timeout=60_000)
    page.get_by_role("heading", name="逐个文件").wait_for()
    made = imports()[0]
    assert (made.total.kept, made.rejected, made.communities) == (2, 0, ("im:书友会",))
    assert made.total.first is not None
    assert made.total.first.isoformat() == "2026-01-05T06:07:00+00:00"
    assert watched.wrong == []
