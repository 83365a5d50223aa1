"""Lifecycle: speakers who are new, returning, resurrected or dormant, period against period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.totals import totals
from qunjian.engines import portable
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame


def turnover(frame: Frame) -> Table:
    """Return speakers by what they did in the period before, and those who fell silent."""
    one = frame["member_period"]
    one = one.filter(one.account_id.notnull()).select("community_id", "account_id", "period")
    group, order = [one.community_id, one.account_id], [one.period]
    one = one.mutate(last=portable.before(one.period, group, order), next=portable.following(one.period, group, order))
    began = frame["debut"].select("community_id", "account_id", began="period")
    one = portable.with_lookup(one, began, ["community_id", "account_id"])
    new, returning = one.began == one.period, portable.coalesce(one["last"] == one.period - 1, False)
    here = one.select(
        "community_id", "period",
        new=new.cast("int64"),
        returning=returning.cast("int64"),
        resurrected=(~new & ~returning).cast("int64"),
        dormant=portable.literal(0, "int64"), speakers=portable.literal(1, "int64"),
        speakers_before=portable.literal(0, "int64"),
    )  # fmt: skip
    nothing = portable.literal(0, "int64")
    there = one.select(
        "community_id", period=one.period + 1, new=nothing, returning=nothing, resurrected=nothing,
        dormant=portable.coalesce(one.next != one.period + 1, True).cast("int64"), speakers=nothing,
        speakers_before=portable.literal(1, "int64"),
    )  # fmt: skip
    both = portable.stacked(here, there)
    names = ("new", "returning", "resurrected", "dormant", "speakers", "speakers_before")
    return totals(both, **{name: both[name] for name in names})


_SPEAKERS = Phrase("发言人数", "speakers")

INDICATORS = (
    Indicator(
        id="new_speakers",
        title=Phrase("新发言者", "New speakers"),
        definition=Phrase(
            "在记录里第一次发言落在本周期的人。新 + 回访 + 唤回 = 发言人数；记录开始的那个周期为未知",
            "Speakers whose first post in the record falls in the period. New + returning + resurrected = speakers; "
            "unknown in the period the record begins in",
        ),
        denominators=_SPEAKERS,
        unit="people", direction="up", family="growth", needs=("accounts",),
        facts=turnover, shape="count", numerator="new", denominator="speakers", look_back=1,
    ),
    Indicator(
        id="returning_speakers",
        title=Phrase("回访发言者", "Returning speakers"),
        definition=Phrase("本周期与上一周期都发言的人", "Speakers who also spoke in the period before"),
        denominators=_SPEAKERS,
        unit="people", direction="up", family="growth", needs=("accounts",),
        facts=turnover, shape="count", numerator="returning", denominator="speakers", look_back=1,
    ),
    Indicator(
        id="resurrected_speakers",
        title=Phrase("唤回发言者", "Resurrected speakers"),
        definition=Phrase(
            "更早发过言、上一周期没有、本周期又发言的人",
            "Speakers who spoke before, not in the period before, and now again",
        ),
        denominators=_SPEAKERS,
        unit="people", direction="up", family="growth", needs=("accounts",),
        facts=turnover, shape="count", numerator="resurrected", denominator="speakers", look_back=1,
    ),
    Indicator(
        id="dormant_speakers",
        title=Phrase("转为沉默者", "Dormant speakers"),
        definition=Phrase(
            "上一周期发言、本周期没有发言的人", "Those who spoke in the period before but not in this one"
        ),
        denominators=Phrase("上一周期发言人数", "speakers of the period before"),
        unit="people", direction="down", family="growth", needs=("accounts",),
        facts=turnover, shape="count", numerator="dormant", denominator="speakers_before", look_back=1,
    ),
)  # fmt: skip
