"""The people responsible, where the duty table names them: only what a person confirmed counts, nobody is ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.assessment.points import PART_TITLES
from qunjian.reports.parts.cells import count, score_cell, text
from qunjian.reports.report import Cell, Column, Paragraph, ReportPart, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.assessment.scorecard import Scorecard
    from qunjian.model.records import Value
    from qunjian.reports.context import Context
    from qunjian.reports.material import Service

_PARTS = ("service", "compliance")
_SERVICE = ("first_response_median", "first_response_p90", "response_rate")


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
    return ReportPart("operators", title, lead, (table, *_service(context)))


def _service(context: Context) -> tuple[Table, ...]:
    """Return how each person served each of their groups, where anything was measured."""
    words, services = context.words, context.material.services
    measured = [name for name in _SERVICE if name in context.indicators]
    if not services or not measured:
        return ()
    columns = (
        Column("person", words.say("人员", "Person")),
        Column("group", words.say("社群", "Group")),
        Column("questions", words.say("提问", "Questions"), "number"),
        *(Column(name, context.title(name), "number", 2) for name in measured),
        Column("note", words.say("说明", "Note")),
    )
    rows = tuple(
        (
            text(context.colleague(each.person)),
            text(context.name(each.community_id)),
            count(max((each.values[name].n for name in measured if name in each.values), default=0), words),
            *(_measured(context, each.values.get(name)) for name in measured),
            text(_note(context, each, measured), "muted"),
        )
        for each in services
    )
    note = words.say(
        "多人同管的社群：有人答复的提问算答复人的，没人答复的算当时独自当班的人的；当时多人或无人当班的，不算任何人的。",
        "Where several share a group: an answered question is the answerer's, an open one belongs to whoever was alone "
        "on shift, and to nobody when several or none were.",
    )
    title = words.say("按人与社群的服务响应", "Service by person and group")
    return (Table("operators-service", title, columns, rows, note if any(each.shared for each in services) else ""),)


def _measured(context: Context, value: Value | None) -> Cell:
    if value is None or value.value is None:
        return text(context.words.say("未知", "unknown"), "muted")
    words, unit = context.words, context.unit(value.indicator)
    shown = words.measured(value.value, unit)
    if value.low is not None and value.high is not None and value.low < value.high:
        shown += f" [{words.measured(value.low, unit)} – {words.measured(value.high, unit)}]"
    return Cell(round(value.value, 4), shown)


def _note(context: Context, service: Service, measured: Sequence[str]) -> str:
    words = context.words
    reasons = dict.fromkeys(
        context.reason(why) for name in measured if name in service.values and (why := service.values[name].unknown)
    )
    shared = [words.say("多人同管", "shared")] if service.shared else []
    return words.say("；", "; ").join([*shared, *reasons])


def _row(context: Context, card: Scorecard) -> tuple[Cell, ...]:
    words = context.words
    parts = {part.part: part.score for part in card.parts}
    trial = card.standing == "trial"
    reasons = [words.said(score.because) for score in (card.score, *parts.values())]
    if why := words.said(card.incomplete):
        reasons.append(words.say(f"资料不全：{why}", f"data incomplete: {why}"))
    return (
        text(context.colleague(card.name)),
        text(words.say("试算", "trial") if trial else words.say("正式", "formal"), "muted" if trial else "plain"),
        score_cell(card.score, words),
        *(score_cell(parts[part], words) if part in parts else text("—", "muted") for part in _PARTS),
        count(card.awaiting, words, "warn" if card.awaiting else "plain"),
        count(card.messages, words),
        text(words.say("；", "; ").join(dict.fromkeys(reason for reason in reasons if reason)), "muted"),
    )
