"""Posts added up by account: near the asked periods per local hour and kind, day and period; ever, only the first."""

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


def speaker(frame: Frame) -> Table:
    """Return every account that ever posted: when first, and whether its every display name was like a bot's."""
    message = frame["message"]
    posts = message.filter(message.kind.notin(NOTICES), message.account_id.notnull())
    posts = posts.select(
        "community_id", "account_id", "sent_at", named=portable.coalesce(named_like_bot(posts.name_then), False)
    )
    return posts.group_by("community_id", "account_id").agg(
        first_at=posts.sent_at.min(), named_bot=posts.named.cast("int64").min()
    )


def member_hour(frame: Frame) -> Table:
    """Return recent posts by community, account (null where unknown), local day, hour and kind, everyone's."""
    message = frame["recent"]
    posts = message.filter(message.kind.notin(NOTICES)).select(
        "community_id", "account_id", "kind", "sent_at",
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
    )


def counted_hour(frame: Frame) -> Table:
    """Return member_hour without the accounts that are not counted; posts without an account stay."""
    hour, account = frame["member_hour"], frame["account"]
    return hour.anti_join(account.filter(~account.counted), ["community_id", "account_id"])


def member_day(frame: Frame) -> Table:
    """Return counted posts by community, account and local day, with the day's period."""
    hour = counted_hour(frame)
    day = hour.group_by("community_id", "account_id", "day").agg(
        posts=hour.posts.sum(), mentioning=hour.mentioning.sum(), unread=hour.unread.sum()
    )
    return day.inner_join(frame["calendar"], "day").select(*day.columns, "period")


def member_period(frame: Frame) -> Table:
    """Return counted posts by community, account and period."""
    day = frame["member_day"]
    return day.group_by("community_id", "account_id", "period").agg(
        posts=day.posts.sum(), mentioning=day.mentioning.sum(), unread=day.unread.sum(), days=day.count()
    )


def debut(frame: Frame) -> Table:
    """Return the local day and the period of the first post ever of each counted account."""
    account, first = frame["account"], frame["speaker"]
    first = first.anti_join(account.filter(~account.counted), ["community_id", "account_id"])
    local = placed(frame, first, "first_at")
    dated = local.mutate(day=day_of(local.local_s)).inner_join(frame["calendar"], "day")
    return dated.select("community_id", "account_id", "day", "period")


def spoken_day(frame: Frame) -> Table:
    """Return the first post of each account and local day, in communities whose members a roster lists."""
    message, community = frame["message"], frame["community"]
    posts = message.filter(message.kind.notin(NOTICES), message.account_id.notnull())
    posts = posts.select("community_id", "account_id", "sent_at").semi_join(
        community.filter(community.listed), "community_id"
    )
    local = placed(frame, posts, "sent_at")
    timed = local.mutate(day=day_of(local.local_s))
    return timed.group_by("community_id", "account_id", "day").agg(first_at=timed.sent_at.min())
