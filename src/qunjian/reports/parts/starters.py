"""What starts a discussion in a community and what falls flat: one table in its section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.insight.starters import FAMILY_TITLES, VERDICTS, group_title
from qunjian.model.language import Phrase
from qunjian.reports.parts.cells import count, signed, text
from qunjian.reports.report import Cell, Column, Table, Tone
from qunjian.reports.words import visible

if TYPE_CHECKING:
    from qunjian.insight.starters import Starter, Verdict
    from qunjian.reports.context import Context

_TONES: dict[Verdict, Tone] = {"starts": "good", "flat": "warn", "unclear": "plain", "few": "muted"}


def starters_table(context: Context, own: str) -> Table | None:
    """Return the groups of openers of a community that could be compared; none where nothing could."""
    words, first = context.words, context.material.starters_first
    found = [one for one in context.material.starters if one.community_id == own and one.difference is not None]
    if not found or first is None:
        return None
    topics = {topic.id: topic.name.phrase for topic in context.material.standard.topics}
    topics["-"] = Phrase("其他", "none of these")
    days = words.days(first, context.material.period.after)
    return Table(
        f"starters-{context.anchor(own)}",
        words.say("什么开得起讨论，什么容易冷场", "What starts a discussion, what falls flat"),
        (
            Column("by", words.say("比什么", "By")),
            Column("group", words.say("哪类开场", "Openers")),
            Column("n", "n", "number"),
            Column("share", words.say("有人接", "Joined"), "percent", 1),
            Column("difference", words.say("比同时段其他开场", "Against the same hour"), "number", 3),
            Column("verdict", words.say("结论", "Verdict")),
        ),
        tuple(_row(context, one, topics) for one in found),
        note=words.say(
            f"{days}。沉默 30 分钟之后的第一条是开场；下一次沉默之前有别人说话，算有人接。方括号是 95 % 区间；"
            "与同一小时（工作日、周末分开）的其他开场比（时段一项除外）；"
            "每群内按 Benjamini–Hochberg 校正，5 %；不足 20 条的不比。这是相关，不是因果。",
            f"{days}. The first post after 30 minutes of silence opens; it is joined when somebody else speaks before "
            "the next silence. Brackets are 95 % intervals; compared with other openers of the same hour, workdays and "
            "weekends apart (not so hours themselves); Benjamini–Hochberg at 5 % within each group; under 20 are not "
            "compared. Association, not cause.",
        ),
        folded=True,
    )


def _row(context: Context, one: Starter, topics: dict[str, Phrase]) -> tuple[Cell, ...]:
    words = context.words
    interval = f"[{signed(one.difference_low, 'share', words)}, {signed(one.difference_high, 'share', words)}]"
    return (
        text(words.said(FAMILY_TITLES[one.family]), "muted"),
        text(visible(words.said(group_title(one, topics)))),
        count(one.n, words),
        Cell(
            one.share,
            f"{words.percent(one.share)} [{words.percent(one.low)}, {words.percent(one.high)}]",
            low=one.low,
            high=one.high,
        ),
        Cell(one.difference, f"{signed(one.difference, 'share', words)} {interval}"),
        text(words.said(VERDICTS[one.verdict]), _TONES[one.verdict]),
    )
