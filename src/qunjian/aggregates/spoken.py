"""Posts added up by account: per local hour and kind, then per day, then per period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.accounts import named_like_bot
from qunjian.aggregates.localtime import day_of, hour_of, placed
from qunjian.engines import portable

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

# Notices of the platform, not posts of anyone.
NOTICES = ("system", "recall")
# Kinds no check can read; so is any other post with an attachment, but for those whose attachment is only decoration.
UNREADABLE = ("image", "voice", "video", "file")
DECORATED = ("sticker", "link", "red_packet", "location", "card")


def member_hour(frame: Frame) -> Table:
    """Return posts by community, account (null where unknown), local day, hour and kind; bots and staff included."""
    message = frame["message"]
    posts = message.filter(message.kind.notin(NOTICES)).select(
        "community_id", "account_id", "kind", "sent_at",
        named=portable.coalesce(named_like_bot(message.name_then), False),
        mentions=portable.coalesce(message.mentions.length(), 0) > 0,
        unread=message.kind.isin(UNREADABLE)
        | ((portable.coalesce(message.attachments.length(), 0) > 0) & message.kind.notin(DECORATED)),
    )  # fmt: skip
    local = placed(frame, posts, "sent_at")
    timed = local.mutate(day=day_of(local.local_s), hour=hour_of(local.local_s))
    return timed.group_by("community_id", "account_id", "day", "hour", "kind").agg(
        posts=timed.count(),
        mentioning=timed.mentions.cast("int64").sum(),
        unread=timed.unread.cast("int64").sum(),
        named_bot=timed.named.cast("int64").min(),
        first_at=timed.sent_at.min(),
    )


def counted_hour(frame: Frame) -> Table:
    """Return member_hour without the accounts that are not counted; posts without an account stay."""
    hour, account = frame["member_hour"], frame["account"]
    return hour.anti_join(account.filter(~account.counted), ["community_id", "account_id"])


def member_day(frame: Frame) -> Table:
    """Return counted posts by community, account and local day, with the day's period."""
    hour = counted_hour(frame)
    day = hour.group_by("community_id", "account_id", "day").agg(
        posts=hour.posts.sum(), mentioning=hour.mentioning.sum(), unread=hour.unread.sum(), first_at=hour.first_at.min()
    )
    return day.inner_join(frame["calendar"], "day").select(*day.columns, "period")


def member_period(frame: Frame) -> Table:
    """Return counted posts by community, account and period."""
    day = frame["member_day"]
    return day.group_by("community_id", "account_id", "period").agg(
        posts=day.posts.sum(), mentioning=day.mentioning.sum(), unread=day.unread.sum(), days=day.count()
    )
