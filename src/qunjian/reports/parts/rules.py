"""How the rules did: hits, precision from reviews, overlap, drift, and the rules that never hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.reports.parts.cells import count, listing, severity_cell, text
from qunjian.reports.report import Cell, Chart, Column, Paragraph, ReportPart, Section, Series
from qunjian.reports.words import NONE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from qunjian.insight.rule_health import Health, Overlap
    from qunjian.reports.context import Context
    from qunjian.reports.material import RulesDone
    from qunjian.reports.report import Block

MOST_ROWS = 40
MOST_SILENT = 400
MOST_SECTIONS = 8
MOSTLY, SOME = 0.5, 5  # so large a share, and so many, of a rule's findings that another gives too are worth a look
DOUBTED = 0.7  # a precision whose interval ends below this is worth a look


def rules(context: Context) -> ReportPart:
    """Return the part on the rules themselves: which earn their place, which need a look."""
    words, done = context.words, context.material.rules_done
    title = words.say("规则体检", "How the rules did")
    if done is None:
        sentence = words.say("还没有质检，规则无从谈起。", "Nothing was inspected, so nothing can be said of rules.")
        return ReportPart("rules", title, blocks=(Paragraph(sentence, "muted"),))
    hit = sorted(
        (rule for rule, own in done.health.items() if own.hits), key=lambda rule: (-done.health[rule].hits, rule)
    )
    silent = sorted(rule for rule, own in done.health.items() if not own.hits)
    looked = [rule for rule in hit if _odd(done, rule)][:MOST_SECTIONS]
    blocks: list[Block] = [_summary(context, done, len(hit), len(silent), looked)]
    columns = (
        Column("rule", words.say("问题", "Fault")),
        Column("severity", words.say("级别", "Severity")),
        Column("now", words.say("本期命中", "Hits now"), "number"),
        Column("hits", words.say("命中", "Hits"), "number"),
        Column("rate", words.say("每千条", "Per 1,000"), "number", 2),
        Column("rate-interval", words.say("区间", "Interval")),
        Column("precision", words.say("查准率", "Precision"), "percent"),
        Column("precision-interval", words.say("区间", "Interval")),
        Column("reviewed", words.say("已复核", "Reviewed"), "number"),
        Column("overlap", words.say("同时命中的规则", "Also hit by")),
        Column("drift", words.say("反常的周", "Odd weeks")),
        Column("id", words.say("规则编号", "Rule id")),
    )
    if table := listing(
        "rules-done", words.say("有命中的规则", "Rules that hit"), columns, hit,
        lambda rule: _row(context, done, rule), most=MOST_ROWS,
    ):  # fmt: skip
        blocks.append(table)
    quiet = (
        Column("rule", words.say("问题", "Fault")),
        Column("limit", words.say("每千条至多", "Per 1,000 at most"), "number", 3),
        Column("id", words.say("规则编号", "Rule id")),
    )
    note = words.say("一次没有命中时，真实命中率 95 % 的上限。", "The 95 % limit of the rate of what never hit.")
    if table := listing(
        "rules-silent", words.say("没有命中的规则", "Rules that never hit"), quiet, silent,
        lambda rule: _silent(context, done, rule), most=MOST_SILENT, note=note, folded=True,
    ):  # fmt: skip
        blocks.append(table)
    return ReportPart("rules", title, _lead(context, done), tuple(blocks), _sections(context, done, looked))


def _lead(context: Context, done: RulesDone) -> str:
    words = context.words
    days = words.days(done.first, done.after)
    return words.say(
        f"{days}，这次质检查过的 {done.posts:,} 条发言（含媒体）。每千条与查准率带 95 % 区间；查准率只算人复核过的，"
        "存疑的不计。反常的周按平常的发言量折合后与此前各周比。",
        f"{days}, {done.posts:,} posts this inspection went over (media too). Rates and precision with 95 % intervals; "
        "precision is of what people reviewed, doubtful ones left out. Odd weeks are compared with the weeks before, "
        "brought to the usual number of posts.",
    )


def _summary(context: Context, done: RulesDone, hit: int, silent: int, looked: list[str]) -> Paragraph:
    words = context.words
    known = sum(own.precision is not None for own in done.health.values())
    names = words.listed([context.rule_name(rule) for rule in looked])
    if looked:
        look = words.say(f"值得看一眼的：{names}。", f"Worth a look: {names}.")
    else:
        look = words.say("没有哪条反常。", "None stands out.")
    counted = words.say(
        f"{hit} 条规则有命中，{silent} 条没有；{known} 条知道查准率。",
        f"{hit} rules hit, {silent} did not; the precision of {known} is known.",
    )
    return Paragraph(words.say(counted + look, f"{counted} {look}"), "warn" if looked else "plain")


def _odd(done: RulesDone, rule: str) -> bool:
    own = done.health[rule]
    doubted = own.precision_high is not None and own.precision_high < DOUBTED
    return bool(own.drift) or doubted or any(_same(each) for each in own.overlaps)


def _same(overlap: Overlap) -> bool:
    return overlap.share >= MOSTLY and overlap.shared >= SOME


def _row(context: Context, done: RulesDone, rule: str) -> tuple[Cell, ...]:
    words, own, facts = context.words, done.health[rule], context.rules.get(rule)
    beside = [f"{context.rule_name(each.rule)} {each.share:.0%}" for each in own.overlaps]
    weeks = [_week(each.first) for each in own.drift]
    return (
        text(context.rule_name(rule), link=f"#done-{rule}" if _odd(done, rule) else ""),
        severity_cell(facts.severity, words) if facts else text(NONE),
        count(done.here.get(rule, 0), words),
        count(own.hits, words),
        *_interval(own.per_1000, own.low, own.high, _rate),
        *_interval(own.precision, own.precision_low, own.precision_high, _share),
        count(own.verdicts.confirmed + own.verdicts.refuted + own.verdicts.unsure, words),
        text(words.say("、".join(beside), ", ".join(beside)) or NONE, "muted"),
        text(words.say("、".join(weeks), ", ".join(weeks)) or NONE, "warn" if weeks else "muted"),
        text(rule, "muted"),
    )


def _silent(context: Context, done: RulesDone, rule: str) -> tuple[Cell, ...]:
    limit = done.health[rule].most_per_1000
    shown = context.words.say("未知：没有它能读的发言", "unknown: no posts it reads") if limit is None else _rate(limit)
    return text(context.rule_name(rule)), Cell(limit, shown), text(rule, "muted")


def _sections(context: Context, done: RulesDone, looked: list[str]) -> tuple[Section, ...]:
    sections = []
    for rule in looked:
        own = done.health[rule]
        blocks: list[Block] = [Paragraph(each, "info") for each in _reasons(context, own)]
        if len(own.weeks) > 1:
            blocks.append(_chart(context, rule, own))
        sections.append(Section(f"done-{rule}", context.rule_name(rule), tuple(blocks)))
    return tuple(sections)


def _reasons(context: Context, own: Health) -> list[str]:
    words = context.words
    said = [
        words.say(
            f"{_week(each.first)} 折合 {each.hits:,} 条，此前每周约 {each.expected:.1f} 条。",
            f"{_week(each.first)}: {each.hits:,} at the usual number of posts, about {each.expected:.1f} a week "
            "before.",
        )
        for each in own.drift
    ]
    said += [
        words.say(
            f"其中 {each.shared:,} 条（{each.share:.0%}）“{context.rule_name(each.rule)}”也命中："
            "两条规则可能在说同一件事。",
            f"{each.shared:,} of its hits ({each.share:.0%}) are also of “{context.rule_name(each.rule)}”: the two may "
            "say the same.",
        )
        for each in own.overlaps
        if _same(each)
    ]
    if own.precision_high is not None and own.precision_high < DOUBTED:
        right, judged = own.verdicts.confirmed, own.verdicts.confirmed + own.verdicts.refuted
        said.append(
            words.say(
                f"复核过的 {judged} 条里只有 {right} 条成立：改规则或加例外。",
                f"Only {right} of {judged} reviewed were right: change the rule or add an exception.",
            )
        )
    return said


def _chart(context: Context, rule: str, own: Health) -> Chart:
    words = context.words
    weeks = [_week(each.first) for each in own.weeks]
    rates = tuple(None if each.per_1000 is None else round(each.per_1000, 3) for each in own.weeks)
    most = max((rate for rate in rates if rate is not None), default=0.0)
    return Chart(
        f"done-{rule}", words.say("每周每千条命中", "Hits per 1,000 by week"), "line",
        tuple(each.first.isoformat() for each in own.weeks),
        (Series(context.rule_name(rule), rates),),
        words.say(
            f"{weeks[0]} 至 {weeks[-1]}，最高每千条 {_rate(most)}。",
            f"{weeks[0]} to {weeks[-1]}, {_rate(most)} per 1,000 at most.",
        ),
        up=words.say("每千条", "per 1,000"), small=True,
    )  # fmt: skip


def _week(monday: dt.date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _rate(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 or not value else f"{value:.2g}"


def _share(value: float) -> str:
    return f"{value:.0%}"


def _interval(
    value: float | None, low: float | None, high: float | None, shown: Callable[[float], str]
) -> tuple[Cell, Cell]:
    """Return the cells of a figure and of its interval."""
    if value is None or low is None or high is None:
        return Cell(None, NONE, "muted"), text(NONE, "muted")
    return Cell(value, shown(value)), text(f"{shown(low)}–{shown(high)}", "muted")
