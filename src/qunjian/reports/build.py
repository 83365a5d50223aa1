"""Builds a Report from gathered material by a preset: a preset is a list of parts, a part is one function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Language, Phrase
from qunjian.reports.context import Context
from qunjian.reports.parts.changes import changes
from qunjian.reports.parts.communities import communities
from qunjian.reports.parts.coverage import coverage
from qunjian.reports.parts.definitions import definitions
from qunjian.reports.parts.findings import findings
from qunjian.reports.parts.operators import operators
from qunjian.reports.parts.ranking import ranking
from qunjian.reports.parts.rules import rules
from qunjian.reports.parts.summary import summary
from qunjian.reports.report import Report, ReportPart

if TYPE_CHECKING:
    from qunjian.model.periods import By
    from qunjian.reports.material import Material

PartMaker = Callable[[Context], ReportPart]
WHOLE: tuple[PartMaker, ...] = (
    summary, ranking, changes, findings, communities, operators, rules, coverage, definitions,
)  # fmt: skip
PRESETS: dict[str, tuple[PartMaker, ...]] = {
    "weekly": WHOLE,
    "monthly": WHOLE,
    "daily": (summary, findings, communities, coverage, definitions),
}
PERIODS: dict[str, By] = {"weekly": "week", "monthly": "month", "daily": "day"}
TITLES: dict[str, Phrase] = {
    "weekly": Phrase("社群质检周报", "Weekly community inspection report"),
    "monthly": Phrase("社群质检月报", "Monthly community inspection report"),
    "daily": Phrase("社群质检日报", "Daily community inspection report"),
}
_LEAVES, _STAYS = Phrase("（代号版）", " (pseudonymous)"), Phrase("", "")


def find_preset(name: str) -> tuple[PartMaker, ...]:
    """Return the parts of a preset; raises UnknownNameError with the nearest names."""
    if name not in PRESETS:
        raise UnknownNameError(Phrase("报告预设", "report preset"), name, PRESETS)
    return PRESETS[name]


def build(preset: str, material: Material, language: Language = "zh") -> Report:
    """Return the report of `preset` over the material, in one language, masked."""
    makers = find_preset(preset)
    context = Context(material, language)
    words, period = context.words, material.period
    title = words.said(TITLES[preset]) + words.said(_LEAVES if material.pseudonymous else _STAYS)
    return Report(
        preset, language, title, context.period_text, period.name, period.first.isoformat(),
        words.day(period.after - period.after.resolution), material.zone, material.standard.id,
        words.said(material.standard.name.phrase), material.version, f"{words.moment(material.now)} {material.zone}",
        tuple(make(context) for make in makers), material.unfinished,
    )  # fmt: skip
