"""The ranking among like groups: scores with intervals, the places they allow, and who has no rank and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.assessment.points import PART_TITLES
from qunjian.reports.parts.cells import count, rank_cell, score_cell, text
from qunjian.reports.report import Chart, Column, Paragraph, ReportPart, Series, Table
from qunjian.reports.words import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.assessment.scorecard import Scorecard
    from qunjian.reports.context import Context
    from qunjian.reports.report import Block, Cell

MOST_BARS = 25


def ranking(context: Context) -> ReportPart:
    """Return the ranking part: one chart and one table per kind of group."""
    words = context.words
    like: dict[str, list[Scorecard]] = {}
    for card in context.material.scorecards:
        like.setdefault(card.like, []).append(card)
    blocks: list[Block] = []
    alone: list[Scorecard] = []
    for kind in sorted(like):
        cards = sorted(like[kind], key=_order)
        if len(cards) == 1 and len(like) > 1:
            alone += cards
            continue
        title = kind or words.say("未分类型", "type not stated")
        chart = _chart(context, kind, title, cards)
        if chart is not None:
            blocks.append(chart)
        blocks.append(_table(context, f"like-{kind or 'none'}", title, cards))
    if alone:
        title = words.say("同类只有一个，不排名", "one of a kind: no rank")
        blocks.append(_table(context, "alone", title, sorted(alone, key=_order), mixed=True))
    if not blocks:
        blocks.append(Paragraph(words.say("本期没有可评分的社群。", "No group can be scored in this period."), "muted"))
    return ReportPart(
        "ranking",
        words.say("同类排名", "Ranking among like groups"),
        words.say(
            "只在同类社群之间比较。方括号是 95 % 区间；名次写成区间允许的范围；区间都重叠时不排名。",
            "Only like groups are compared. Brackets hold the 95 % interval; a rank is the range of places it allows; "
            "where all intervals overlap there is none.",
        ),
        tuple(blocks),
    )


def _order(card: Scorecard) -> tuple[bool, float, str]:
    return (card.score.value is None, -(card.score.value or 0.0), card.subject)


def _chart(context: Context, kind: str, title: str, cards: Sequence[Scorecard]) -> Chart | None:
    words = context.words
    scored = [card for card in cards if card.score.value is not None]
    if len(scored) < 2:
        return None
    shown = scored[:MOST_BARS]
    names = _distinct([context.name(card.subject) for card in shown])
    best, last = shown[0], shown[-1]
    note = "" if len(shown) == len(scored) else words.say(f"（前 {len(shown)} 个）", f" (first {len(shown)})")
    return Chart(
        f"ranking-{kind or 'none'}",
        words.say(f"得分与区间：{title}{note}", f"Scores with intervals: {title}{note}"),
        "interval",
        tuple(names),
        (
            Series(
                words.say("得分", "score"),
                tuple(round(card.score.value or 0.0, 1) for card in shown),
                tuple(round(card.score.low or 0.0, 1) for card in shown),
                tuple(round(card.score.high or 0.0, 1) for card in shown),
            ),
        ),
        words.say(
            f"{len(shown)} 个社群的得分：最高 {context.name(best.subject)} {words.score(best.score)}，"
            f"最低 {context.name(last.subject)} {words.score(last.score)}。",
            f"Scores of {len(shown)} groups: highest {context.name(best.subject)} {words.score(best.score)}, "
            f"lowest {context.name(last.subject)} {words.score(last.score)}.",
        ),
        words.say("得分（0–100）", "score (0–100)"),
    )


def _distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _table(context: Context, key: str, title: str, cards: Sequence[Scorecard], *, mixed: bool = False) -> Table:
    """Return the scores of groups of one type, which the title names, or of `mixed` types, which have no rank."""
    words = context.words
    parts = [name for name, weight in context.material.standard.scorecard.parts.items() if weight]
    columns = (
        Column("community", words.say("社群", "Group")),
        Column("type", words.say("类型", "Type")) if mixed else Column("rank", words.say("名次", "Rank"), "number"),
        Column("score", words.say("得分", "Score"), "score", 1),
        *(Column(part, words.said(PART_TITLES[part]), "score", 1) for part in parts),
        Column("messages", words.say("消息", "Messages"), "number"),
        Column("note", words.say("说明", "Note")),
    )
    return Table(
        f"scores-{key}",
        words.say(f"得分：{title}", f"Scores: {title}"),
        columns,
        tuple(_row(context, card, parts, mixed=mixed) for card in cards),
    )


def _row(context: Context, card: Scorecard, parts: Sequence[str], *, mixed: bool) -> tuple[Cell, ...]:
    words = context.words
    found = {part.part: part for part in card.parts}
    featured = {facts.community_id for facts in context.featured}
    link = context.anchor(card.subject) if card.subject in featured else ""
    return (
        text(context.name(card.subject), link=link),
        text(card.like or NONE, "muted") if mixed else rank_cell(card, words),
        score_cell(card.score, words),
        *(score_cell(found[part].score, words) if part in found else text("—", "muted") for part in parts),
        count(card.messages, words),
        text(_note(context, card), "muted"),
    )


def _note(context: Context, card: Scorecard) -> str:
    words = context.words
    notes = []
    if card.standing == "trial":
        notes.append(words.say("试算", "trial"))
    if why := words.said(card.incomplete):
        notes.append(words.say(f"资料不全：{why}", f"data incomplete: {why}"))
    if any(veto.confirmed for veto in card.vetoes):
        notes.append(words.say("一票否决", "one-vote veto"))
    if card.rank is None and (why := words.said(card.unranked)):
        notes.append(why)
    return words.say("；", "; ").join(notes)
