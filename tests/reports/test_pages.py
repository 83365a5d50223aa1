"""PDF and the long picture: drawn by a real Chromium from the same page, nobody named where nobody shall be."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from qunjian.model.errors import BadInputError
from qunjian.reports import browser
from qunjian.reports.render_html import render_html
from qunjian.reports.render_pages import render_pdf, render_png
from qunjian.reports.report import Report

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of fonts without a font: the machine's own are used."""
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts.css").write_text("", encoding="utf-8")
    return folder


def test_a_pdf_of_several_pages(report: Report, fonts: Path, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNJIAN_CHROMIUM", chromium)
    made = render_pdf(report, fonts)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) > 3
    assert b"http" not in re.sub(rb"https?://(www\.w3\.org|report\.invalid|ns\.adobe\.com)\S*", b"", made)


def test_a_long_picture_for_phones(report: Report, fonts: Path, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNJIAN_CHROMIUM", chromium)
    with Image.open(io.BytesIO(render_png(report, fonts))) as picture:
        assert picture.width == 780
        assert picture.height > 4000
        below = picture.convert("RGB").crop((0, picture.height - 3000, 780, picture.height))
        assert below.getcolors(20) is None  # drawn to its end, no white rest


def test_a_page_reaches_nothing_but_itself(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNJIAN_CHROMIUM", chromium)
    asked: list[str] = []

    def answer(path: str) -> tuple[str, bytes] | None:
        asked.append(path)
        return ("text/html", b"<p>here</p>") if not path else None

    tried = "fetch('{}').then(() => 'reached', () => 'refused')"
    with browser.Page(answer) as page:
        page.open()
        assert page.run("document.body.textContent") == "here"
        for address in ("http://127.0.0.1:1/", "https://example.org/", "file:///etc/passwd", "/other"):
            assert page.run(tried.format(address)) == "refused"
    assert asked[0] == ""
    assert set(asked) <= {"", "other", "favicon.ico"}


def test_without_a_chromium_it_says_what_to_do(report: Report, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("QUNJIAN_CHROMIUM", raising=False)
    with pytest.raises(BadInputError, match="Chromium"):
        render_pdf(report, fonts)


def test_fonts_are_named_by_hash_and_only_where_they_are_given(report: Report) -> None:
    assert "font-src" not in render_html(report).decode()
    assert "font-src 'self'" in render_html(report, "@font-face {}").decode()
