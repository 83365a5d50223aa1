"""Activity: who spoke, how much, how steadily, and who did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.frame import NEVER, Fill
from qunjian.aggregates.spoken import counted_hour
from qunjian.aggregates.totals import totals
from qunjian.engines import portable
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

MONTH_DAYS = 28
# 1970-01-01 was a Thursday; the multiple of 7 keeps days before it positive.
THURSDAY = 3 + 7 * 1_000_000


def spoken(frame: Frame) -> Table:
    """Return posts and speakers of each community and period."""
    return frame["spoken"]


def spoken_period(frame: Frame) -> Table:
    """Return what `spoken` does: a fill, for many facts read it."""
    one = frame["member_period"]
    known = one.account_id.notnull()
    return totals(
        one,
        posts=one.posts,
        mentioning=one.mentioning,
        readable=one.posts - one.unread,
        speakers=known,
        speaker_days=portable.when(known, one.days, 0),
        attributed_posts=portable.when(known, one.posts, 0),
        squared_posts=portable.when(known, one.posts * one.posts, 0),
    )


def steadiness(frame: Frame) -> Table:
    """Return the sums over days of daily and of trailing 28-day speakers.

    A day someone speaks makes them a speaker of that day and the 27 after it, until they speak again: so the
    trailing speakers of a period are spans of days, cut at the period's bounds and added up.
    """
    day = frame["member_day"]
    spoke = day.filter(day.account_id.notnull())
    again = portable.following(spoke.day, [spoke.community_id, spoke.account_id], [spoke.day])
    spoke = spoke.select("community_id", "day", again=again)
    spoke = spoke.mutate(until=portable.least(spoke.day + MONTH_DAYS, portable.coalesce(spoke.again, NEVER)))
    grid = frame["grid"]
    one = grid.inner_join(spoke, "community_id")
    one = one.filter(one.day < one.recorded, one.until > one["first"])
    shared = portable.least(one.until, one.recorded) - portable.greatest(one.day, one["first"])
    return totals(one, speaker_days=one.day >= one["first"], month_speaker_days=shared)


def hours(frame: Frame) -> Table:
    """Return posts by ISO weekday and local hour, as parts "1-00" … "7-23"."""
    hour = counted_hour(frame).inner_join(frame["calendar"], "day")
    weekday = (hour.day + THURSDAY) % 7 + 1
    part = weekday.cast("string") + "-" + (hour.hour + 100).cast("string").substr(1, 2)
    return hour.group_by("community_id", "period", part=part).agg(posts=hour.posts.sum())


FILLS = (Fill("spoken", spoken_period),)
INDICATORS = (
    Indicator(
        id="speakers",
        title=Phrase("发言人数", "Speakers"),
        definition=Phrase(
            "周期内至少发过一条消息的账号数（去重）。聊天导出没有阅读记录，所以这里的“活跃”只指发言；"
            "系统提示与撤回提示不算消息",
            "Distinct accounts with at least one post in the period. Chat exports hold no reads, so active means "
            "spoke; system and recall notices are no posts",
        ),
        denominators=Phrase("无", "none"),
        unit="people", direction="up", family="activity", needs=("accounts",),
        facts=spoken, shape="count", numerator="speakers",
    ),
    Indicator(
        id="daily_speakers",
        title=Phrase("日均发言人数", "Speakers per day"),
        definition=Phrase(
            "周期内每个本地日的发言人数之和，除以周期内有记录可查的天数（没人发言的日子也算一天）",
            "Speakers of each local day, summed over the period, by the days the record covers (quiet days count)",
        ),
        denominators=Phrase("周期内有记录的天数", "days of the period the record covers"),
        unit="people_per_day", direction="up", family="activity", needs=("accounts",),
        facts=spoken, shape="ratio", numerator="speaker_days", denominator="observed_days",
    ),
    Indicator(
        id="stickiness",
        title=Phrase("粘性（日/月）", "Stickiness (DAU/MAU)"),
        definition=Phrase(
            "周期内各日发言人数之和，除以各日“当日及之前 27 天”发言人数之和："
            "平均每天有多大一部分近 28 天的发言者在说话。周期首日之前不足 27 天记录时为未知",
            "Speakers of each day summed over the period, by the speakers of that day and the 27 days before it, "
            "summed likewise: the part of a month's speakers who speak on a day. Unknown where the record does not "
            "reach 27 days back",
        ),
        denominators=Phrase("各日近 28 天发言人数之和", "trailing 28-day speakers, summed over days"),
        unit="share", direction="up", family="activity", needs=("accounts",),
        facts=steadiness, shape="ratio", numerator="speaker_days", denominator="month_speaker_days", look_back=27,
    ),
    Indicator(
        id="posts",
        title=Phrase("消息数", "Posts"),
        definition=Phrase(
            "周期内的消息条数，不含系统提示与撤回提示", "Messages of the period, without system and recall notices"
        ),
        denominators=Phrase("无", "none"),
        unit="messages", direction="none", family="activity",
        facts=spoken, shape="count", numerator="posts",
    ),
    Indicator(
        id="posts_per_speaker",
        title=Phrase("发言者人均消息数", "Posts per speaker"),
        definition=Phrase(
            "有账号的消息数除以发言人数；区间按各人条数的离散程度",
            "Posts with an account by speakers; the interval follows the spread between speakers",
        ),
        denominators=Phrase("发言人数", "speakers"),
        unit="messages_per_person", direction="none", family="activity", needs=("accounts",),
        facts=spoken, shape="mean", numerator="attributed_posts", denominator="speakers", squares="squared_posts",
    ),
    Indicator(
        id="hours",
        title=Phrase("时段热力图", "Hours of the week"),
        definition=Phrase(
            "消息数按星期（1 周一…7 周日）与本地小时（00–23）分布；part 为“星期-小时”，总行是全部消息数",
            "Posts by ISO weekday (1 Monday … 7 Sunday) and local hour; a part is weekday-hour, the whole is all posts",
        ),
        denominators=Phrase("周期内消息数", "posts of the period"),
        unit="messages", direction="none", family="activity", parts=True,
        facts=hours, shape="count", numerator="posts", denominator="posts",
    ),
)  # fmt: skip
