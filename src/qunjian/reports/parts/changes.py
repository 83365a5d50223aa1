"""What changed: weeks that depart from their own history, and indicators that moved beyond their interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.insight.anomaly import HISTORY, RATE
from qunjian.insight.holidays import in_english
from qunjian.insight.records import MEASURES
from qunjian.reports.parts.cells import change_interval, signed, text
from qunjian.reports.report import Cell, Column, Paragraph, ReportPart, Table
from qunjian.reports.words import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.insight.records import Anomaly, Change
    from qunjian.reports.context import Context
    from qunjian.reports.report import Block, Tone

MOST_ROWS = 40


def changes(context: Context) -> ReportPart:
    """Return the part on what changed against the period before and against history."""
    words, material = context.words, context.material
    first, after = material.period.first, material.period.after
    now = [each for each in material.anomalies if first <= each.first < after]
    past = [each for each in material.anomalies if each.first < first]
    blocks: list[Block] = []
    if now:
        blocks.append(anomaly_table(context, now, "anomalies", words.say("本期异常", "Unusual in this period")))
    else:
        blocks.append(
            Paragraph(
                words.say("本期没有偏离自身历史的社群。", "No group departs from its own history in this period."),
                "good",
            )
        )
    clear = sorted((each for each in material.changes if each.clear), key=lambda each: _size(each))
    if clear:
        blocks.append(
            change_table(
                context,
                clear[:MOST_ROWS],
                "moved",
                words.say("变化明显的指标", "Indicators that clearly moved"),
                len(clear),
            )
        )
    else:
        blocks.append(
            Paragraph(words.say("没有指标的变化超出其区间。", "No indicator moved beyond its interval."), "muted")
        )
    if past:
        past = sorted(past, key=lambda each: (-each.first.toordinal(), each.q, each.community_id, each.measure))
        blocks.append(
            anomaly_table(
                context,
                past[:MOST_ROWS],
                "anomalies-before",
                words.say("此前各周的异常", "Unusual weeks before"),
                len(past),
                folded=True,
            )
        )
    return ReportPart(
        "changes",
        words.say("变化", "What changed"),
        words.say(
            f"异常：与同一社群此前最多 {HISTORY} 周的同样星期几相比，剔除节假日与调休；全部社群与指标一起控制，"
            f"误报占比期望不超过 {RATE:.0%}。变化：与上一周期之差及其 95 % 区间。",
            f"Unusual: against the same weekdays of up to {HISTORY} weeks before in the same group, "
            "Chinese holidays left out; "
            f"the expected share of false alarms over all groups and measures is at most {RATE:.0%}. "
            "Changes: difference to the "
            "period before with its 95 % interval.",
        ),
        tuple(blocks),
    )


def _size(change: Change) -> tuple[float, str, str]:
    reach = ((change.high or 0.0) - (change.low or 0.0)) / 2 or 1.0
    return (-abs(change.difference or 0.0) / reach, change.community_id, change.indicator)


def anomaly_table(
    context: Context, rows: Sequence[Anomaly], key: str, title: str, of: int | None = None, *, folded: bool = False
) -> Table:
    """Return a table of anomalies: observed against expected."""
    words = context.words
    return Table(
        key,
        title,
        (
            Column("community", words.say("社群", "Group")),
            Column("measure", words.say("计数", "Count")),
            Column("period", words.say("周", "Week"), "date"),
            Column("observed", words.say("实际", "Observed"), "number"),
            Column("expected", words.say("预期区间", "Expected"), "number"),
            Column("q", words.say("q 值", "q value"), "number", 4),
            Column("since", words.say("起于", "Since"), "date"),
            Column("holidays", words.say("剔除的日子", "Days left out")),
        ),
        tuple(
            (
                text(context.name(each.community_id)),
                text(words.said(MEASURES[each.measure])),
                text(each.period),
                Cell(
                    each.observed,
                    words.number(each.observed),
                    "warn" if each.fell != (each.measure == "leaves") else "info",
                ),
                Cell(round(each.expected, 1), f"{words.number(each.low)}–{words.number(each.high)}"),
                Cell(float(f"{each.q:.3g}"), "<0.0001" if each.q < 0.0001 else f"{each.q:.2g}"),
                text(each.since or NONE, "muted"),
                text(words.say("、".join(each.holidays), ", ".join(map(in_english, each.holidays))) or NONE, "muted"),
            )
            for each in rows
        ),
        of=of if of is not None and of > len(rows) else None,
        folded=folded,
    )


def change_table(context: Context, rows: Sequence[Change], key: str, title: str, of: int | None = None) -> Table:
    """Return a table of changes with their intervals."""
    words = context.words
    return Table(
        key,
        title,
        (
            Column("community", words.say("社群", "Group")),
            Column("indicator", words.say("指标", "Indicator")),
            Column("now", words.say("本期", "Now"), "number", 2),
            Column("before", words.say("上期", "Before"), "number", 2),
            Column("difference", words.say("差", "Difference"), "number", 2),
            Column("interval", words.say("95 % 区间", "95 % interval")),
        ),
        tuple(
            (
                text(context.name(each.community_id)),
                text(context.title(each.indicator)),
                Cell(_rounded(each.now), words.measured(each.now, context.unit(each.indicator))),
                Cell(_rounded(each.before), words.measured(each.before, context.unit(each.indicator))),
                Cell(
                    _rounded(each.difference),
                    signed(each.difference, context.unit(each.indicator), words),
                    change_tone(context, each),
                ),
                text(change_interval(each, context.unit(each.indicator), words) or words.said(each.because), "muted"),
            )
            for each in rows
        ),
        of=of if of is not None and of > len(rows) else None,
    )


def change_tone(context: Context, change: Change) -> Tone:
    """Return whether a clear change is for the better, by the indicator's direction."""
    facts = context.indicators.get(change.indicator)
    if not change.clear or facts is None or facts.direction not in ("up", "down") or change.difference is None:
        return "plain"
    return "good" if (change.difference > 0) == (facts.direction == "up") else "bad"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
