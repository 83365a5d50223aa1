"""The grids of a draft: its rules at a glance, indicators with targets, scorecard and review form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from qunjian_console.bridge import drafting, naming, standard_sheets
from qunjian_console.bridge.severities import TITLES
from qunjian_console.frame.grids import Column, Grid, Wrong, read_tsv
from qunjian_console.language import current, say
from qunjian_console.standards.models import Draft, What
from qunjian_console.standards.views.saving import saved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.rule_sheets import Fault

_YES = (("yes", say("是", "yes")), ("no", say("否", "no")))
RULES = (
    Column("id", say("编号", "Code"), "shown", width=26),
    Column("name", say("名称", "Name"), width=24),
    Column("severity", say("严重度", "Severity"), "choice", tuple(TITLES.items()), 8),
    Column("on", say("启用", "On"), "choice", _YES, 6),
    Column("lifecycle", say("状态", "Lifecycle"), "choice", tuple(naming.LIFECYCLES.items()), 8),
    Column("hint", say("处理", "What to do"), width=40),
)
_DIRECTIONS = (("up", say("越大越好", "more is better")), ("down", say("越小越好", "less is better")))
TARGETS = (
    Column("id", say("指标", "Indicator"), "choice", tuple(naming.INDICATOR_TITLES.items()), 20),
    Column("part", say("部分", "Part"), "choice", tuple(naming.PARTS.items()), 12),
    Column("target", say("目标（满分）", "Target (full points)"), "number", width=12),
    Column("floor", say("底线（零分）", "Floor (no points)"), "number", width=12),
    Column("unit", say("单位", "Unit"), "shown", width=6),
    Column("weight", say("权重", "Weight"), "number", width=6),
    Column("direction", say("方向", "Direction"), "choice", _DIRECTIONS, 10),
    Column("evidence", say("数值来源", "Evidence"), "choice", tuple(naming.EVIDENCE.items()), 10),
    Column("note", say("说明", "Note"), width=40),
)
PARTS = (
    Column("part", say("部分", "Part"), "shown", width=20),
    Column("weight", say("权重", "Weight"), "number", width=8),
)
PENALTIES = (
    Column("severity", say("严重度", "Severity"), "shown", width=20),
    Column("points", say("扣分", "Points off"), "number", width=8),
)
_SCALES = tuple((str(n), str(n)) for n in (2, 3, 4, 5))
ITEMS = (
    Column("name", say("项目", "Item"), width=20),
    Column("weight", say("分值", "Weight"), "number", width=8),
    Column("critical", say("一票否决", "Critical"), "choice", _YES, 8),
    Column("scale", say("档数", "Scale"), "choice", _SCALES, 6),
    Column("criteria", say("标准", "Criteria"), width=40),
)


def _wrong(faults: Sequence[Fault], field: str) -> list[Wrong]:
    return [
        Wrong(each.row, each.column, getattr(each.said, current()))
        for each in faults if each.field == field and each.row is not None
    ]  # fmt: skip


def _plain(faults: Sequence[Fault], fields: Sequence[str]) -> list[str]:
    return [getattr(each.said, current()) for each in faults if each.row is None or each.field not in fields]


def rules(request: HttpRequest, draft: int) -> HttpResponse:
    """Change severity, name, stage of life of many rules at once, and switch them on and off."""
    found = get_object_or_404(Draft, pk=draft)
    whole = drafting.whole_at(found.digest)
    rows, faults = standard_sheets.rule_rows(whole, current()), list[object]()
    if request.method == "POST":
        rows = read_tsv(request.POST.get("rules", ""), RULES)
        changed, off, severity, faults = standard_sheets.rules(rows, whole, current())  # type: ignore[assignment]
        if not faults:
            done = saved(
                request, found,
                lambda content, base: standard_sheets.with_rules(content, base, changed, off, severity),
                lambda each: (each.rules, each.standard.rules), What.RULES,
            )  # fmt: skip
            if done is not None:
                return done
    grid = Grid("rules", say("规则", "Rules"), RULES, rows, fixed=True, wrong=_wrong(faults, "rules"))  # type: ignore[arg-type]
    return render(request, "standards/grid_page.html", {
        "draft": found, "standard": whole.standard, "grids": [grid], "page": "rules",
    })  # fmt: skip


def targets(request: HttpRequest, draft: int) -> HttpResponse:
    """Change the indicators and their targets."""
    found = get_object_or_404(Draft, pk=draft)
    whole = drafting.whole_at(found.digest)
    rows, faults = standard_sheets.target_rows(whole.standard, current()), ()
    if request.method == "POST":
        rows = read_tsv(request.POST.get("targets", ""), TARGETS)
        verdict = standard_sheets.targets(rows, whole.standard, whole)
        faults = verdict.faults  # type: ignore[assignment]
        if verdict.standard is not None:
            wanted = verdict.standard.indicators
            done = saved(
                request, found, lambda content, _: drafting.with_parts(content, indicators=wanted),
                lambda each: each.standard.indicators, What.TARGETS,
            )  # fmt: skip
            if done is not None:
                return done
    grid = Grid("targets", say("指标与目标", "Indicators and targets"), TARGETS, rows, wrong=_wrong(faults, "targets"))
    return render(request, "standards/grid_page.html", {
        "draft": found, "standard": whole.standard, "grids": [grid], "page": "targets",
        "plain": _plain(faults, ("targets",)),
    })  # fmt: skip


NUMBERS = {
    "least_messages": say("少于多少条消息不打分", "No score under so many messages"),
    "least_speakers": say("少于多少人发言不打分", "No score under so many speakers"),
    "pass_mark": say("人工复核及格分", "Pass mark of reviews"),
    "appeal_days": say("申诉期（天）", "Days to appeal"),
    "second_review_days": say("复核期（天）", "Days for the second review"),
}


def scorecard(request: HttpRequest, draft: int) -> HttpResponse:
    """Change the weights of the parts, what findings cost, and the form of the human review."""
    found = get_object_or_404(Draft, pk=draft)
    whole = drafting.whole_at(found.digest)
    shown = standard_sheets.scores_of(whole.standard, naming.PARTS, TITLES)
    faults: Sequence[Fault] = ()
    if request.method == "POST":
        post = request.POST
        shown = standard_sheets.Scores(
            read_tsv(post.get("parts", ""), PARTS), read_tsv(post.get("penalties", ""), PENALTIES),
            read_tsv(post.get("items", ""), ITEMS), {name: post.get(name, "").strip() for name in NUMBERS},
        )  # fmt: skip
        verdict = standard_sheets.scorecard(shown, whole.standard, whole)
        faults = verdict.faults
        if verdict.standard is not None:
            made = verdict.standard
            done = saved(
                request, found,
                lambda content, _: drafting.with_parts(content, scorecard=made.scorecard, review=made.review),
                lambda each: (each.standard.scorecard, each.standard.review), What.SCORECARD,
            )  # fmt: skip
            if done is not None:
                return done
    grids = [
        Grid("parts", say("各部分权重，合计 100", "Weights of the parts, 100 in all"), PARTS, shown.parts, fixed=True,
             wrong=_wrong(faults, "parts")),
        Grid("penalties", say("每千条已检消息中每处问题扣分", "Points off per finding in 1,000 inspected messages"),
             PENALTIES, shown.penalties, fixed=True, wrong=_wrong(faults, "penalties")),
        Grid("items", say("人工复核表", "Review form"), ITEMS, shown.items, wrong=_wrong(faults, "items")),
    ]  # fmt: skip
    return render(request, "standards/grid_page.html", {
        "draft": found, "standard": whole.standard, "grids": grids, "page": "scorecard",
        "numbers": [(name, title, shown.numbers[name]) for name, title in NUMBERS.items()],
        "plain": _plain(faults, ("parts", "penalties", "items")),
    })  # fmt: skip
