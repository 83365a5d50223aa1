"""The one-minute summary: headline numbers, what to do first, and how far the goals were attained."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qunjian.insight.records import MEASURES
from qunjian.insight.signs.record import INCOMPLETE, KINDS
from qunjian.reports.parts.cells import signed, since
from qunjian.reports.parts.findings import nothing_seen
from qunjian.reports.parts.goals import attained, goals_table
from qunjian.reports.report import Figure, Figures, Paragraph, ReportPart, Tone
from qunjian.reports.words import NONE

if TYPE_CHECKING:
    from qunjian.insight.records import Anomaly
    from qunjian.reports.context import Context
    from qunjian.reports.report import Block

MOST_SENTENCES = 7


def summary(context: Context) -> ReportPart:
    """Return the first part of a report."""
    words = context.words
    blocks: list[Block] = [_figures(context), *_sentences(context)]
    goals = goals_table(context)
    if goals is not None:
        blocks.append(goals)
    return ReportPart("summary", words.say("一分钟摘要", "One-minute summary"), blocks=tuple(blocks))


def _figures(context: Context) -> Figures:
    words, material = context.words, context.material
    messages = sum(each.messages for each in context.present)
    before = sum(each.before for each in material.communities)
    unread = sum(each.unread_media for each in context.present)
    counted = sum(tally.counted for tally in material.counts)
    grave = sum(tally.counted for tally in material.counts if tally.severity in ("critical", "major"))
    goals = attained(context)
    judged = sum(row.judged for row in goals)
    reached = sum(len(row.reached) for row in goals)
    scored = [card for card in material.scorecards if card.score.status == "scored"]
    change = since(signed(messages - before, "messages", words), words) if before else ""
    return Figures(
        "headline",
        (
            Figure(
                words.say("有消息的社群", "Groups with messages"),
                words.number(len(context.present)),
                len(context.present),
                words.say(f"共 {len(material.communities)} 个", f"of {len(material.communities)}"),
            ),
            Figure(words.say("消息", "Messages"), words.number(messages), messages, change=change),
            Figure(
                words.say("问题", "Findings"),
                words.number(counted) if material.inspected else NONE,
                counted,
                words.say(f"其中致命与严重 {grave}", f"{grave} critical or major")
                if material.inspected
                else words.say("本期尚未质检", "not inspected yet"),
                tone="bad" if grave else "plain",
            ),
            Figure(
                words.say("指标达标", "Targets reached"),
                words.percent(reached / judged, 0) if judged else NONE,
                reached / judged if judged else None,
                words.say(f"{reached} / {judged} 项次", f"{reached} of {judged}"),
            ),
            Figure(
                words.say("可评分社群", "Groups scored"),
                words.number(len(scored)),
                len(scored),
                words.say(
                    f"证据不足或未知 {len(material.scorecards) - len(scored)}",
                    f"{len(material.scorecards) - len(scored)} lack evidence",
                ),
            ),
            Figure(
                words.say("已检内容", "Content inspected"),
                words.percent((messages - unread) / messages) if messages else NONE,
                (messages - unread) / messages if messages else None,
                words.say(f"未检媒体 {words.number(unread)} 条", f"{words.number(unread)} media not inspected"),
            ),
        ),
    )


def _sentences(context: Context) -> list[Paragraph]:
    words, material = context.words, context.material
    said: list[tuple[str, Tone]] = []
    if not context.present:
        return [Paragraph(words.say("本期没有任何消息。", "There is no message in this period."), "warn")]
    said += _vetoes(context)
    odd = [each for group in context.anomalies.values() for each in group]
    said += [
        (anomaly_sentence(context, each), "warn" if _worrying(each) else "info")
        for each in sorted(odd, key=lambda each: (each.q, each.community_id, each.measure))
    ]
    heavy = sorted(
        (tally for tally in material.counts if tally.severity == "major" and tally.counted),
        key=lambda tally: (-tally.counted, tally.community_id, tally.rule),
    )
    if heavy:
        worst = heavy[0]
        total = sum(tally.counted for tally in heavy)
        said.append(
            (
                words.say(
                    f"严重问题 {total} 条，"
                    f"最多的是「{context.name(worst.community_id)}」的“{context.rule_name(worst.rule)}”"
                    f"（{worst.counted} 条）。",
                    f"{total} major findings; most in "
                    f"“{context.name(worst.community_id)}”: {context.rule_name(worst.rule)} "
                    f"({worst.counted}).",
                ),
                "warn",
            )
        )
    absent = [each for each in material.communities if each.registered and not each.messages]
    if absent:
        names = words.listed([context.name(each.community_id) for each in absent])
        said.append(
            (words.say(f"登记在册而本期没有收到消息：{names}。", f"Registered but nothing received: {names}."), "warn")
        )
    if doubts := _doubts(context):
        said.append((doubts, "warn"))
    if not material.inspected:
        said.append(
            (
                words.say(
                    "本期还没有质检，合规情况未知；先运行 qunjian inspect。",
                    "This period has not been inspected: compliance is unknown. Run qunjian inspect.",
                ),
                "warn",
            )
        )
    elif unseen := nothing_seen(context):
        said.append((unseen, "warn"))
    if not said:
        said.append(
            (
                words.say("没有发现异常，也没有致命或严重问题。", "Nothing unusual, and no critical or major finding."),
                "good",
            )
        )
    shown = [Paragraph(sentence, tone) for sentence, tone in said[:MOST_SENTENCES]]
    if len(said) > MOST_SENTENCES:
        rest = len(said) - MOST_SENTENCES
        shown.append(
            Paragraph(words.say(f"另有 {rest} 条，见下文各部分。", f"{rest} more in the parts below."), "muted")
        )
    return shown


def _worrying(anomaly: Anomaly) -> bool:
    return anomaly.fell != (anomaly.measure == "leaves")


def _vetoes(context: Context) -> list[tuple[str, Tone]]:
    """Return one sentence per critical rule and standing, naming the groups."""
    words = context.words
    confirmed: dict[str, list[str]] = {}
    awaiting: dict[str, list[str]] = {}
    for card in context.material.scorecards:
        for veto in card.vetoes:
            (confirmed if veto.confirmed else awaiting).setdefault(veto.rule, []).append(context.name(card.subject))
    said: list[tuple[str, Tone]] = []
    for rule, groups in sorted(confirmed.items()):
        fault, names = context.rule_name(rule), words.listed(groups)
        sentence = words.say(
            f"一票否决：{names}，“{fault}”已经人确认。", f"One-vote veto: {names}; {fault}, confirmed by a person."
        )
        said.append((sentence, "bad"))
    for rule, groups in sorted(awaiting.items()):
        fault, names = context.rule_name(rule), words.listed(groups)
        sentence = words.say(
            f"致命问题“{fault}”待复核：{names}；一经确认即一票否决。",
            f"Critical findings ({fault}) await review in {names}; one confirmed sets the score to zero.",
        )
        said.append((sentence, "bad"))
    return said


def anomaly_sentence(context: Context, anomaly: Anomaly) -> str:
    """Return an anomaly in one sentence with what was expected."""
    words = context.words
    measure = words.said(MEASURES[anomaly.measure])
    since = words.say(f"自 {anomaly.since} 起，", f"since {anomaly.since}: ") if anomaly.since else ""
    moved = words.say("偏少", "low") if anomaly.fell else words.say("偏多", "high")
    return words.say(
        f"「{context.name(anomaly.community_id)}」{since}{measure}异常{moved}：{anomaly.period} 为 {anomaly.observed}，"
        f"按此前 {anomaly.weeks_before} 周应在 {anomaly.low:.0f}–{anomaly.high:.0f} 之间。",
        f"“{context.name(anomaly.community_id)}” {since}{measure} "
        f"unusually {moved}: {anomaly.observed} in {anomaly.period}, "
        f"{anomaly.low:.0f}–{anomaly.high:.0f} expected from {anomaly.weeks_before} weeks before.",
    )


def _doubts(context: Context) -> str:
    """Return the sentence on data that may not be whole; empty when no sign says so."""
    words = context.words
    kinds = Counter(sign.kind for sign in context.material.signs if sign.kind in INCOMPLETE)
    groups = {sign.community_id for sign in context.material.signs if sign.kind in INCOMPLETE}
    if not kinds:
        return ""
    told = words.listed([f"{words.said(KINDS[kind])} {kinds[kind]}" for kind in KINDS if kinds[kind]])
    return words.say(
        f"{len(groups)} 个社群的资料可能不全（{told}），分数上已注明；请核对导出（见“覆盖与未知”）。",
        f"The data of {len(groups)} groups may not be whole ({told}); their scores say so: check the exports "
        "(see coverage).",
    )
