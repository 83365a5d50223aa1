"""Answers what a hit's conditions ask of earlier messages; each looks back only, so that later ones change nothing."""

from __future__ import annotations

import bisect
import datetime as dt
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qunjian.checks.windows.contract import WindowContext

_MOST_RELATED = 50
Answer = tuple[bool, tuple[str, ...]]
_NO: Answer = (False, ())
# Messages of one place from the later of two moments to the hit, the hit's own included.
_BETWEEN = """
SELECT p.place, count(*) AS messages FROM window_pair p JOIN message m
    ON m.community_id = p.community_id {same}
    AND m.sent_at BETWEEN p.first AND p.sent_at AND m.kind NOT IN ('system', 'recall')
    AND (m.sent_at, m.scope, m.message_id) <= (p.sent_at, p.scope, p.message_id)
    {after}
GROUP BY p.place
"""
_AFTER = "AND (m.sent_at, m.scope, m.message_id) > (p.first, p.first_scope, p.first_id)"
_JOINS = "SELECT community_id, account_id, sent_at AS joined FROM membership WHERE kind IN ('joined', 'invited')"
_ROSTERED = "SELECT community_id, account_id, joined_at AS joined FROM roster WHERE joined_at IS NOT NULL"
_JOINED = "SELECT DISTINCT * FROM ({sources}) SEMI JOIN window_joiner USING (community_id, account_id) ORDER BY joined"
_SAME_ACCOUNT = "AND m.account_id = p.account_id"
_SAME_CHANNEL = "AND m.channel_id IS NOT DISTINCT FROM p.channel_id"


class Candidate(msgspec.Struct, frozen=True):
    """One message in which a rule's words were hit."""

    scope: str
    message_id: str
    community_id: str
    channel_id: str | None
    account_id: str | None
    sent_at: dt.datetime
    print: bytes
    hits: bytes

    @property
    def key(self) -> tuple[dt.datetime, str, str]:
        """Return its place in the order of time."""
        return self.sent_at, self.scope, self.message_id


def answers(
    name: str, value: Any, candidates: Sequence[Candidate], near: Sequence[Candidate], context: WindowContext
) -> list[Answer]:
    """Return for each candidate (in the order of time) whether a condition holds, and the messages that make it so."""
    if name == "near":
        return _near(value, candidates, near, context)
    return _ANSWERED[name](value, candidates, context)


def unknown_in(community: str, asked: Sequence[tuple[str, Any]], context: WindowContext) -> bool:
    """Return whether the sources of a community cannot tell what is asked: who joined when."""
    if context.capabilities is None or not any(name == "first_after_joining" for name, _ in asked):
        return False
    known = context.capabilities.get(community)
    return known is None or known.knows("joins") == "no"


def _sender(value: Any, candidates: Sequence[Candidate], context: WindowContext) -> list[Answer]:
    first = [each.sent_at - dt.timedelta(minutes=value.within_minutes) for each in candidates]
    counts = _counted(candidates, first, None, _SAME_ACCOUNT, context)
    return [(counts.get(place, 0) >= value.messages, ()) for place in range(len(candidates))]


def _near(
    value: Any, candidates: Sequence[Candidate], near: Sequence[Candidate], context: WindowContext
) -> list[Answer]:
    """The newest of what stands near, the hit's own message included, not more than so many messages before."""
    own = value.by == "sender"
    same = f"{_SAME_CHANNEL} {_SAME_ACCOUNT}" if own else _SAME_CHANNEL
    by_place: dict[tuple[str | None, ...], list[Candidate]] = {}
    for each in sorted(near, key=lambda each: each.key):
        by_place.setdefault(_where(each, own), []).append(each)
    window = dt.timedelta(minutes=value.within_minutes)
    pairs: dict[int, Candidate] = {}
    for place, each in enumerate(candidates):
        there = by_place.get(_where(each, own), [])
        index = bisect.bisect_right(there, each.key, key=lambda other: other.key)
        if index and each.sent_at - there[index - 1].sent_at <= window and (each.account_id or not own):
            pairs[place] = there[index - 1]
    chosen = [candidates[place] for place in pairs]
    counts = _counted(chosen, [each.sent_at for each in pairs.values()], list(pairs.values()), same, context)
    found = [_NO] * len(candidates)
    for nth, (place, other) in enumerate(pairs.items()):
        if counts.get(nth, 0) <= value.messages:
            each = candidates[place]
            itself = other.key == each.key
            found[place] = True, () if itself else (named(each.scope, other.scope, other.message_id),)
    return found


def _where(each: Candidate, own: bool) -> tuple[str | None, ...]:
    return (each.community_id, each.channel_id, each.account_id) if own else (each.community_id, each.channel_id)


def _count(value: Any, candidates: Sequence[Candidate], context: WindowContext) -> list[Answer]:
    """So many hits of the rule, this one counted."""

    def group(each: Candidate) -> tuple[str | None, ...] | None:
        if value.by != "sender":
            return (each.community_id,)
        return (each.community_id, each.account_id) if each.account_id else None

    def holds(seen: deque[Candidate]) -> bool:
        return len(seen) >= int(value.hits)

    return _within(candidates, value.within_minutes, group, holds)


def _spread(value: Any, candidates: Sequence[Candidate], context: WindowContext) -> list[Answer]:
    """Hits in so many communities, by one account or in one text."""

    def group(each: Candidate) -> tuple[object, ...] | None:
        if value.of == "text":
            return (each.print,)
        return (each.account_id,) if each.account_id else None

    def holds(seen: deque[Candidate]) -> bool:
        return len(Counter(each.community_id for each in seen)) >= int(value.communities)

    return _within(candidates, value.within_minutes, group, holds)


def _within(
    candidates: Sequence[Candidate],
    minutes: int,
    group: Callable[[Candidate], tuple[object, ...] | None],
    holds: Callable[[deque[Candidate]], bool],
) -> list[Answer]:
    window = dt.timedelta(minutes=minutes)
    groups: dict[tuple[object, ...], deque[Candidate]] = {}
    found: list[Answer] = []
    for each in candidates:
        name = group(each)
        if name is None:
            found.append(_NO)
            continue
        seen = groups.setdefault(name, deque())
        seen.append(each)
        while each.sent_at - seen[0].sent_at > window:
            seen.popleft()
        if holds(seen):
            earlier = [other for other in seen if other is not each][-_MOST_RELATED:]
            found.append((True, tuple(named(each.scope, other.scope, other.message_id) for other in earlier)))
        else:
            found.append(_NO)
    return found


def _first_after_joining(value: Any, candidates: Sequence[Candidate], context: WindowContext) -> list[Answer]:
    """The sender's first messages since the newest joining known, which is not long ago."""
    window = dt.timedelta(hours=value.within_hours)
    joins = _joins(candidates, context)
    since: dict[int, dt.datetime] = {}
    for place, each in enumerate(candidates):
        times = joins.get((each.community_id, each.account_id or ""), [])
        index = bisect.bisect_right(times, each.sent_at)
        if index and each.sent_at - times[index - 1] <= window:
            since[place] = times[index - 1]
    counts = _counted([candidates[place] for place in since], list(since.values()), None, _SAME_ACCOUNT, context)
    found = [_NO] * len(candidates)
    for nth, place in enumerate(since):
        found[place] = counts.get(nth, 0) <= value.messages, ()
    return found


def _joins(candidates: Sequence[Candidate], context: WindowContext) -> dict[tuple[str, str], list[dt.datetime]]:
    """Return when the candidates' accounts joined, by event or roster, in order."""
    there = context.session.arrow("SELECT DISTINCT table_name AS name FROM information_schema.tables")[
        "name"
    ].to_pylist()
    sources = [sql for name, sql in (("membership", _JOINS), ("roster", _ROSTERED)) if name in there]
    if not sources or not candidates:
        return {}
    accounts = sorted({(each.community_id, each.account_id) for each in candidates if each.account_id})
    columns = {"community_id": [each[0] for each in accounts], "account_id": [each[1] for each in accounts]}
    eligible.register(context, "window_joiner", pa.table(columns, pa.schema([(n, pa.string()) for n in columns])))
    rows = context.session.arrow(_JOINED.format(sources=" UNION ALL ".join(sources)))
    found: dict[tuple[str, str], list[dt.datetime]] = {}
    for community, account, joined in zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True):
        found.setdefault((community, account), []).append(joined)
    return found


def _counted(
    candidates: Sequence[Candidate],
    first: Sequence[dt.datetime],
    after: Sequence[Candidate] | None,
    same: str,
    context: WindowContext,
) -> dict[int, int]:
    """Return by place how many messages there are from `first` (or after the message `after`) to each candidate."""
    if not candidates:
        return {}
    moment = pa.timestamp("us", tz="UTC")
    pairs = pa.table({
        "place": pa.array(range(len(candidates)), pa.int64()),
        "community_id": pa.array([each.community_id for each in candidates], pa.string()),
        "channel_id": pa.array([each.channel_id for each in candidates], pa.string()),
        "account_id": pa.array([each.account_id for each in candidates], pa.string()),
        "scope": pa.array([each.scope for each in candidates], pa.string()),
        "message_id": pa.array([each.message_id for each in candidates], pa.string()),
        "sent_at": pa.array([each.sent_at for each in candidates], moment),
        "first": pa.array(list(first), moment),
        "first_scope": pa.array([each.scope for each in after or candidates], pa.string()),
        "first_id": pa.array([each.message_id for each in after or candidates], pa.string()),
    })  # fmt: skip
    eligible.register(context, "window_pair", pairs)
    rows = context.session.arrow(_BETWEEN.format(same=same, after=_AFTER if after is not None else ""))
    return dict(zip(rows["place"].to_pylist(), rows["messages"].to_pylist(), strict=True))


_ANSWERED: dict[str, Callable[[Any, Sequence[Candidate], WindowContext], list[Answer]]] = {
    "sender": _sender,
    "count": _count,
    "spread": _spread,
    "first_after_joining": _first_after_joining,
}
