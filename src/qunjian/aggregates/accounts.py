"""Who an account is in a community: bot, staff, and whether it is counted."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from qunjian.engines import portable

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

STAFF_ROLES = ("owner", "admin", "staff")
# The declared heuristic for bots nobody named: an account without a stated role, which no roster calls more than a
# member, and whose every display name ends like this.
BOT_ENDINGS = ("bot", "Bot", "BOT", "机器人")


def named_like_bot(name: Any) -> Any:
    """Return whether a display name ends like a bot's."""
    return reduce(or_, [name.endswith(ending) for ending in BOT_ENDINGS])


def account(frame: Frame) -> Table:
    """Return community_id, account_id, bot, staff, counted for every account that spoke, is listed or has a role.

    What people stated (roles, then the duty table) overrides the roster's role, which overrides the heuristic.
    """
    keys = ["community_id", "account_id"]
    spoke = frame["speaker"]
    spoke = spoke.select(*keys, named=spoke.named_bot)
    listed = frame["roster"]
    listed = listed.filter(listed.account_id.notnull()).group_by(keys).agg(listed_role=listed.role.max())
    stated = frame["stated_role"]
    everyone = portable.stacked(*(table.select(keys) for table in (spoke, listed, stated))).distinct()
    known = everyone
    for table in (spoke, listed, stated):
        known = portable.with_lookup(known, table, keys)
    known = known.semi_join(frame["community"], "community_id")
    said = portable.coalesce(known.role, known.listed_role, "member")
    guessed = known.role.isnull() & (said == "member") & (portable.coalesce(known.named, 0) == 1)
    known = known.mutate(bot=(said == "bot") | guessed, staff=said.isin(STAFF_ROLES))
    choice = frame["choice"]
    chosen = known.cross_join(choice.rename(count_bots="bots", count_staff="staff"))
    counted = (~chosen.bot | chosen.count_bots) & (~chosen.staff | chosen.count_staff)
    return chosen.select(*keys, "bot", "staff", counted=counted)
