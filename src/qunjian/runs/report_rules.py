"""Gathers how each rule did over the weeks a report looks back on, from the findings its inspection left."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.insight.rule_health import Observed, Place, Verdicts, health
from qunjian.reports.material import RulesDone
from qunjian.runs.report_facts import fetched, span_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.engines.local import Session
    from qunjian.insight.records import Daily
    from qunjian.model.decisions import Review
    from qunjian.model.periods import Period
    from qunjian.model.records import Act
    from qunjian.standards.rules import Rule

WEEKS = 12
_TEXTS = frozenset(("text", "link"))


class _Done(msgspec.Struct):
    """What one rule did: places, accounts, local days, and what people said of it."""

    places: set[Place] = msgspec.field(default_factory=set)
    accounts: set[str] = msgspec.field(default_factory=set)
    days: Counter[dt.date] = msgspec.field(default_factory=Counter)
    said: Counter[str] = msgspec.field(default_factory=Counter)


def read_rules_done(
    session: Session,
    act: Act | None,
    rules: Sequence[Rule],
    reviews: Sequence[Review],
    daily: Sequence[Daily],
    zones: Mapping[str, str],
    tags: Mapping[str, Sequence[str]],
    period: Period,
) -> RulesDone | None:
    """Return how the rules of an inspection did in the weeks up to the period's end that it covers; None: no act."""
    if act is None:
        return None
    named = act.parameters.get("communities")
    communities = {name: zone for name, zone in zones.items() if not isinstance(named, list) or name in named}
    first, after = _covered(act, period)
    spans = span_table(communities, first, after)
    done = _read(session, act, reviews, spans)
    posts = _posts(daily, communities, first, after)
    everywhere: Counter[dt.date] = Counter()
    for counts in posts.values():
        everywhere.update(counts)
    each_posts = {name: counts.total() for name, counts in posts.items()}
    observed = {}
    for rule in (rule for rule in rules if not rule.is_question):
        own = done.get(rule.id, _Done())
        wanted = set(rule.scope.tags)
        chosen = (name for name in each_posts if not wanted or not wanted.isdisjoint(tags.get(name, ())))
        read = sum(each_posts[name] for name in chosen)
        observed[rule.id] = Observed(
            frozenset(own.places), len(own.accounts), own.days, read if _TEXTS & set(rule.scope.kinds) else 0,
            Verdicts(own.said["confirmed"], own.said["refuted"], own.said["unsure"]),
        )  # fmt: skip
    here = {
        name: sum(count for day, count in done[name].days.items() if period.first <= day < period.after)
        for name in observed
        if name in done
    }
    return RulesDone(first, after, everywhere.total(), health(observed, everywhere), here)


def _covered(act: Act, period: Period) -> tuple[dt.date, dt.date]:
    """Return the days of the look-back that lie within the span of the inspection."""
    first = period.first - dt.timedelta(weeks=WEEKS)
    if begins := act.parameters.get("first"):
        first = max(first, dt.datetime.fromisoformat(str(begins)).date())
    return min(first, period.first), period.after


def _read(session: Session, act: Act, reviews: Sequence[Review], spans: pa.Table) -> dict[str, _Done]:
    last = {each.finding_id: each.verdict for each in sorted(reviews, key=lambda each: each.at)}
    session.connection.register("rules_span", spans)
    rows = fetched(
        session,
        """SELECT f.rule, f.scope, f.message_id, f.finding_id, f.account_id,
                  make_timestamp(epoch_us(f.sent_at) + s.shift)::DATE
           FROM finding f JOIN rules_span s USING (community_id)
           WHERE f.act_id = $1 AND f.sent_at >= s.starts AND f.sent_at < s.ends ORDER BY ALL""",
        [act.act_id],
    )
    session.connection.unregister("rules_span")
    done: defaultdict[str, _Done] = defaultdict(_Done)
    said: dict[tuple[str, Place], str] = {}
    for rule, scope, message, finding, account, day in rows:
        own, place = done[rule], (scope, message)
        if place not in own.places:
            own.places.add(place)
            own.days[day] += 1
        if account:
            own.accounts.add(account)
        if finding in last:
            said[rule, place] = last[finding]
    for (rule, _), verdict in said.items():
        done[rule].said[verdict] += 1
    return dict(done)


def _posts(
    daily: Sequence[Daily], communities: Mapping[str, str], first: dt.date, after: dt.date
) -> dict[str, Counter[dt.date]]:
    """Return the posts of each community by local day, of the days looked at."""
    found: dict[str, Counter[dt.date]] = {}
    for series in daily:
        if series.measure != "posts" or series.community_id not in communities:
            continue
        own = found.setdefault(series.community_id, Counter())
        for nth, count in enumerate(series.counts.tolist()):
            day = series.first + dt.timedelta(days=nth)
            if count and first <= day < after:
                own[day] += count
    return found
