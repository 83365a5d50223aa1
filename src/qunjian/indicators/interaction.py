"""Interaction: replies, mentions, how evenly people speak, and how much of it is staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.frame import Fill
from qunjian.aggregates.localtime import day_of, placed
from qunjian.aggregates.spoken import NOTICES
from qunjian.aggregates.totals import beside, totals
from qunjian.engines import portable
from qunjian.indicators.activity import spoken
from qunjian.indicators.members import belonging
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

KEYS = ("community_id", "account_id")


def reply(frame: Frame) -> Table:
    """Return who natively replied to whose recent post: a fill of its own, or the planner loses itself in joins."""
    from qunjian.conversations.replies import native_links  # imports Ibis, which only building expressions needs

    since, recent = frame["since"], frame["recent"]
    links = native_links(since.filter(since.kind.notin(NOTICES)), recent.filter(recent.kind.notin(NOTICES)))
    links = links.filter(links.target_sent_at.notnull(), links.target_account_id.notnull())
    return links.select("community_id", "account_id", "scope", "target_id", "target_account_id", "target_sent_at")


def answered(frame: Frame) -> Table:
    """Return posts of each period that someone else replied to, among posts with an account."""
    links, account = frame["reply"], frame["account"]
    ignored = account.filter(~account.counted).select(*KEYS)
    links = links.anti_join(ignored, KEYS)
    targets = links.select("community_id", "scope", "target_id", "target_sent_at", account_id="target_account_id")
    targets = placed(frame, targets.anti_join(ignored, KEYS).distinct(), "target_sent_at")
    targets = targets.mutate(day=day_of(targets.local_s)).inner_join(frame["calendar"], "day")
    found = totals(targets, counted="answered")
    posts = spoken(frame).select("community_id", "period", posts="attributed_posts")
    one = beside(posts, found)
    return one.select("community_id", "period", "posts", answered=portable.coalesce(one.answered, 0))


def evenness(frame: Frame) -> Table:
    """Return posts weighted by their rank among speakers, with the numbers of speakers and members."""
    one = frame["member_period"]
    one = one.filter(one.account_id.notnull())
    place = portable.rank([one.community_id, one.period], [one.posts, one.account_id])
    one = one.mutate(place=place)
    sums = totals(one, counted="speakers", ranked_posts=one.place * one.posts, spoken_posts=one.posts)
    known = belonging(frame).select("community_id", "period", "members")
    both = beside(known, sums)
    names = ("ranked_posts", "spoken_posts", "speakers")
    return both.select("community_id", "period", "members", **{n: portable.coalesce(both[n], 0) for n in names})


def by_staff(frame: Frame) -> Table:
    """Return posts of each period, all and by staff, whatever the staff switch says; null where staff is unknown."""
    hour, account = frame["member_hour"], frame["account"]
    known = account.group_by("community_id").agg(known=account.staff.cast("int64").max())
    one = hour.anti_join(account.filter(account.bot & ~account.counted), KEYS).inner_join(frame["calendar"], "day")
    one = portable.with_lookup(one, account.filter(account.staff).select(*KEYS, "staff"), KEYS)
    one = one.filter(one.account_id.notnull())
    sums = totals(one, posts=one.posts, staff_posts=portable.when(one.staff.notnull(), one.posts, 0))
    grid = frame["grid"].select("community_id", "period")
    one = portable.with_lookup(beside(grid, sums), known, ["community_id"])
    return one.select(
        "community_id", "period",
        posts=portable.coalesce(one.posts, 0),
        staff_posts=portable.when(
            portable.coalesce(one.known, 0) == 1, portable.coalesce(one.staff_posts, 0), portable.absent("int64")
        ),
    )  # fmt: skip


FILLS = (Fill("reply", reply),)
INDICATORS = (
    Indicator(
        id="reply_rate",
        title=Phrase("被回复率", "Reply rate"),
        definition=Phrase(
            "周期内的消息里，至少被另一个账号用“回复/引用”回应过一次的比例；不猜测没有标明的回复",
            "Share of the period's posts that another account answered at least once by a native reply; nothing "
            "guessed",
        ),
        denominators=Phrase("有账号的消息数", "posts with an account"),
        unit="share", direction="up", family="interaction", needs=("accounts", "replies"),
        facts=answered, shape="share", numerator="answered", denominator="posts",
    ),
    Indicator(
        id="mention_rate",
        title=Phrase("@ 提及率", "Mention rate"),
        definition=Phrase(
            "周期内的消息里提及至少一个账号的比例", "Share of the period's posts that mention at least one account"
        ),
        denominators=Phrase("消息数", "posts"),
        unit="share", direction="none", family="interaction", needs=("mentions",),
        facts=spoken, shape="share", numerator="mentioning", denominator="posts",
    ),
    Indicator(
        id="gini_speakers",
        title=Phrase("发言集中度（发言者）", "Concentration over speakers (Gini)"),
        definition=Phrase(
            "发言者之间消息数的基尼系数：0 人人一样多，趋近 1 则几乎由一人说完",
            "Gini coefficient of posts among speakers: 0 all alike, near 1 one person says nearly everything",
        ),
        denominators=Phrase("发言人数", "speakers"),
        unit="index", direction="down", family="interaction", needs=("accounts",),
        facts=evenness, shape="gini", numerator="ranked_posts", denominator="speakers", squares="spoken_posts",
    ),
    Indicator(
        id="gini_members",
        title=Phrase("发言集中度（全体成员）", "Concentration over members (Gini)"),
        definition=Phrase(
            "周期内全体成员（没发言的记 0 条）之间消息数的基尼系数",
            "Gini coefficient of posts among all members of the period, the silent ones with 0",
        ),
        denominators=Phrase("周期内曾在群里的成员数", "members at any time of the period"),
        unit="index", direction="down", family="interaction", needs=("accounts",),
        facts=evenness, shape="gini", numerator="ranked_posts", denominator="members", squares="spoken_posts",
    ),
    Indicator(
        id="staff_share",
        title=Phrase("运营发言占比", "Staff share"),
        definition=Phrase(
            "周期内由群主、管理员、运营（名单角色、角色决定或值班表）发出的消息占比；不受“是否计入运营”开关影响",
            "Share of posts by owners, admins and staff (roster role, stated role or duty table); the staff switch "
            "does not touch it",
        ),
        denominators=Phrase("消息数（含运营）", "posts, staff included"),
        unit="share", direction="none", family="interaction", needs=("accounts",),
        facts=by_staff, shape="share", numerator="staff_posts", denominator="posts", absent="no_staff",
    ),
)  # fmt: skip
