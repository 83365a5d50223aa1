"""Members: how many belong, come, go and stay silent; who belongs on a day is defined in aggregates/stays.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.aggregates.frame import Fill
from qunjian.aggregates.stays import JOINED, LEFT
from qunjian.aggregates.totals import beside, totals
from qunjian.engines import portable
from qunjian.indicators.activity import spoken
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame


def belonging(frame: Frame) -> Table:
    """Return members, speakers among them, joins and leaves of each community and period."""
    return frame["belonging"]


def belonging_period(frame: Frame) -> Table:
    """Return what `belonging` does: a fill, for many facts read it.

    Where a complete roster exists the stays are counted; else the recorded size stands for the members, null where
    there is none.
    """
    community = frame["community"].select("community_id", "listed")
    grid = frame["grid"].select("slot", "community_id", "period").inner_join(community, "community_id")
    one = portable.with_lookup(grid, frame["listed_period"], ["slot"])
    one = portable.with_lookup(one, frame["sized_period"], ["slot"])
    spoke = spoken(frame).select("community_id", "period", "speakers", "posts")
    one = beside(one, spoke, _comings(frame))
    speakers, posts, joins, leaves = (
        portable.coalesce(one[name], 0) for name in ("speakers", "posts", "joins", "leaves")
    )
    during = _members(one, "members", portable.coalesce(one.size_at_end, one.size_at_start))
    return one.select(
        "community_id", "period",
        members=during,
        members_at_start=_members(one, "members_at_start", one.size_at_start),
        members_at_end=_members(one, "members_at_end", one.size_at_end),
        start_leavers=portable.when(one.listed, portable.coalesce(one.start_leavers, 0), leaves),
        speakers=speakers,
        posts=posts,
        silent=portable.when(during > speakers, during - speakers, during * 0),
        joins=joins,
        leaves=leaves,
        net=joins - leaves,
    )  # fmt: skip


def _members(one: Table, column: str, size: Any) -> Any:
    return portable.when(one.listed, portable.coalesce(one[column], 0), size)


def _comings(frame: Frame) -> Table:
    """Return joins and leaves, an account once a local day."""
    seen = frame["evidence"]
    seen = seen.filter(seen.fact.isin((JOINED, LEFT))).select("community_id", "account_id", "day", "fact").distinct()
    dated = seen.inner_join(frame["calendar"], "day")
    return totals(dated, joins=dated.fact == JOINED, leaves=dated.fact == LEFT)


_DURING = Phrase("周期内曾在群里的成员数", "members at any time of the period")

FILLS = (Fill("belonging", belonging_period),)
INDICATORS = (
    Indicator(
        id="members",
        title=Phrase("成员数", "Members"),
        definition=Phrase(
            "周期最后一个已有记录的本地日结束时的成员数，来自名单与进退群记录；没有名单时取周期末之前最近的群人数记录",
            "Members at the end of the last recorded local day of the period, from rosters, joins and leaves; without "
            "a roster, the newest recorded size before the period's end",
        ),
        denominators=Phrase("无", "none"),
        unit="people", direction="up", family="growth",
        facts=belonging, shape="count", numerator="members_at_end",
    ),
    Indicator(
        id="active_ratio",
        title=Phrase("活跃率", "Active ratio"),
        definition=Phrase(
            "周期内发言的成员占周期内曾在群里的成员的比例；没有名单也没有群人数时为未知",
            "Share of the period's members who spoke; unknown without a roster or a recorded size",
        ),
        denominators=_DURING,
        unit="share", direction="up", family="activity", needs=("accounts",),
        facts=belonging, shape="share", numerator="speakers", denominator="members",
    ),
    Indicator(
        id="posts_per_member",
        title=Phrase("成员人均消息数", "Posts per member"),
        definition=Phrase(
            "周期内消息数除以周期内曾在群里的成员数（含没有发言的人）",
            "Posts of the period by its members, the silent ones included",
        ),
        denominators=_DURING,
        unit="messages_per_person", direction="none", family="activity", needs=("accounts",),
        facts=belonging, shape="ratio", numerator="posts", denominator="members",
    ),
    Indicator(
        id="silent_members",
        title=Phrase("沉默成员数", "Silent members"),
        definition=Phrase(
            "周期内在群里但没有发言的成员数；只给人数，不列名单",
            "Members of the period who did not speak: a count, never a list of persons",
        ),
        denominators=_DURING,
        unit="people", direction="down", family="activity", needs=("accounts",),
        facts=belonging, shape="count", numerator="silent", denominator="members",
    ),
    Indicator(
        id="joins",
        title=Phrase("入群人次", "Joins"),
        definition=Phrase(
            "周期内入群的人次：同一账号同一本地日算一次；来自入群事件与名单上的入群时间",
            "Joins in the period, an account once a local day; from join events and the roster's join times",
        ),
        denominators=Phrase("无", "none"),
        unit="events", direction="up", family="growth", needs=("joins",),
        facts=belonging, shape="count", numerator="joins",
    ),
    Indicator(
        id="leaves",
        title=Phrase("退群人次", "Leaves"),
        definition=Phrase(
            "周期内退群或被移出的人次：同一账号同一本地日算一次",
            "Departures and removals in the period, an account once a local day",
        ),
        denominators=Phrase("无", "none"),
        unit="events", direction="down", family="growth", needs=("leaves",),
        facts=belonging, shape="count", numerator="leaves",
    ),
    Indicator(
        id="net_growth",
        title=Phrase("净增长", "Net growth"),
        definition=Phrase("入群人次减退群人次", "Joins minus leaves"),
        denominators=Phrase("无", "none"),
        unit="events", direction="up", family="growth", needs=("joins", "leaves"),
        facts=belonging, shape="count", numerator="net",
    ),
    Indicator(
        id="leave_rate",
        title=Phrase("退群率", "Leave rate"),
        definition=Phrase(
            "周期开始时的成员中，在周期内离开的比例。分母是周期开始时的成员，不是全部成员",
            "Share of the members at the start of the period who left in it; the denominator is not all members",
        ),
        denominators=Phrase("周期开始时的成员数", "members at the start of the period"),
        unit="share", direction="down", family="growth", needs=("leaves",),
        facts=belonging, shape="share", numerator="start_leavers", denominator="members_at_start",
    ),
)  # fmt: skip
