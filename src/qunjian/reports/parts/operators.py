"""The people responsible, where the duty table names them: only what a person confirmed counts, nobody is ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.assessment.points import PART_TITLES
from qunjian.reports.parts.cells import count, score_cell, text
from qunjian.reports.report import Column, Paragraph, ReportPart, Table
from qunjian.reports.words import visible
from qunjian.text.masking import mask_name

if TYPE_CHECKING:
    from qunjian.assessment.scorecard import Scorecard
    from qunjian.reports.context import Context
    from qunjian.reports.report import Cell

_PARTS = ("service", "compliance")


def operators(context: Context) -> ReportPart:
    """Return the part on operators; without a duty table it says that their figures are unknown."""
    words, material = context.words, context.material
    title = words.say("运营人员", "Operators")
    if not material.decisions.duties:
        sentence = words.say(
            "没有值班表，不知道哪个社群由谁负责，运营人员的数字一律为未知。把值班表放进 "
            "decisions/duty.csv 后重新出报告。",
            "There is no duty table, so who is responsible is unknown and no operator has figures. "
            "Put one in decisions/duty.csv and run the report again.",
        )
        return ReportPart("operators", title, blocks=(Paragraph(sentence, "muted"),))
    lead = words.say(
        "机器发现而未经人确认的问题只列为待复核，不计分、不排名；标准向本人公布之前的分数一律标为试算。"
        "本人有权先看证据并申诉。",
        "What a machine found and no person confirmed awaits review: it counts nowhere and ranks "
        "nobody. Scores before the standard "
        "was announced to a person are a trial. The person sees the evidence first and may appeal.",
    )
    columns = (
        Column("person", words.say("人员", "Person")),
        Column("standing", words.say("性质", "Standing")),
        Column("score", words.say("得分", "Score"), "score", 1),
        *(Column(part, words.said(PART_TITLES[part]), "score", 1) for part in _PARTS),
        Column("awaiting", words.say("待复核", "Awaiting"), "number"),
        Column("messages", words.say("本人消息", "Own messages"), "number"),
        Column("why", words.say("说明", "Note")),
    )
    table = Table("operators", title, columns, tuple(_row(context, card) for card in material.operators))
    return ReportPart("operators", title, lead, (table,))


def _row(context: Context, card: Scorecard) -> tuple[Cell, ...]:
    words = context.words
    parts = {part.part: part.score for part in card.parts}
    trial = card.standing == "trial"
    reasons = [words.said(score.because) for score in (card.score, *parts.values())]
    return (
        text(visible(mask_name(card.name))),
        text(words.say("试算", "trial") if trial else words.say("正式", "formal"), "muted" if trial else "plain"),
        score_cell(card.score, words),
        *(score_cell(parts[part], words) if part in parts else text("—", "muted") for part in _PARTS),
        count(card.awaiting, words, "warn" if card.awaiting else "plain"),
        count(card.messages, words),
        text(words.say("；", "; ").join(dict.fromkeys(reason for reason in reasons if reason)), "muted"),
    )
