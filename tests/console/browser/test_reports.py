"""The manager's report in a real browser: built, previewed apart from the console, downloaded; and a hostile one."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from PIL import Image
from tests.console.browser.conftest import Watched
from tests.console.conftest import OWN, World
from tests.console.reports.made import report_of

from qunjian_console.audit.models import Entry
from qunjian_console.jobs import services
from qunjian_console.jobs.models import State
from qunjian_console.jobs.worker import work_off
from qunjian_console.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_manager_builds_looks_and_downloads(
    world: World, settings: Any, demo: Path, parts: Path, open_as: Any, tmp_path: Path, chromium: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("QUNJIAN_CHROMIUM", chromium)
    settings.WORKSPACE, settings.PARTS = demo, parts
    manager = world.people["manager"]
    manager.everywhere = True
    manager.save()
    watched: Watched = open_as("manager")
    page = watched.page
    watched.open("/reports/")
    page.get_by_role("link", name="生成报告").click()
    page.get_by_label("要给团队以外的人看").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/build/*/")
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
    page.get_by_role("link", name="打开报告").click()
    frame = page.frame_locator("iframe.report-frame")
    frame.locator("h1").wait_for()
    assert "代号版" in frame.locator("h1").inner_text()
    frame.locator(".plot").first.scroll_into_view_if_needed()
    frame.locator(".plot svg").first.wait_for()  # the report's own scripts do run
    for name, ending in (("HTML", "html"), ("XLSX", "xlsx"), ("PDF", "pdf"), ("长图", "png")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        path = tmp_path / f"report.{ending}"
        download.value.save_as(path)
        assert download.value.suggested_filename.endswith(f"-pseudonyms.{ending}")
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    with Image.open(tmp_path / "report.png") as picture:
        assert picture.height > 4 * picture.width
    assert Entry.objects.filter(kind="reports.downloaded", actor=manager.pk).count() == 4
    assert Entry.objects.filter(kind="reports.viewed", actor=manager.pk).count() == 1
    assert Report.objects.get().messages > 0
    assert watched.wrong == []


SCRIPT = """
const told = [];
const attempt = (name, what) => {
  try { told.push(name + ':' + String(what())); } catch (error) { told.push(name + ':no'); }
};
attempt('parent', () => parent.document.title);
attempt('cookie', () => document.cookie);
attempt('storage', () => localStorage.length);
attempt('top', () => { top.location.href = '/users/'; return 'set'; });
attempt('open', () => String(window.open('/users/')));
const form = document.createElement('form');
form.method = 'post'; form.action = '/sign-out/'; document.body.append(form);
attempt('form', () => { form.submit(); return 'sent'; });
fetch('/users/', { credentials: 'include' })
  .then((answer) => told.push('fetch:' + answer.status), () => told.push('fetch:no'))
  .then(() => { document.body.dataset.told = told.join(' '); });
"""


def test_no_script_of_a_report_reaches_the_console(world: World, open_as: Any) -> None:
    """The worst case: somebody made the archive itself allow their script to run."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    body = f'<!doctype html><title>t</title><body><p id="here">x</p><script>{SCRIPT}</script></body>'.encode()
    report = report_of(OWN, page=body, policy=f"default-src 'none'; script-src 'sha256-{digest}'")
    watched: Watched = open_as("manager")
    watched.open(reverse("reports:report", args=[report.pk]))
    frame = watched.page.frame_locator("iframe.report-frame")
    frame.locator("body[data-told]").wait_for(timeout=10_000)
    told = dict(each.split(":", 1) for each in frame.locator("body").get_attribute("data-told").split(" "))
    assert (told["parent"], told["cookie"], told["storage"], told["fetch"]) == ("no", "no", "no", "no")
    assert told["top"] == "no" or watched.page.url.endswith(f"/reports/{report.pk}/")
    assert told["open"] in ("no", "null")
    assert watched.page.url.endswith(f"/reports/{report.pk}/")
    assert len(watched.page.context.pages) == 1
    watched.open("/reports/")  # still signed in: the form was not sent
    assert watched.page.get_by_role("heading", name="报告", exact=True).is_visible()


def test_a_script_that_was_not_built_into_it_does_not_run_even_alone_in_a_window(world: World, open_as: Any) -> None:
    body = b"<!doctype html><title>t</title><body><script>document.body.dataset.ran = '1'</script></body>"
    report = report_of(OWN, page=body)
    watched: Watched = open_as("manager")
    watched.open(reverse("reports:view", args=[report.pk]))
    assert watched.page.evaluate("document.body.dataset.ran") is None
    assert watched.page.evaluate("origin") == "null"
