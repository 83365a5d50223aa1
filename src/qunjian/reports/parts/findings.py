"""What was broken where: counts by rule, and masked evidence in its context with rule, basis and standing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from qunjian.model.records import SEVERITIES, SEVERITY_TITLES
from qunjian.reports.parts.cells import count, severity_cell, text
from qunjian.reports.parts.evidence import evidence
from qunjian.reports.report import Chart, Column, Paragraph, ReportPart, Section, Series, Table
from qunjian.reports.words import SEVERITY_TONES, visible
from qunjian.standards.citations import citation_in

if TYPE_CHECKING:
    from qunjian.assessment.compliance import Tally
    from qunjian.reports.context import Context
    from qunjian.reports.report import Block

MOST_GROUPS = 12


def nothing_seen(context: Context) -> str:
    """Return a sentence where messages came and none of them can be inspected: then no finding means nothing."""
    messages = sum(each.messages for each in context.present)
    if not messages or messages > sum(each.unread_media for each in context.present):
        return ""
    return context.words.say(
        f"本期 {messages} 条消息都是没有文字的媒体，规则一条也看不见：没有问题不等于合规。",
        f"All {messages} messages of this period are media without text, which no rule can see: no finding does not "
        "mean compliance.",
    )


def findings(context: Context) -> ReportPart:
    """Return the part on findings: counts first, then evidence rule by rule, gravest first."""
    words, material = context.words, context.material
    title = words.say("问题与证据", "Findings and evidence")
    if not material.inspected:
        sentence = words.say(
            "本期还没有质检；先运行 qunjian inspect。", "This period has not been inspected: run qunjian inspect."
        )
        return ReportPart("findings", title, blocks=(Paragraph(sentence, "warn"),))
    if not material.counts and (unseen := nothing_seen(context)):
        return ReportPart("findings", title, blocks=(Paragraph(unseen, "warn"),))
    if not material.counts:
        return ReportPart(
            "findings",
            title,
            blocks=(Paragraph(words.say("本期没有发现问题。", "No finding in this period."), "good"),),
        )
    blocks: list[Block] = []
    if chart := _chart(context):
        blocks.append(chart)
    blocks.append(_table(context))
    return ReportPart(
        "findings",
        title,
        words.say(
            "姓名与号码已打码；标亮处是命中的字；前后各带两条消息。机器发现的问题未经人确认时写作“待复核”。"
            "被静音的问题照样列出，写明理由、负责人与到期日。",
            "Names and numbers are masked; what the rule matched is marked; two messages before and after are shown. "
            "What a machine found and no person confirmed awaits review. Silenced findings stay "
            "listed with reason, owner and expiry.",
        ),
        tuple(blocks),
        _evidence_sections(context),
    )


def _by_rule(context: Context) -> list[tuple[str, list[Tally]]]:
    groups: defaultdict[str, list[Tally]] = defaultdict(list)
    for tally in context.material.counts:
        groups[tally.rule].append(tally)
    return sorted(
        groups.items(),
        key=lambda pair: (SEVERITIES.index(pair[1][0].severity), -sum(tally.findings for tally in pair[1]), pair[0]),
    )


def _table(context: Context) -> Table:
    words = context.words
    rows = []
    for rule, tallies in _by_rule(context):
        facts = context.rules.get(rule)
        rows.append(
            (
                severity_cell(tallies[0].severity, words),
                text(context.rule_name(rule)),
                count(sum(tally.findings for tally in tallies), words),
                count(len(tallies), words),
                count(sum(tally.awaiting for tally in tallies), words),
                count(sum(tally.confirmed for tally in tallies), words),
                count(sum(tally.refuted for tally in tallies), words),
                count(sum(tally.silenced for tally in tallies), words),
                text(visible(citation_in(words.language, facts.basis)) if facts else "", "muted"),
                text(rule, "muted"),
            )
        )
    return Table(
        "findings-by-rule",
        words.say("按规则", "By rule"),
        (
            Column("severity", words.say("级别", "Severity")),
            Column("rule", words.say("问题", "Fault")),
            Column("findings", words.say("条数", "Findings"), "number"),
            Column("groups", words.say("社群", "Groups"), "number"),
            Column("awaiting", words.say("待复核", "Awaiting"), "number"),
            Column("confirmed", words.say("已确认", "Confirmed"), "number"),
            Column("refuted", words.say("已推翻", "Refuted"), "number"),
            Column("silenced", words.say("已静音", "Silenced"), "number"),
            Column("basis", words.say("依据", "Basis")),
            Column("id", words.say("规则编号", "Rule id")),
        ),
        tuple(rows),
    )


def _chart(context: Context) -> Chart | None:
    words = context.words
    per: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for tally in context.material.counts:
        per[tally.community_id][tally.severity] = per[tally.community_id].get(tally.severity, 0) + tally.counted
    order = sorted(per, key=lambda each: (*(-per[each].get(severity, 0) for severity in SEVERITIES), each))[
        :MOST_GROUPS
    ]
    if len(order) < 2:
        return None
    series = tuple(
        Series(
            words.said(SEVERITY_TITLES[severity]),
            tuple(per[each].get(severity, 0) for each in order),
            tone=SEVERITY_TONES[severity],
        )
        for severity in SEVERITIES
        if any(per[each].get(severity, 0) for each in order)
    )
    first = context.name(order[0])
    shown = words.say(f"（前 {len(order)} 个）", f" (first {len(order)})") if len(per) > len(order) else ""
    return Chart(
        "findings-by-group",
        words.say(f"各社群的问题{shown}", f"Findings by group{shown}"),
        "stack",
        tuple(context.name(each) for each in order),
        series,
        words.say(
            f"{len(order)} 个社群按级别的问题条数；最重的是{first}。",
            f"Findings by severity in {len(order)} groups; gravest: {first}.",
        ),
        words.say("条", "findings"),
    )


def _evidence_sections(context: Context) -> tuple[Section, ...]:
    words = context.words
    cases: defaultdict[str, list[Block]] = defaultdict(list)
    for number, case in enumerate(context.material.cases):
        cases[case.finding.rule].append(evidence(context, case, number))
    sections = []
    for rule, tallies in _by_rule(context):
        if rule not in cases:
            continue
        total, severity = sum(tally.findings for tally in tallies), tallies[0].severity
        blocks = cases[rule]
        facts = context.rules.get(rule)
        if facts and (hint := words.said(facts.hint)):
            blocks.insert(0, Paragraph(words.say(f"怎么办：{hint}", f"What to do: {hint}"), "info"))
        if (shown := sum(block.__class__.__name__ == "Evidence" for block in blocks)) < total:
            blocks.append(
                Paragraph(words.say(f"共 {total} 条，这里列出 {shown} 条。", f"{shown} of {total} are shown."), "muted")
            )
        sections.append(
            Section(
                f"rule-{rule}",
                f"{context.rule_name(rule)}",
                tuple(blocks),
                words.said(SEVERITY_TITLES[severity]),
                SEVERITY_TONES[severity],
            )
        )
    return tuple(sections)
