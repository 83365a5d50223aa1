"""Retention: newcomers who speak again on a later day, and members who speak soon after joining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.stays import JOINED
from qunjian.aggregates.totals import totals
from qunjian.engines import portable
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

KEYS = ("community_id", "account_id")
DAYS = (1, 7, 30)
ACTIVATION_DAYS = 7


def cohorts(frame: Frame) -> Table:
    """Return first-time speakers of each period and those who spoke again exactly N days later."""
    day = frame["member_day"]
    day = day.filter(day.account_id.notnull())
    debut = frame["debut"].select(*KEYS, debut="day")
    day = day.inner_join(debut, KEYS)
    again = {f"again_{n}": (day.day == day.debut + n).cast("int64").max() for n in DAYS}
    person = day.group_by(*KEYS, "debut").agg(**again)
    person = person.inner_join(frame["community"].select("community_id", "whole"), "community_id")
    person = person.inner_join(frame["calendar"], person.debut == frame["calendar"].day)
    sums = {}
    for n in DAYS:
        seen = person.debut + n <= person.whole
        sums[f"observed_{n}"] = seen
        sums[f"kept_{n}"] = portable.when(seen, person[f"again_{n}"], 0)
    return totals(person, **sums)


def activation(frame: Frame) -> Table:
    """Return those who first joined in each period and those who spoke within 7 days of it."""
    seen = frame["evidence"]
    joins = seen.filter(seen.fact == JOINED)
    joins = joins.group_by(KEYS).agg(joined_on=joins.day.min())
    joins = joins.inner_join(frame["community"].select("community_id", "whole"), "community_id")
    joins = joins.filter(joins.joined_on + ACTIVATION_DAYS <= joins.whole)
    spoke = joins.inner_join(frame["member_day"].select(*KEYS, "day"), KEYS)
    spoke = spoke.filter(spoke.day >= spoke.joined_on, spoke.day <= spoke.joined_on + ACTIVATION_DAYS)
    spoke = spoke.select(*KEYS).distinct().mutate(spoke=portable.literal(1, "int64"))
    one = portable.with_lookup(joins, spoke, KEYS)
    one = one.inner_join(frame["calendar"], one.joined_on == frame["calendar"].day)
    return totals(one, counted="joined", activated=portable.coalesce(one.spoke, 0))


def _retention(days: int) -> Indicator:
    return Indicator(
        id=f"retention_day{days}",
        title=Phrase(f"{days} 日留存", f"Day-{days} retention"),
        definition=Phrase(
            f"首次发言落在本周期的人里，恰在首日之后第 {days} 个本地日又发言的比例；只数那一天已经过去且有记录的人；"
            "记录开始的那个周期为未知",
            f"Of those whose first post falls in the period, the share who spoke on the local day exactly {days} "
            "day(s) later; only those whose day has passed within the record; unknown in the period it begins in",
        ),
        denominators=Phrase(
            f"第 {days} 天已可观察的首次发言者", f"first-time speakers whose day {days} has been observed"
        ),
        unit="share", direction="up", family="growth", needs=("accounts",),
        facts=cohorts, shape="share", numerator=f"kept_{days}", denominator=f"observed_{days}", look_back=1,
        observe_days=days,
    )  # fmt: skip


INDICATORS = (
    *(_retention(days) for days in DAYS),
    Indicator(
        id="newcomer_activation",
        title=Phrase("新人激活率", "Newcomer activation"),
        definition=Phrase(
            f"第一次入群落在本周期的人里，从入群当日到其后第 {ACTIVATION_DAYS} 个本地日（含）发过言的比例；"
            "只数观察期已满的人",
            f"Of those who first joined in the period, the share who spoke from that local day to {ACTIVATION_DAYS} "
            "days later (inclusive); only those whose days have all been observed",
        ),
        denominators=Phrase("观察期已满的入群者", "those who joined and whose days have been observed"),
        unit="share", direction="up", family="growth", needs=("accounts", "joins"),
        facts=activation, shape="share", numerator="activated", denominator="joined", observe_days=ACTIVATION_DAYS,
    ),
)  # fmt: skip
