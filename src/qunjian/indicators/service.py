"""Service: how fast staff first respond to members' questions, open ones censored, in duty time only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.localtime import day_of, placed
from qunjian.aggregates.totals import beside, totals
from qunjian.engines import portable
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame


def waits(frame: Frame) -> Table:
    """Return one row per question: how long it waited on duty, and whether it is still open.

    Periods without a question have one row of nulls where there is a duty table, and none where there is none.
    """
    grid = frame["grid"].select("community_id", "period")
    community = frame["community"]
    grid = grid.semi_join(community.filter(community.duty), "community_id")
    return beside(grid, _dated(frame))


def _dated(frame: Frame) -> Table:
    asked = placed(frame, frame["question"], "clock_from")
    asked = asked.mutate(day=day_of(asked.local_s)).inner_join(frame["calendar"], "day")
    return asked.select("community_id", "period", "waited_us", "censored")


def questions(frame: Frame) -> Table:
    """Return questions and answered ones; null in communities without a duty table."""
    asked = _dated(frame)
    sums = totals(asked, counted="questions", answered=~asked.censored)
    grid = frame["grid"].select("community_id", "period")
    grid = grid.inner_join(frame["community"].select("community_id", "duty"), "community_id")
    one = beside(grid, sums)
    counted = {
        name: portable.when(one.duty, portable.coalesce(one[name], 0), portable.absent("int64"))
        for name in ("questions", "answered")
    }
    return one.select("community_id", "period", **counted)


def _first_response(name: str, quantile: float, title: Phrase, what: Phrase) -> Indicator:
    return Indicator(
        id=name,
        title=title,
        definition=Phrase(
            f"对成员提问（提及值班账号或回复其消息）的首次响应时间的{what.zh}，只计值班时间；"
            "未答复的按删失处理（Kaplan–Meier），不丢弃；没有值班表时为未知",
            f"{what.en} of the time to staff's first response to a member's question (a mention of or reply to a duty "
            "account), in duty time only; open questions are censored (Kaplan–Meier), not dropped; unknown without a "
            "duty table",
        ),
        denominators=Phrase("周期内开始的提问（含未答复）", "questions opened in the period, open ones included"),
        unit="seconds", direction="down", family="service", needs=("accounts",),
        needs_any=("replies", "mentions"), empty="no_questions", absent="no_staff",
        facts=waits, shape="wait", numerator="waited_us", quantile=quantile,
    )  # fmt: skip


INDICATORS = (
    _first_response(
        "first_response_median", 0.5, Phrase("首次响应中位数", "First response, median"), Phrase("中位数", "Median")
    ),
    _first_response(
        "first_response_p90", 0.9, Phrase("首次响应 P90", "First response, 90th percentile"),
        Phrase("第 90 百分位", "90th percentile"),
    ),
    Indicator(
        id="response_rate",
        title=Phrase("提问应答率", "Response rate"),
        definition=Phrase(
            "周期内成员对运营的提问中，值班时间内得到答复的比例；到记录结束仍未答复的算未答复",
            "Share of members' questions to staff that were answered on duty; those open when the record ends count "
            "as unanswered",
        ),
        denominators=Phrase("周期内开始的提问", "questions opened in the period"),
        unit="share", direction="up", family="service", needs=("accounts",),
        needs_any=("replies", "mentions"), empty="no_questions", absent="no_staff",
        facts=questions, shape="share", numerator="answered", denominator="questions",
    ),
)  # fmt: skip
