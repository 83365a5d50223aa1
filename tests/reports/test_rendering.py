"""The renderers: nothing live in any file, same bytes each time, and the page runs under its own policy."""

import base64
import hashlib
import io
import re
import shutil
from pathlib import Path

import msgspec
import openpyxl
import pytest
from tests.reports.world import HOSTILE

from qunjian.reports.build import build
from qunjian.reports.charts import specs
from qunjian.reports.material import Material
from qunjian.reports.render_html import render_html
from qunjian.reports.render_json import render_json
from qunjian.reports.render_md import render_md
from qunjian.reports.render_xlsx import render_xlsx
from qunjian.reports.report import Chart, Report


@pytest.fixture(scope="session")
def page(report: Report) -> str:
    return render_html(report).decode()


@pytest.fixture(scope="session")
def markup(page: str) -> str:
    """The page without its style and scripts."""
    return re.sub(r"<(style|script)\b[^>]*>.*?</\1>", "", page, flags=re.S)


def test_member_text_never_becomes_markup(markup: str) -> None:
    assert "alert(" in markup
    assert "<script>alert" not in markup
    assert "\u202e" not in markup
    assert "\u0007" not in markup


def test_the_page_asks_for_nothing_from_outside(markup: str) -> None:
    assert not re.findall(r"<(?:link|img|iframe|object|embed|base|form)\b", markup)
    assert not re.findall(r"""\s(?:src|srcset|action|on\w+|style)\s*=""", markup)
    assert {target[:1] for target in re.findall(r'href="([^"]*)"', markup)} == {"#"}


def test_every_link_has_its_target(markup: str) -> None:
    targets = set(re.findall(r'\sid="([^"]*)"', markup))
    assert {link[1:] for link in re.findall(r'href="(#[^"]*)"', markup)} <= targets
    assert len(re.findall(r'\sid="', markup)) == len(targets)


def test_the_policy_names_each_script_by_its_hash(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    bodies = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, flags=re.S)
    assert len(bodies) == 5  # the style, the charts library, and our three scripts
    for body in bodies:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]


def test_charts_have_words_beside_them(markup: str) -> None:
    plots = re.findall(r'<div class="plot" role="img" aria-label="([^"]+)"', markup)
    assert plots
    assert markup.count("<figcaption>") == markup.count("<figure>")


def test_chart_specifications_hold_no_address(report: Report) -> None:
    charts = [block for part in report.parts for block in part.blocks if isinstance(block, Chart)]
    charts += [b for part in report.parts for section in part.sections for b in section.blocks if isinstance(b, Chart)]
    assert {chart.kind for chart in charts} == {"interval", "stack", "line", "heat"}
    for chart in charts:
        for spec in specs(chart):
            written = msgspec.json.encode({key: value for key, value in spec.items() if key != "$schema"}).decode()
            assert "http" not in written
            assert '"url"' not in written


@pytest.mark.parametrize("render", [render_html, render_xlsx, render_md, render_json])
def test_same_facts_same_bytes_but_for_the_date_line(material: Material, render) -> None:  # type: ignore[no-untyped-def]
    once, again = build("weekly", material), build("weekly", material)
    assert render(once) == render(again)
    later = msgspec.structs.replace(once, made_at="2027-01-01 00:00 UTC")
    if render is render_xlsx:
        return
    before, after = render(once).decode().splitlines(), render(later).decode().splitlines()
    differing = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(differing) == 1
    assert "2027-01-01" in differing[0][1]


def test_the_workbook_holds_no_formula_and_real_numbers(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))
    assert book.sheetnames[:3] == ["一分钟摘要", "同类排名", "变化"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert not any(cell.hyperlink and cell.hyperlink.target for cell in cells)
    groups = next(sheet for sheet in book if sheet.title == "各社群")
    assert 2310 in [cell.value for row in groups.iter_rows() for cell in row]
    assert any("⟨U+202E⟩=1+1" in str(cell.value) for cell in cells)
    assert sum(len(sheet._charts) for sheet in book) >= 3


def test_a_cell_that_looks_like_a_formula_stays_text(material: Material) -> None:
    first = msgspec.structs.replace(material.communities[0], name="=HYPERLINK(1)")
    report = build("weekly", msgspec.structs.replace(material, communities=(first, *material.communities[1:])))
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))
    kinds = {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"
    }
    assert kinds == {"s"}


def test_markdown_cannot_be_broken_out_of(report: Report) -> None:
    written = render_md(report).decode()
    assert "\\<script\\>alert" in written
    assert "<" not in written.replace("\\<", "")
    rows = [line for line in written.splitlines() if line.startswith(("| 阳光妈妈群 ", "| 夜读会 "))]
    assert rows
    assert max(line.count(" | ") for line in rows) <= 11


def test_json_is_the_report(report: Report) -> None:
    assert msgspec.json.decode(render_json(report), type=Report) == report
    assert HOSTILE not in render_json(report).decode()


@pytest.mark.browser
def test_the_page_runs_under_its_policy_at_every_width(page: str, chromium: str, tmp_path: Path) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which(chromium) or chromium, args=["--no-sandbox"])
        for width, scheme in ((1280, "light"), (375, "dark")):
            seen: list[str] = []
            asked: list[str] = []
            tab = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
            tab.on("console", lambda message, seen=seen: seen.append(message.text) if message.type == "error" else None)
            tab.on("pageerror", lambda error, seen=seen: seen.append(str(error)))
            tab.on("request", lambda request, asked=asked: asked.append(request.url))
            tab.goto(path.as_uri())
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            tab.evaluate("document.querySelectorAll('.plot').forEach(p => p.scrollIntoView({behavior: 'instant'}))")
            for plot in tab.locator(".plot").all():
                plot.scroll_into_view_if_needed()
                plot.locator("svg").first.wait_for(timeout=5000)
            assert seen == []
            assert asked == [path.as_uri()]
            assert tab.evaluate("document.documentElement.scrollWidth") == width
        browser.close()
