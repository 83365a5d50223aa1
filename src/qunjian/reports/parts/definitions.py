"""How every figure of the report is defined: scores, tests, indicators, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.assessment.points import LEAST_WEIGHT
from qunjian.assessment.ranking import LEAST_LIKE
from qunjian.insight.anomaly import HISTORY, LEAST, NATURAL, RATE, SMALL
from qunjian.insight.signs.record import LIKELY
from qunjian.model.records import SEVERITIES, SEVERITY_TITLES
from qunjian.reports.parts.cells import text
from qunjian.reports.report import Column, Paragraph, ReportPart, Table

if TYPE_CHECKING:
    from qunjian.reports.context import Context
    from qunjian.reports.report import Block


def definitions(context: Context) -> ReportPart:
    """Return the part that defines every figure."""
    words, material = context.words, context.material
    blocks: list[Block] = [Paragraph(sentence) for sentence in _methods(context)]
    if material.indicators:
        blocks.append(
            Table(
                "indicators",
                words.say("指标", "Indicators"),
                (
                    Column("indicator", words.say("指标", "Indicator")),
                    Column("definition", words.say("定义", "Definition")),
                    Column("denominator", words.say("分母", "Denominator")),
                    Column("id", words.say("编号", "Id")),
                ),
                tuple(
                    (
                        text(words.said(each.title)),
                        text(words.said(each.definition)),
                        text(words.said(each.denominators)),
                        text(each.indicator, "muted"),
                    )
                    for each in material.indicators
                ),
                folded=True,
            )
        )
    return ReportPart("definitions", words.say("口径", "Definitions"), blocks=tuple(blocks))


def _methods(context: Context) -> list[str]:
    words, material = context.words, context.material
    card = material.standard.scorecard
    costs = words.say("、", ", ").join(
        f"{words.said(SEVERITY_TITLES[severity])} {getattr(card.penalties, severity):g}" for severity in SEVERITIES
    )
    return [
        words.say(
            f"周期：{context.period_text}，按各社群自己的时区分日；周从周一开始。只统计能看到发言的人，"
            "不含只读不说的人。",
            f"Period: {context.period_text}, days in each group's own zone, weeks from Monday. Only "
            "people who spoke are seen, not those who read.",
        ),
        words.say(
            "指标得分：底线得 0 分，目标得 100 分，中间按直线。部分得分是其指标的加权平均；"
            "总分是各部分的加权平均。不适用与未知的让出权重；"
            f"能评的权重不足 {LEAST_WEIGHT:.0%}、消息少于 {card.least_messages} "
            f"条或发言少于 {card.least_speakers} 人时写“证据不足”，不给分也不排名。",
            "Points: 0 at the floor, 100 at the target, straight between. A part is the weighted mean "
            "of its indicators, the score that of its parts. "
            "What does not apply or is unknown gives its weight back; with less "
            f"than {LEAST_WEIGHT:.0%} of the weight, fewer than {card.least_messages} messages "
            f"or {card.least_speakers} speakers it is insufficient evidence: no score, no rank.",
        ),
        words.say(
            f"合规性：100 减去每千条受检消息的扣分（{costs}）；已推翻与已静音的不扣。"
            "经人确认的致命问题一票否决，总分为 0；待复核的致命问题不改变得分，但不排名。",
            f"Compliance: 100 less points per 1,000 inspected messages ({costs}); refuted and silenced "
            "findings cost nothing. A critical finding a person "
            "confirmed sets the score to 0 (one-vote veto); one awaiting review leaves the score but takes the rank.",
        ),
        words.say(
            "区间：95 %。占比用 Wilson 区间，问题条数按泊松（Fay–Feuer），总分按各部分独立合成；"
            "全量计数没有抽样误差，不给区间。"
            f"名次是区间允许的范围；同类可评的不足 {LEAST_LIKE} 个或区间全部重叠时不排名。",
            "Intervals: 95 %. Shares by Wilson, findings as Poisson (Fay–Feuer), parts combined as "
            "independent; full counts have no sampling error and no interval. "
            f"A rank is the range its interval allows; with fewer than {LEAST_LIKE} alike or all "
            "intervals overlapping there is none.",
        ),
        words.say(
            f"异常：每周计数与此前最多 {HISTORY} 个（至少 {LEAST} 个）正常周的同样星期几比，"
            f"对数尺度上的 t 检验，方差不低于泊松加 {NATURAL:.0%} 自然波动；"
            f"平时每周不足 {SMALL} 的用条件 β-二项检验；所有社群与计数一起按 Benjamini–Hochberg "
            f"控制误报占比 ≤ {RATE:.0%}。春节、国庆等假日与调休在两边都剔除。",
            f"Unusual weeks: against the same weekdays of up to {HISTORY} (at least {LEAST}) ordinary "
            "weeks, a t test on the log scale whose variance is at least Poisson "
            f"plus {NATURAL:.0%} of natural variation; below {SMALL} a week a conditional "
            f"beta-binomial test; Benjamini–Hochberg over all groups and counts at {RATE:.0%}. "
            "Chinese public holidays and make-up workdays are left out on both sides.",
        ),
        words.say(
            f"不大可能的沉默：按该群每周各小时的习惯与前后两周的热度给沉默称重，与它自己较轻的沉默的尾部相比，"
            f"全程偶然出现的期望次数小于 {LIKELY:g}。",
            "Improbable silence: hours without a message, weighed by the group's habit per hour of the week and its "
            "level in the weeks around, compared with the tail of its own lighter silences; shown when chance would "
            f"make less than {LIKELY:g} like it in the record.",
        ),
    ]
