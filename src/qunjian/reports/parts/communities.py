"""A section per group that matters this period, and one table with all of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.insight.records import MEASURES
from qunjian.insight.starters import KIND_TITLES
from qunjian.reports.parts.cells import count, score_cell, score_tone, severity_cell, signed, since, text
from qunjian.reports.parts.changes import anomaly_table, change_tone
from qunjian.reports.parts.starters import starters_table
from qunjian.reports.report import Cell, Chart, Column, Figure, Figures, Paragraph, ReportPart, Section, Series, Table
from qunjian.reports.words import NONE, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.assessment.scorecard import Scorecard
    from qunjian.reports.context import Context
    from qunjian.reports.material import CommunityFacts
    from qunjian.reports.report import Block

MOST_LISTED = 1000
CHART_DAYS = 84
_WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


def communities(context: Context) -> ReportPart:
    """Return the part on groups: sections for those of concern, a table for all."""
    words = context.words
    shown = len(context.featured)
    lead = words.say(
        f"本期有消息的 {len(context.present)} 个社群都在下表；按一票否决与致命问题、异常、严重问题、"
        f"得分排出最值得看的 {shown} 个，各有一节。",
        f"All {len(context.present)} groups with messages are in the table; the {shown} that most "
        "deserve a look (critical findings, "
        "unusual weeks, major findings, low scores) have a section each.",
    )
    sections = tuple(section(context, facts) for facts in context.featured)
    blocks: tuple[Block, ...] = (_table(context),) if len(context.present) > 1 else ()
    return ReportPart("communities", words.say("各社群", "Groups"), lead, blocks, sections)


def _table(context: Context) -> Table:
    words = context.words
    featured = {facts.community_id for facts in context.featured}
    rows = []
    ordered = sorted(context.present, key=lambda each: (-each.messages, each.community_id))
    for facts in ordered[:MOST_LISTED]:
        card = context.cards.get(facts.community_id)
        tallies = context.tallies.get(facts.community_id, [])
        rows.append(
            (
                text(
                    context.name(facts.community_id),
                    link=context.anchor(facts.community_id) if facts.community_id in featured else "",
                ),
                text(facts.type or NONE),
                text(facts.platform),
                count(facts.messages, words),
                count(facts.before, words),
                count(facts.speakers, words),
                count(facts.members, words),
                score_cell(card.score, words) if card else text(NONE, "muted"),
                count(sum(tally.counted for tally in tallies if tally.severity in ("critical", "major")), words),
                count(sum(tally.counted for tally in tallies), words),
                count(len(context.anomalies.get(facts.community_id, ())), words),
            )
        )
    return Table(
        "groups",
        words.say("全部社群", "All groups"),
        (
            Column("community", words.say("社群", "Group")),
            Column("type", words.say("类型", "Type")),
            Column("platform", words.say("平台", "Platform")),
            Column("messages", words.say("消息", "Messages"), "number"),
            Column("before", words.say("上期", "Before"), "number"),
            Column("speakers", words.say("发言人", "Speakers"), "number"),
            Column("members", words.say("成员", "Members"), "number"),
            Column("score", words.say("得分", "Score"), "score", 1),
            Column("grave", words.say("致命与严重", "Critical, major"), "number"),
            Column("findings", words.say("问题", "Findings"), "number"),
            Column("odd", words.say("异常", "Unusual"), "number"),
        ),
        tuple(rows),
        of=len(ordered) if len(ordered) > len(rows) else None,
    )


def section(context: Context, facts: CommunityFacts) -> Section:
    """Return what there is to say of one group: figures, days, score, indicators, findings, hours, words."""
    words, own = context.words, facts.community_id
    card = context.cards.get(own)
    blocks: list[Block] = [_figures(context, facts, card)]
    for veto in card.vetoes if card else ():
        fault = context.rule_name(veto.rule)
        sentence = (
            words.say(
                f"一票否决：“{fault}”已确认 {veto.confirmed} 条。",
                f"One-vote veto: {fault}, {veto.confirmed} confirmed.",
            )
            if veto.confirmed
            else words.say(
                f"“{fault}”{veto.findings} 条待复核，确认即一票否决。",
                f"{fault}: {veto.findings} await review; one confirmed is a veto.",
            )
        )
        blocks.append(Paragraph(sentence, "bad"))
    if chart := _daily_chart(context, own):
        blocks.append(chart)
    if odd := context.anomalies.get(own):
        blocks.append(anomaly_table(context, odd, f"anomalies-{context.anchor(own)}", words.say("异常", "Unusual")))
    if card:
        blocks.append(_score_table(context, card))
    if values := _values_table(context, own):
        blocks.append(values)
    if tallies := _rules_table(context, own):
        blocks.append(tallies)
    blocks += _shape(context, own)
    if starters := starters_table(context, own):
        blocks.append(starters)
    for unknown in facts.unknowns:
        blocks.append(Paragraph(words.said(unknown), "muted"))
    value = card.score.value if card else None
    badge = words.score(card.score) if card else ""
    return Section(context.anchor(own), context.name(own), tuple(blocks), badge, score_tone(value))


def _figures(context: Context, facts: CommunityFacts, card: Scorecard | None) -> Figures:
    words = context.words
    counted = sum(tally.counted for tally in context.tallies.get(facts.community_id, ()))
    items = [
        Figure(
            words.say("得分", "Score"),
            words.score(card.score) if card else NONE,
            card.score.value if card else None,
            (words.between(card.score.low, card.score.high, 1) or words.said(card.score.because)) if card else "",
            tone=score_tone(card.score.value) if card else "muted",
        ),
        Figure(
            words.say("消息", "Messages"),
            words.number(facts.messages),
            facts.messages,
            change=since(signed(facts.messages - facts.before, "messages", words), words) if facts.before else "",
        ),
        Figure(
            words.say("发言人", "Speakers"),
            words.number(facts.speakers),
            facts.speakers,
            words.say(f"成员 {words.number(facts.members)}", f"of {words.number(facts.members)} members")
            if facts.members
            else words.say("成员数未知", "members unknown"),
        ),
        Figure(
            words.say("问题", "Findings"),
            words.number(counted),
            counted,
            words.say(f"待复核 {card.awaiting}", f"{card.awaiting} awaiting review") if card and card.awaiting else "",
        ),
    ]
    return Figures(f"figures-{context.anchor(facts.community_id)}", tuple(items))


def _daily_chart(context: Context, own: str) -> Chart | None:
    words = context.words
    daily = {each.measure: each for each in context.material.daily if each.community_id == own}
    posts = daily.get("posts")
    if posts is None:
        return None
    end = context.material.period.after
    first = max(posts.first, end - dt.timedelta(days=CHART_DAYS))
    length = min((end - first).days, len(posts.counts) - (first - posts.first).days)
    if length < 2:
        return None
    days = [first + dt.timedelta(days=offset) for offset in range(length)]
    series = []
    for measure in ("posts", "evening_posts", "speakers", "joins", "leaves"):
        each = daily.get(measure)
        if each is None:
            continue
        start = (first - each.first).days
        counts = each.counts[max(start, 0) : start + length].tolist()
        if len(counts) == length and any(counts):
            series.append(Series(words.said(MEASURES[measure]), tuple(counts), tone="plain"))
    if not series:
        return None
    total = sum(int(value or 0) for value in series[0].values)
    return Chart(
        f"daily-{context.anchor(own)}",
        words.say("每日走势", "Day by day"),
        "line",
        tuple(day.isoformat() for day in days),
        tuple(series),
        words.say(
            f"{days[0]:%m-%d} 至 {days[-1]:%m-%d} 每日计数，发言共 {total:,} 条。",
            f"Daily counts {days[0]:%m-%d} to {days[-1]:%m-%d}; {total:,} posts in all.",
        ),
        marks=(context.material.period.first.isoformat(), (end - dt.timedelta(days=1)).isoformat()),
    )


def _score_table(context: Context, card: Scorecard) -> Table:
    words = context.words
    rows = []
    for part in card.parts:
        rows.append(
            (
                text(words.said(part.title)),
                text(""),
                score_cell(part.score, words),
                Cell(
                    part.weight,
                    f"{part.weight:g} → {part.effective:.0f}"
                    if round(part.effective) != part.weight
                    else f"{part.weight:g}",
                ),
                count(part.score.n or None, words),
                text(words.said(part.score.because) or words.said(part.score.formula), "muted"),
            )
        )
        for item in part.items:
            reach = (
                f"{words.measured(item.floor, item.unit)} → {words.measured(item.target, item.unit)}"
                if item.target is not None
                else ""
            )
            rows.append(
                (
                    text("　" + words.said(item.title)),
                    Cell(item.measured, words.measured(item.measured, item.unit)),
                    score_cell(item.score, words),
                    Cell(item.weight, f"{item.weight:g}", "muted"),
                    count(item.score.n or None, words, "muted"),
                    text(words.said(item.score.because) or reach, "muted"),
                )
            )
    return Table(
        f"score-{context.anchor(card.subject)}",
        words.say("得分怎么来的", "How the score was made"),
        (
            Column("part", words.say("部分 / 指标", "Part / indicator")),
            Column("measured", words.say("测得", "Measured"), "number", 2),
            Column("score", words.say("得分", "Score"), "score", 1),
            Column("weight", words.say("权重（让权后）", "Weight (effective)"), "number"),
            Column("n", "n", "number"),
            Column("how", words.say("公式 / 底线→目标 / 原因", "Formula / floor→target / reason")),
        ),
        tuple(rows),
        note=words.said(card.score.formula),
    )


def _values_table(context: Context, own: str) -> Table | None:
    words = context.words
    changes = {change.indicator: change for change in context.changes.get(own, ())}
    scored = {item.item for part in (context.cards[own].parts if own in context.cards else ()) for item in part.items}
    rows = []
    for facts in context.material.indicators:
        value = context.values.get((facts.indicator, own))
        if value is None:
            continue
        change = changes.get(facts.indicator)
        shown = words.measured(value.value, facts.unit)
        reason = context.reason(value.unknown) if value.unknown else ""
        rows.append(
            (
                text(words.said(facts.title)),
                Cell(
                    round(value.value, 4) if value.value is not None else None,
                    shown if value.value is not None else words.say("未知", "unknown"),
                    "plain" if value.value is not None else "muted",
                ),
                Cell(
                    change.difference if change else None,
                    signed(change.difference, facts.unit, words) if change else NONE,
                    change_tone(context, change) if change else "muted",
                ),
                Cell(
                    value.denominator,
                    words.number(value.denominator) if value.denominator is not None else NONE,
                    "muted",
                ),
                text(reason or words.said(facts.denominators), "muted"),
                text(words.say("计分", "scored") if facts.indicator in scored else "", "muted"),
            )
        )
    if not rows:
        return None
    return Table(
        f"values-{context.anchor(own)}",
        words.say("全部指标", "All indicators"),
        (
            Column("indicator", words.say("指标", "Indicator")),
            Column("value", words.say("数值", "Value"), "number", 2),
            Column("change", words.say("比上期", "Change"), "number", 2),
            Column("denominator", words.say("分母", "Denominator"), "number"),
            Column("of", words.say("分母是什么 / 为何未知", "Denominator / why unknown")),
            Column("scored", ""),
        ),
        tuple(rows),
        folded=True,
    )


def _rules_table(context: Context, own: str) -> Table | None:
    words = context.words
    shown = {case.finding.rule for case in context.material.cases}
    tallies = sorted(
        context.tallies.get(own, ()),
        key=lambda each: (severity_cell(each.severity, words).value, -each.findings, each.rule),
    )
    if not tallies:
        return None
    return Table(
        f"rules-{context.anchor(own)}",
        words.say("问题", "Findings"),
        (
            Column("severity", words.say("级别", "Severity")),
            Column("rule", words.say("问题", "Fault")),
            Column("findings", words.say("条数", "Findings"), "number"),
            Column("accounts", words.say("账号", "Accounts"), "number"),
            Column("awaiting", words.say("待复核", "Awaiting"), "number"),
            Column("silenced", words.say("已静音", "Silenced"), "number"),
        ),
        tuple(
            (
                severity_cell(each.severity, words),
                text(context.rule_name(each.rule), link=f"rule-{each.rule}" if each.rule in shown else ""),
                count(each.findings, words),
                count(each.accounts, words),
                count(each.awaiting, words),
                count(each.silenced, words),
            )
            for each in tallies
        ),
    )


def _shape(context: Context, own: str) -> list[Block]:
    words = context.words
    shape = next((each for each in context.material.shapes if each.community_id == own), None)
    if shape is None:
        return []
    blocks: list[Block] = []
    if len(shape.hours) == 168 and any(shape.hours):
        peak = max(range(168), key=lambda slot: (shape.hours[slot], -slot))
        day = words.say(*_WEEKDAYS[peak // 24])
        blocks.append(
            Chart(
                f"hours-{context.anchor(own)}",
                words.say("什么时候在说话", "When people talk"),
                "heat",
                tuple(f"{hour:02d}" for hour in range(24)),
                tuple(Series(words.say(*_WEEKDAYS[row]), shape.hours[24 * row : 24 * row + 24]) for row in range(7)),
                words.say(
                    f"按星期与小时的消息数，最多在{day} {peak % 24} 点（{shape.hours[peak]} 条）。",
                    f"Messages by weekday and hour; most on {day} at {peak % 24} h ({shape.hours[peak]}).",
                ),
                words.say("时", "hour"),
            )
        )
    if shape.kinds:
        blocks.append(_kinds(context, own, shape.kinds))
    if shape.words:
        listed = words.say("、", ", ").join(f"{visible(word)} {number}" for word, number in shape.words)
        note = words.say("（数字为说到它的消息数）", " (posts that say it)")
        blocks.append(Paragraph(words.say(f"常用词{note}：{listed}", f"Frequent words{note}: {listed}")))
    return blocks


def _kinds(context: Context, own: str, kinds: Sequence[tuple[str, int]]) -> Table:
    words = context.words
    whole = sum(number for _, number in kinds)
    titles = {kind: words.said(KIND_TITLES[kind]) if kind in KIND_TITLES else kind for kind, _ in kinds}
    return Table(
        f"kinds-{context.anchor(own)}",
        words.say("发了什么", "Kinds of content"),
        (
            Column("kind", words.say("类型", "Kind")),
            Column("messages", words.say("消息", "Messages"), "number"),
            Column("share", words.say("占比", "Share"), "percent", 1),
        ),
        tuple(
            (text(titles[kind]), count(number, words), Cell(number / whole, words.percent(number / whole)))
            for kind, number in kinds
        ),
    )
