"""Retention: newcomers who speak again on a later day, and members who speak soon after joining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.indicators.frame import Frame

DAYS = (1, 7, 30)
ACTIVATION_DAYS = 7


def cohorts(frame: Frame) -> Table:
    """Return first-time speakers of each period and those who spoke again exactly N days later."""
    raise NotImplementedError


def activation(frame: Frame) -> Table:
    """Return those who joined in each period and those who spoke within 7 days of it."""
    raise NotImplementedError


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
    )  # fmt: skip


INDICATORS = (
    *(_retention(days) for days in DAYS),
    Indicator(
        id="newcomer_activation",
        title=Phrase("新人激活率", "Newcomer activation"),
        definition=Phrase(
            f"本周期入群的人里，入群当日起 {ACTIVATION_DAYS} 个本地日内（含第 {ACTIVATION_DAYS} 日）发过言的比例；"
            "只数观察期已满的人",
            f"Of those who joined in the period, the share who spoke from that local day to {ACTIVATION_DAYS} days "
            "later (inclusive); only those whose days have all been observed",
        ),
        denominators=Phrase("观察期已满的入群者", "those who joined and whose days have been observed"),
        unit="share", direction="up", family="growth", needs=("accounts", "joins"),
        facts=activation, shape="share", numerator="activated", denominator="joined",
    ),
)  # fmt: skip
