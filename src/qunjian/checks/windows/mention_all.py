"""Finds abuse of @所有人: more calls to everyone by one account on one local day than allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, WindowKind, named
from qunjian.model.language import Phrase
from qunjian.text.everyone import calls_everyone

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

DEFAULT_ZONE = "Asia/Shanghai"
_LONGEST_DAY = dt.timedelta(hours=26)
# A source that knows the call natively lists "<platform>:all" among the mentions.
_READ = """
SELECT m.scope, m.message_id, m.community_id, m.account_id, m.sent_at, m.text, m.platform,
       coalesce(list_contains(m.mentions, m.platform || ':all'), false) AS native
FROM message m WHERE {condition}
    AND (m.text LIKE '%@%' OR m.text LIKE '%＠%' OR m.text LIKE '%<!%'
        OR list_contains(m.mentions, m.platform || ':all'))
"""


class MentionAllParameters(Parameters):
    """More than `per_day` calls to everyone by one account on one local day of the community."""

    per_day: int = Field(ge=0, le=1000)


class Call(NamedTuple):
    """One message that calls everyone."""

    sent_at: dt.datetime
    scope: str
    message_id: str
    community_id: str
    account_id: str


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """The whole local day; none is longer than 26 hours."""
    return _LONGEST_DAY


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the excess calls of each rule."""
    return [Found(rule, tuple(_excess(rule, context))) for rule in rules]


def _excess(rule: WindowRule, context: WindowContext) -> list[Hit]:
    days: dict[tuple[str, str, dt.date], list[Call]] = {}
    zones: dict[str, ZoneInfo] = {}
    for call in sorted(_calls(rule, context)):
        if call.community_id not in zones:
            zones[call.community_id] = ZoneInfo(context.zones.get(call.community_id) or DEFAULT_ZONE)
        day = call.sent_at.astimezone(zones[call.community_id]).date()
        days.setdefault((call.community_id, call.account_id, day), []).append(call)
    allowed = rule.parameters.per_day
    return [
        Hit(
            call.scope,
            call.message_id,
            tuple(named(call.scope, each.scope, each.message_id) for each in calls[:place]),
            f"当日第 {place + 1} 次",
        )
        for calls in days.values()
        for place, call in enumerate(calls)
        if place >= allowed and context.holds(call.sent_at)
    ]


def _calls(rule: WindowRule, context: WindowContext) -> list[Call]:
    """Return the messages that call everyone in the span read: text with an @ first, verified by text/."""
    scope = eligible.scope(rule, context)
    read = eligible.span(context, _LONGEST_DAY).also(scope.sql, *scope.parameters)
    found: list[Call] = []
    for batch in context.session.batches(_READ.format(condition=read.sql), list(read.parameters)):
        calls = calls_everyone(batch.column("text"), batch.column("platform").to_pylist())
        for row, native, called in zip(batch.to_pylist(), batch.column("native").to_pylist(), calls, strict=True):
            if native or called:
                found.append(
                    Call(row["sent_at"], row["scope"], row["message_id"], row["community_id"], row["account_id"])
                )
    return found


MENTION_ALL = WindowKind("mention_all", Phrase("滥用@所有人", "Abuse of @all"), MentionAllParameters, look_back, find)
