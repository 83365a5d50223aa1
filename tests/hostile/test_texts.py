"""Hostile texts from an export to the report: nothing crashes, nothing is lost, nothing in the report comes alive."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Written for these tests: one text per way to break something on the way.
OWN = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=HYPERLINK("http://evil.example","看")',
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "<svg/onload=alert(4)>",
    "<!--<script>",
    "]]>",
    "]]><script>alert(5)</script>",
    "</textarea><iframe src=javascript:alert(6)>",
    "{{7*7}} {% debug %} ${7*7}",
    "&lt;script&gt;",
    "javascript:alert(7)",
    "<a href='javascript:alert(8)'>点我</a>",
    "\u2028</script>\u2029",
    "'\"><b onmouseover=alert(9)>x",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content=0;url=http://evil.example>",
    "[看](javascript:alert(10))",
    "![图](http://evil.example/x.png)",
    "| a | b |\n|---|---|",
    "# 标题\n\n<script>alert(11)</script>",
    "a\u0000b",
    "\u0007\u001b[31m红\u001b[0m",
    "a\ud800b",
    "\udc00\ud800",
    "a\ufffeb\uffff",
    "\ufeff首",
    "e\u0301\u0301\u0301" * 40,
    "photo\u202egnp.exe",
    "\u2067规则\u2069",
    "加\u200b微\u200c信\u200d号",
    "👨\u200d👩\u200d👧\u200d👦👍🏽🇨🇳1\ufe0f\u20e3",
    "𠮷𠀀\U0010ffff",
    "",
    " ",
    "\n\n\n",
    "\r\n",
    "行一\r\n行二\r行三",
    "null",
    "None",
    "NaN",
    "true",
    "0x1F",
    "1E5",
    "00123",
    "9" * 40,
    "2026-02-30",
    "'; DROP TABLE message;--",
    "%s%n%x{0}{name}",
    "../../../../etc/passwd",
    "\\\\evil\\share",
    "C:\\CON\\NUL",
    "~",
    "~0.1",
    "a" * 40_000,
    "哈" * 20_000,
    "@" * 500,
    "((((((((((" * 50 + "a" * 30,
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    "1" * 15 + "X",
    "13800138000" * 100,
]


def private_texts(folder: Path) -> list[str]:
    """Return the texts of the private corpora: naughty strings, script and formula payloads, Unicode traps, lures."""
    texts: list[str] = [str(each) for each in json.loads((folder / "blns" / "blns.json").read_text(encoding="utf-8"))]
    own = folder / "own"
    texts += json.loads((own / "formula_cells.json").read_text(encoding="utf-8"))
    texts += json.loads((own / "ssrf_urls.json").read_text(encoding="utf-8"))
    texts += [str(each) for each in json.loads((own / "unicode_traps.json").read_text(encoding="utf-8")).values()]
    lures = (own / "zh_judge_injection.jsonl").read_text(encoding="utf-8").splitlines()
    texts += [json.loads(line)["text"] for line in lures if line]
    payloads = folder / "xss-payload-list" / "Intruder" / "xss-payload-list.txt"
    texts += payloads.read_text(encoding="utf-8", errors="replace").split("\n")
    for path in sorted((folder / "fuzzdb" / "attack").rglob("*.txt")):
        texts += path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    for path in sorted((folder / "utf8-docs").rglob("*unseparated.txt")):
        document = path.read_text(encoding="utf-8", errors="surrogatepass")
        texts += [document[start : start + 20_000] for start in range(0, len(document), 20_000)]
    return texts


@pytest.fixture(scope="module", params=["own", "private"])
def taken(request: pytest.FixtureRequest, passage: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Take a corpus through once for all tests; the first thousand texts also as bait for findings."""
    if request.param == "own":
        texts = OWN
    else:
        real_data: Callable[[str], Path] = request.getfixturevalue("real_data")
        texts = private_texts(real_data("hostile"))
    texts = texts + [passage.BAIT + text for text in texts[:1000]]
    return texts, passage.taken_through(tmp_path_factory.mktemp(request.param), texts)


@pytest.fixture(scope="module")
def harmless(passage: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Take as many harmless texts the same way: what their report holds is ours, not the members'."""
    texts = [f"今天第{n}次说话" for n in range(60)] + [f"{passage.BAIT}{n}" for n in range(60)]
    return passage.taken_through(tmp_path_factory.mktemp("harmless"), texts)


def test_every_text_arrives_as_cleaned(passage: Any, taken: Any) -> None:
    texts, through = taken
    assert through.imported["read"] >= len(texts)
    stored = through.texts()
    wrong = [n for n, text in enumerate(texts) if stored.get(f"m{n}") != passage.cleaned(text)]
    assert [(texts[n][:80], stored.get(f"m{n}", "(absent)")[:80]) for n in wrong[:10]] == []


def test_inspection_sees_all_and_finds_the_bait(taken: Any) -> None:
    texts, through = taken
    assert through.inspected["messages"] >= len(texts)
    assert sum(through.inspected["findings"]["severity"].values()) > 0


def test_no_cell_of_the_workbook_is_live(passage: Any, taken: Any) -> None:
    assert passage.formulas(taken[1].reports["xlsx"]) == []


def test_no_element_of_the_page_comes_from_a_text(passage: Any, taken: Any, harmless: Any) -> None:
    page, ours = taken[1].reports["html"], harmless.reports["html"]
    assert passage.live_parts(page) == passage.live_parts(ours) == []

    def scripts(path: Path) -> Counter[str]:
        return Counter(str(sorted(found)) for tag, found in passage.elements(path) if tag == "script")

    assert set(scripts(page)) == set(scripts(ours))
    assert sum(scripts(page).values()) <= sum(scripts(ours).values()) + 20
    assert {tag for tag, _ in passage.elements(page)} - {tag for tag, _ in passage.elements(ours)} <= {
        "td", "th", "tr", "ul", "li", "p", "span", "mark", "details", "summary", "section", "h2", "h3", "h4", "em", "b",
    }  # fmt: skip


def test_the_other_reports_can_be_read(taken: Any) -> None:
    reports = taken[1].reports
    json.loads(reports["json"].read_text(encoding="utf-8"))
    markdown = reports["md"].read_text(encoding="utf-8").lower()
    # CommonMark: a backslash before < or ] makes it plain text.
    assert re.findall(r"(?<!\\)<(?:script|img|svg|iframe|base|meta|b|a)\b[^\n]{0,40}", markdown) == []
    assert re.findall(r"(?<!\\)\]\((?:javascript|http):[^\n]{0,40}", markdown) == []


def test_members_and_messages_can_be_listed(passage: Any, taken: Any) -> None:
    for command in ("communities", "members", "messages", "findings", "imports"):
        done = passage.qunjian(command, "-w", taken[1].home, "--json", home=taken[1].home)
        assert done.returncode == 0
        for line in done.stdout.decode("utf-8").split("\n"):
            if line.strip():
                json.loads(line)
        assert passage.qunjian(command, "-w", taken[1].home, home=taken[1].home).returncode == 0


def test_single_texts_can_be_checked(passage: Any, taken: Any) -> None:
    """`check` reads a text per line of stdin and answers with one JSON line each, in order."""
    texts = [text.replace("\r", " ").replace("\n", " ") for text in taken[0][:2000]]
    given = "\n".join(texts).encode("utf-8", "replace") + b"\n"
    done = passage.qunjian("check", "--json", home=taken[1].home, text=given)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    answers = [json.loads(line) for line in done.stdout.decode("utf-8").split("\n") if line.strip()]
    assert len(answers) == given.count(b"\n")


@pytest.mark.browser
def test_a_browser_runs_nothing_of_it(chromium: str, taken: Any) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    dialogs: list[str] = []
    asked: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(taken[1].reports["html"].as_uri(), wait_until="load", timeout=120_000)
        page.wait_for_timeout(2000)
        browser.close()
    assert dialogs == []
    assert [url[:100] for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
