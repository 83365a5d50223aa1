"""Finds questions to staff that no staff member answered within the duty limit, in duty time only.

The finding stands at the question and comes true at the moment the limit passes; it concerns the operator who alone
was on shift then, else nobody by name. Without a duty table, or from a source that knows neither replies nor mentions,
the rule is unknown in that community.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import Field

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, Unknown, WindowKind
from qunjian.conversations.duty import DutyCalendar, duty_calendar, overdue_at
from qunjian.conversations.knowledge import link_knowledge
from qunjian.conversations.pairing import REOPENS_AFTER, paired
from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.periods import instant, micros

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

NO_DUTY_TABLE = Phrase("没有值班表，无法判断", "unknown: no duty table")
NO_LINKS = Phrase("来源不记录回复和提及，无法判断", "unknown: the source records neither replies nor mentions")
# Staff may have answered without replying or mentioning; whoever spoke before the limit passed makes it less sure.
_UNSURE = 0.5
_FARTHEST = dt.timedelta(days=62)
_JUDGED = """
SELECT l.scope, l.message_id,
    EXISTS (SELECT 1 FROM message s JOIN window_late_staff t ON t.community_id = s.community_id
        AND t.account_id = s.account_id WHERE s.community_id = m.community_id
        AND coalesce(s.channel_id, '') = coalesce(m.channel_id, '')
        AND s.sent_at > m.sent_at AND s.sent_at <= l.overdue) AS spoke
FROM window_late l JOIN message m ON m.scope = l.scope AND m.message_id = l.message_id
WHERE {condition}
"""


class FirstResponseParameters(Parameters):
    """More than `within_seconds` seconds of duty time without a response."""

    within_seconds: int = Field(ge=60, le=86_400 * 7)


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """As far as a question may lie before the limit passes: nights, weekends and holidays without duty included."""
    return _FARTHEST


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the late and missing answers of each rule; questions are paired with responses once for all of them."""
    known, unknown = _judgeable(rules, context)
    if not known:
        return [Found(rule, (), unknown[rule.rule]) for rule in rules]
    calendar, pairs = _pairs(sorted(known), context)
    return [Found(rule, tuple(_late(rule, context, calendar, pairs)), unknown[rule.rule]) for rule in rules]


def _judgeable(rules: Sequence[WindowRule], context: WindowContext) -> tuple[set[str], dict[str, tuple[Unknown, ...]]]:
    """Return the communities where answers can be known, and for each rule those where they cannot, with the reason."""
    present = context.session.arrow("SELECT DISTINCT community_id FROM message")["community_id"].to_pylist()
    on_duty = {duty.community_id for duty in context.decisions.duties}
    why: dict[str, Phrase] = {}
    for community in present:
        knows = context.capabilities
        if community not in on_duty:
            why[community] = NO_DUTY_TABLE
        elif knows is not None and link_knowledge(knows.get(community, Capabilities())) == "no":
            why[community] = NO_LINKS
    unknown = {}
    for rule in rules:
        among = eligible.among(context, rule.communities)
        unknown[rule.rule] = tuple(
            Unknown(rule.rule, community, why[community])
            for community in sorted(why)
            if among is None or community in among
        )
    wanted = eligible.among(context, None)
    return {each for each in present if each not in why and (wanted is None or each in wanted)}, unknown


def _pairs(communities: list[str], context: WindowContext) -> tuple[DutyCalendar, list[dict[str, Any]]]:
    """Return the duty calendar of the communities and their questions."""
    span = context.session.arrow(
        "SELECT min(sent_at) AS first, max(sent_at) AS last FROM message WHERE community_id IN (SELECT unnest(?))",
        [communities],
    ).to_pylist()[0]
    first = None if context.first is None else context.first - _FARTHEST
    ends = [span["last"], *(context.observed[each] for each in communities if each in context.observed)]
    duties = [duty for duty in context.decisions.duties if duty.community_id in set(communities)]
    calendar = duty_calendar(
        duties,
        context.zones,
        max(first, span["first"]) - REOPENS_AFTER if first else span["first"],
        max(ends) + dt.timedelta(days=1),
    )
    bots = [account for account, role in context.roles.items() if role == "bot"]
    pairs = paired(context.session, calendar, context.observed, bots=bots, first=first)
    columns = ["community_id", "scope", "message_id", "clock_from", "on_duty", "waited_us"]
    return calendar, pairs.select(columns).to_pylist()


def _late(rule: WindowRule, context: WindowContext, calendar: DutyCalendar, pairs: list[dict[str, Any]]) -> list[Hit]:
    """Return the questions whose limit passed within the judged span."""
    limit = rule.parameters.within_seconds * 1_000_000
    by_community: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs:
        if pair["waited_us"] > limit:
            by_community.setdefault(pair["community_id"], []).append(pair)
    late: dict[tuple[str, str], tuple[dt.datetime, str | None]] = {}
    for community, questions in by_community.items():
        moments = overdue_at(calendar, community, [micros(each["clock_from"]) for each in questions], limit)
        for question, moment in zip(questions, moments, strict=True):
            if moment is not None and context.holds(community, instant(moment)):
                account = _account(context, community, question["on_duty"])
                late[question["scope"], question["message_id"]] = instant(moment), account
    detail = f"{rule.parameters.within_seconds} 秒内未答复"
    return [
        Hit(*key, detail=detail, confidence=_UNSURE if spoke else 1.0, account_id=late[key][1])
        for key, spoke in _in_scope(rule, context, calendar, {key: moment for key, (moment, _) in late.items()})
    ]


def _in_scope(
    rule: WindowRule, context: WindowContext, calendar: DutyCalendar, late: dict[tuple[str, str], dt.datetime]
) -> list[tuple[tuple[str, str], bool]]:
    """Return the questions the rule is about, and whether staff spoke there before the limit passed."""
    if not late:
        return []
    columns = {
        "scope": [key[0] for key in late],
        "message_id": [key[1] for key in late],
        "overdue": pa.array(late.values(), pa.timestamp("us", tz="UTC")),
    }
    eligible.register(context, "window_late", pa.table(columns))
    eligible.register(context, "window_late_staff", calendar.tenure.select(["community_id", "account_id"]))
    condition = eligible.scope(rule, context)
    rows = context.session.arrow(_JUDGED.format(condition=condition.sql), list(condition.parameters)).to_pylist()
    return [((row["scope"], row["message_id"]), row["spoke"]) for row in rows]


def _account(context: WindowContext, community: str, person: str | None) -> str | None:
    """Return the account the operator on duty uses in the community, when there is one operator and one account."""
    accounts = {
        account
        for duty in context.decisions.duties
        if duty.community_id == community and duty.person == person
        for account in duty.accounts
    }
    return accounts.pop() if person is not None and len(accounts) == 1 else None


STAFF_FIRST_RESPONSE = WindowKind(
    "staff_first_response",
    Phrase("运营未及时首次响应", "Slow first response by staff"),
    FirstResponseParameters,
    look_back,
    find,
)
