"""Who belonged to a community on which local days, from everything that bears witness to it.

Evidence, in the order of its instants: a join or invitation (event, or the roster's join time) begins a stay; a leave
or removal (event, or the roster's leave time) ends it; being listed by a roster, or speaking, shows that one is inside.
- A stay counts from its first to its last local day, both included: one can speak on the day one joins or leaves.
- Someone first seen leaving, or listed or known by an event and never seen joining, belonged before the record began.
- Someone no roster and no event names belonged from their first post.
- A stay without an end is open where the newest complete roster lists the account, or where the account was seen after
  that roster; else it ended with the last day the account was seen.
Only communities with a complete roster have stays: without one, who was silently inside is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qunjian.aggregates.frame import EVER, NEVER
from qunjian.aggregates.localtime import day_of, placed
from qunjian.engines import portable

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

JOINED, SPOKE, LISTED, LEFT = 0, 1, 2, 3
KEYS = ("community_id", "account_id")


def evidence(frame: Frame) -> Table:
    """Return one row per account, instant and fact: community_id, account_id, at, day, fact (JOINED … LEFT)."""
    event, roster, spoke = frame["membership"], frame["roster"], frame["spoken_day"]
    found = portable.stacked(
        _witness(event.filter(event.kind.isin(("joined", "invited"))), "sent_at", JOINED),
        _witness(event.filter(event.kind.isin(("left", "kicked"))), "sent_at", LEFT),
        _witness(roster, "joined_at", JOINED),
        _witness(roster, "left_at", LEFT),
        _witness(roster.filter(roster.left_at.isnull()), "observed_at", LISTED),
        _witness(spoke, "first_at", SPOKE),
    ).distinct()
    account = frame["account"]
    found = found.anti_join(account.filter(~account.counted), KEYS)
    local = placed(frame, found, "at")
    return local.select(*KEYS, "at", "fact", day=day_of(local.local_s))


def _witness(table: Table, at: str, fact: int) -> Table:
    known = table.filter(table[at].notnull(), table.account_id.notnull())
    return known.select(*KEYS, at=known[at].cast("timestamp('UTC', 6)"), fact=portable.literal(fact, "int64"))


def stay(frame: Frame) -> Table:
    """Return community_id, account_id, first_day, last_day, and `last_before`: the last day of the stay before."""
    seen = frame["evidence"]
    listed = frame["community"].filter(frame["community"].listed)
    seen = seen.semi_join(listed, "community_id")
    seen = seen.mutate(inside=portable.when(seen.fact == LEFT, 0, 1))
    order = [seen["at"], seen.fact]
    was = portable.before(seen.inside, [seen[key] for key in KEYS], order)
    turns = seen.mutate(was=was)
    turns = turns.filter(turns.was.isnull() | (turns.was != turns.inside))
    until = portable.following(turns.day, [turns[key] for key in KEYS], [turns["at"], turns.fact])
    turns = turns.mutate(until=until)
    known = turns.inner_join(_summary(frame, seen), KEYS)
    stays = known.filter((known.inside == 1) | known.was.isnull()).select(
        *KEYS, first_day=_first_day(known), last_day=_last_day(known)
    )
    last_before = portable.before(
        stays.last_day, [stays[key] for key in KEYS], [stays.first_day, stays.last_day]
    )  # ties are equal stays: any order gives the same
    return stays.mutate(last_before=last_before)


def _summary(frame: Frame, seen: Table) -> Table:
    """Return what is known of each account: ever joined, ever named, on the newest roster, and when last seen."""
    roster = frame["roster"]
    newest = roster.filter(roster.complete).group_by("community_id").agg(newest_at=roster.observed_at.max())
    placed_roster = roster.inner_join(newest, "community_id")
    current = placed_roster.filter(placed_roster.left_at.isnull(), placed_roster.observed_at >= placed_roster.newest_at)
    current = current.select(*KEYS).distinct().mutate(current=portable.literal(1, "int64"))
    account = seen.group_by(KEYS).agg(
        joined=(seen.fact == JOINED).cast("int64").max(),
        named=(seen.fact != SPOKE).cast("int64").max(),
        seen_at=seen["at"].max(),
        seen_day=seen.day.max(),
    )
    account = account.inner_join(newest, "community_id")
    account = portable.with_lookup(account, current, KEYS)
    stays_on = portable.coalesce(account.current, 0) == 1
    return account.select(
        *KEYS, "joined", "named", "seen_day", open_end=stays_on | (account.seen_at > account.newest_at)
    )


def _first_day(known: Table) -> Any:
    unseen_arrival = known.was.isnull() & (known.joined == 0) & (known.named == 1)
    first = portable.when(unseen_arrival & (known.fact != JOINED), EVER, known.day)
    return portable.when(known.inside == 0, EVER, first).cast("int64")


def _last_day(known: Table) -> Any:
    open_end = portable.when(known.open_end, NEVER, known.seen_day)
    last = portable.coalesce(known.until, open_end)
    return portable.when(known.inside == 0, known.day, last).cast("int64")


def listed_period(frame: Frame) -> Table:
    """Return members during, at the start and at the end of each asked period, where a complete roster exists."""
    one = frame["grid"].inner_join(frame["stay"], "community_id")
    one = one.filter(one.first_day < one.after, one.last_day >= one["first"])
    at_start = (one.first_day < one["first"]) & (one.last_day >= one["first"])
    return one.group_by("slot").agg(
        members=(one.last_before.isnull() | (one.last_before < one["first"])).cast("int64").sum(),
        members_at_start=at_start.cast("int64").sum(),
        start_leavers=(at_start & (one.last_day < one.after)).cast("int64").sum(),
        members_at_end=((one.first_day < one.recorded) & (one.last_day >= one.recorded)).cast("int64").sum(),
    )


# A recorded size older than this says nothing about today.
SIZE_LASTS_DAYS = 31


def sized_period(frame: Frame) -> Table:
    """Return the newest recorded size before the start and before the end of each asked period."""
    size = placed(frame, frame["size_snapshot"], "at")
    size = size.select("community_id", "members", "at", day=day_of(size.local_s))
    grid = frame["grid"]
    start = _newest_size(grid.mutate(edge=grid["first"]), size)
    end = _newest_size(grid.mutate(edge=grid.recorded), size)
    both = portable.with_lookup(grid, start.rename(size_at_start="members"), ["slot"])
    both = portable.with_lookup(both, end.rename(size_at_end="members"), ["slot"])
    return both.select("slot", "size_at_start", "size_at_end")


def _newest_size(grid: Table, size: Table) -> Table:
    near = grid.inner_join(size, "community_id")
    near = near.filter(near.day < near.edge, near.day >= near.edge - SIZE_LASTS_DAYS)
    ranked = near.mutate(place=portable.rank([near.slot], [near["at"].desc(), near.members.desc()]))
    return ranked.filter(ranked.place == 1).select("slot", "members")
