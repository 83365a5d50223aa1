"""Builds reports and draws them in every format; knows which periods and standards there are to report on."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings

from qunjian.model.errors import BadInputError, QunjianError
from qunjian.model.language import Language, Phrase
from qunjian.model.periods import Period, period_of, periods_between
from qunjian.model.progress import silent
from qunjian.reports.browser import browser
from qunjian.reports.build import PERIODS, TITLES
from qunjian.reports.render_html import render_html
from qunjian.reports.render_json import render_json
from qunjian.reports.render_pages import render_pdf, render_png
from qunjian.reports.render_xlsx import render_xlsx
from qunjian.reports.report import Report
from qunjian.runs.report_drawing import draw
from qunjian.runs.report_scope import Wish
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.surveys import survey
from qunjian_console.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.progress import Progress

__all__ = [
    "PRESETS", "Language", "Made", "MadeFile", "Wish", "archive", "build", "can_draw", "draw_again", "inspected_under",
    "occasion", "periods", "policy_of",
]  # fmt: skip

PRESETS = {name: say(title.zh, title.en) for name, title in TITLES.items()}
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_PAGES = {"pdf": render_pdf, "png": render_png}
_STEPS = {"pdf": Phrase("画 PDF", "drawing the PDF"), "png": Phrase("画长图", "drawing the picture")}
_MOST = {"day": 31, "week": 26, "month": 24}


class MadeFile(msgspec.Struct, frozen=True):
    """One file of a report, and its SHA-256."""

    form: str
    size: int
    sha256: str


class Made(msgspec.Struct, frozen=True):
    """What was built, and what it rests on."""

    title: str
    period: str
    first: dt.date
    last: dt.date
    standard: str
    version: str
    standard_title: str
    run: str | None
    communities: tuple[str, ...]
    messages: int
    findings: int
    policy: str
    files: tuple[MadeFile, ...]


def archive(report: str) -> Path:
    """Return the folder of a report's files."""
    return workspace().reports / "archive" / report


def can_draw() -> bool:
    """Return whether a Chromium is here, and the fonts it needs."""
    return browser() is not None and (settings.PARTS / "fonts.css").is_file()


def build(wish: Wish, report: str, progress: Progress = silent) -> Made:
    """Gather, draw and write every format that can be drawn here; a Chromium that fails leaves its formats out."""
    drawn = draw(workspace(), wish, progress)
    page = render_html(drawn.report)
    bodies = {"html": page, "xlsx": render_xlsx(drawn.report), "json": render_json(drawn.report)}
    files = [_written(report, form, body) for form, body in bodies.items()]
    files += _drawn(drawn.report, report, progress)
    said = drawn.report
    return Made(
        said.title, said.period, dt.date.fromisoformat(said.first), dt.date.fromisoformat(said.last), said.standard,
        said.version, said.standard_title, drawn.run, drawn.communities, drawn.messages, drawn.findings,
        policy_of(page), tuple(files),
    )  # fmt: skip


def policy_of(page: bytes) -> str:
    """Return the policy that a page of ours states of itself: which scripts and styles are its own, by hash."""
    stated = _POLICY.search(page)
    assert stated is not None  # noqa: S101 (every page of ours states one)
    return stated[1].decode()


def draw_again(report: str, progress: Progress = silent) -> list[MadeFile]:
    """Draw PDF and picture of a report that was built where no Chromium was; the rest stays as it is."""
    held = msgspec.json.decode((archive(report) / "report.json").read_bytes(), type=Report)
    if not can_draw():
        raise BadInputError(*_CANNOT)
    return list(_drawn(held, report, progress, strict=True))


_CANNOT = (
    Phrase("这台机器上没有 Chromium，做不了 PDF 和长图", "there is no Chromium on this machine for PDF and picture"),
)


def _drawn(report: Report, name: str, progress: Progress, *, strict: bool = False) -> Iterator[MadeFile]:
    if not can_draw():
        return
    for place, (form, render) in enumerate(_PAGES.items()):
        progress(_STEPS[form], place, len(_PAGES))
        try:
            yield _written(name, form, render(report, settings.PARTS))
        except QunjianError:
            if strict:
                raise


def _written(report: str, form: str, body: bytes) -> MadeFile:
    folder = archive(report)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"report.{form}.draft"
    draft.write_bytes(body)
    draft.replace(folder / f"report.{form}")
    return MadeFile(form, len(body), hashlib.sha256(body).hexdigest())


def periods() -> dict[str, list[tuple[str, str]]]:
    """Return per preset the finished periods that hold messages, newest first: name, and its days."""
    opened = workspace()
    zone = ZoneInfo(opened.settings.zone)
    reach = [(each.first, each.last) for each in survey().communities if each.first and each.last]
    if not reach:
        return {}
    first = min(one for one, _ in reach).astimezone(zone).date()
    last = max(one for _, one in reach).astimezone(zone).date()
    now, found = opened.clock(), {}
    for preset, by in PERIODS.items():
        early = max(first, last - dt.timedelta(days={"day": 31, "week": 7 * 26, "month": 31 * 24}[by]))
        known = periods_between(early, last + dt.timedelta(days=1), by)
        done = [each for each in known if each.finished(now, opened.settings.zone)]
        found[preset] = [(each.name, _days(each)) for each in reversed(done[-_MOST[by] :])]
    return found


def _days(period: Period) -> str:
    last = period.after - dt.timedelta(days=1)
    return f"{period.first:%Y-%m-%d}" if period.days == 1 else f"{period.first:%m-%d} – {last:%m-%d}"


def inspected_under() -> list[str]:
    """Return the standards that inspections were made under, the newest first."""
    acts = reversed(workspace().lake.acts("inspect"))
    return list(dict.fromkeys(str(act.parameters["standard"]) for act in acts))


def occasion(preset: str, hour: int, after: dt.datetime) -> tuple[dt.datetime, str]:
    """Return the first moment after `after` at which a report is due, and the period it is of: the one just ended."""
    zone = ZoneInfo(workspace().settings.zone)
    period = period_of(after.astimezone(zone).date(), PERIODS[preset])
    while True:
        at = dt.datetime.combine(period.first, dt.time(hour), tzinfo=zone)
        if at > after:
            return at, period.previous().name
        period = period.next()
