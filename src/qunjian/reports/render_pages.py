"""Draws a report as PDF and as one long picture for phones, by a headless Chromium, with fonts that are given."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

from PIL import Image

from qunjian.reports.browser import Page
from qunjian.reports.render_html import render_html

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.reports.report import Report

_PHONE, _PAPER = 390, 760  # widths in CSS pixels
_TILE = 2000  # no screen is taller than Chromium can draw at once
_TALLEST = 30_000
_STACK = '"Noto Sans SC Variable", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_USED = f"html body, html body svg text {{ font-family: {_STACK}; }}"
_FONT_FILE = re.compile(r"files/[\w.-]+\.woff2")
# Charts are drawn when they come near the window, so the window is made as tall as the page; then all have a picture.
_DRAWN = """
(async () => {
  await document.fonts.ready;
  const due = () => [...document.querySelectorAll('.plot[data-chart]')].filter(
    (plot) => plot.checkVisibility() && !plot.querySelector('svg'));
  for (let step = 0; step < 300 && due().length; step++) await new Promise((done) => setTimeout(done, 50));
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return Math.ceil(document.documentElement.getBoundingClientRect().height);
})()
"""
_OPENED = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
# In a picture nobody can scroll: controls go, and a table too wide is drawn smaller.
_PLAIN = """
document.querySelectorAll('.theme, .tablehead input, .showall, nav.contents').forEach((each) => each.remove());
document.querySelectorAll('.scroll').forEach((each) => {
  const table = each.querySelector('table');
  if (table && each.scrollWidth > each.clientWidth)
    table.style.zoom = Math.max(0.5, each.clientWidth / each.scrollWidth);
});
"""


def render_pdf(report: Report, fonts: Path) -> bytes:
    """Return the report on A4, everything folded opened, pages numbered; `fonts`: a folder with fonts.css."""
    with _Opening(report, fonts, _PAPER) as page:
        page.run(_OPENED)
        _grow(page, _PAPER)
        foot = (
            '<div style="width:100%;font-size:8px;text-align:center;color:#666">'
            '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
        )
        told = page.call(
            "Page.printToPDF", paperWidth=8.27, paperHeight=11.69, marginTop=0.5, marginBottom=0.6, marginLeft=0.5,
            marginRight=0.5, printBackground=True, displayHeaderFooter=True, headerTemplate="<span></span>",
            footerTemplate=foot, generateTaggedPDF=True, generateDocumentOutline=True,
        )  # fmt: skip
    return base64.b64decode(told["data"])


def render_png(report: Report, fonts: Path) -> bytes:
    """Return the report as a phone shows it, in one picture from top to bottom, folded parts folded."""
    with _Opening(report, fonts, _PHONE) as page:
        page.run(_PLAIN)
        height = min(_grow(page, _PHONE), _TALLEST)
        scale = 2
        whole = Image.new("RGB", (_PHONE * scale, height * scale), "white")
        for top in range(0, height, _TILE):
            clip = {"x": 0, "y": top, "width": _PHONE, "height": min(_TILE, height - top), "scale": 1}
            told = page.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
            with Image.open(io.BytesIO(base64.b64decode(told["data"]))) as tile:
                whole.paste(tile.convert("RGB"), (0, top * scale))
    out = io.BytesIO()
    whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


class _Opening(Page):
    """A page that shows a report in light colours at one width."""

    def __init__(self, report: Report, fonts: Path, width: int) -> None:
        sheet = (fonts / "fonts.css").read_text(encoding="utf-8") + _USED
        body = render_html(report, sheet)

        def answer(path: str) -> tuple[str, bytes] | None:
            if not path:
                return "text/html; charset=utf-8", body
            if _FONT_FILE.fullmatch(path) and (fonts / path).is_file():
                return "font/woff2", (fonts / path).read_bytes()
            return None

        super().__init__(answer)
        self._width = width

    def __enter__(self) -> Page:
        super().__enter__()
        light = [{"name": "prefers-color-scheme", "value": "light"}]
        self.call("Emulation.setEmulatedMedia", features=light)
        _size(self, self._width, 900)
        self.open()
        return self


def _grow(page: Page, width: int) -> int:
    """Make the window as tall as the page and return its height when everything is drawn."""
    for _ in range(2):  # charts that came near the window made the page taller
        height = int(page.run(_DRAWN))
        _size(page, width, min(height, _TALLEST))
    return int(page.run(_DRAWN))


def _size(page: Page, width: int, height: int) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=width == _PHONE
    )
