"""Finds mass messages beyond what a platform allows: more of them to one community on one local day than `per_day`.

An export does not say which message was a mass message. A text of an eligible account counts as one from the moment it
stands in at least `communities` communities on the same local day; folding and separators aside, texts are compared
whole. A finding stands at the community's copy of a mass message too many, in the order they became mass messages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from qunjian.checks.windows import eligible
from qunjian.checks.windows.contract import Found, Hit, Parameters, WindowKind, named
from qunjian.model.language import Phrase
from qunjian.text.fingerprints import same_text

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

DEFAULT_ZONE = "Asia/Shanghai"
# Two local days may overlap although their zones are a day apart.
_LONGEST = dt.timedelta(hours=52)
_READ = """
SELECT m.scope, m.message_id, m.community_id, m.sent_at, m.text FROM message m
WHERE {condition} AND length(m.text) >= {chars} ORDER BY m.sent_at, m.scope, m.message_id
"""


class MassSendParameters(Parameters):
    """More than `per_day` mass messages a day in a community; a mass message stands in at least `communities`."""

    per_day: int = Field(default=1, ge=1, le=100)
    communities: int = Field(default=3, ge=2, le=1000)
    min_chars: int = Field(default=8, ge=1)


class Copy(NamedTuple):
    """One copy of a text, the first on its local day in its community."""

    sent_at: dt.datetime
    scope: str
    message_id: str
    community_id: str


class Received(NamedTuple):
    """A copy, and the moment it was known to be of a mass message."""

    known: dt.datetime
    copy: Copy


def look_back(rule: WindowRule, context: WindowContext) -> dt.timedelta:
    """The whole local day, wherever its copies are."""
    return _LONGEST


def find(rules: Sequence[WindowRule], context: WindowContext) -> list[Found]:
    """Return the mass messages too many of each rule."""
    return [Found(rule, tuple(_excess(rule, context))) for rule in rules]


def _excess(rule: WindowRule, context: WindowContext) -> Iterator[Hit]:
    days: dict[tuple[str, dt.date], list[Received]] = {}
    for (day, _), copies in _copies(rule, context).items():
        if len(copies) >= rule.parameters.communities:
            became = copies[rule.parameters.communities - 1].sent_at
            for copy in copies:
                days.setdefault((copy.community_id, day), []).append(Received(max(became, copy.sent_at), copy))
    for received in days.values():
        received.sort()
        for place, (known, copy) in enumerate(received):
            if place >= rule.parameters.per_day and context.holds(copy.community_id, known):
                earlier = tuple(named(copy.scope, each.copy.scope, each.copy.message_id) for each in received[:place])
                yield Hit(copy.scope, copy.message_id, earlier, f"当日第 {place + 1} 条群发")


def _copies(rule: WindowRule, context: WindowContext) -> dict[tuple[dt.date, str], list[Copy]]:
    """Return for each local day and text its first copy in each community, in the order of time."""
    scope = eligible.scope(rule, context)
    read = eligible.span(context, _LONGEST).also(scope.sql, *scope.parameters)
    zones: dict[str, ZoneInfo] = {}
    found: dict[tuple[dt.date, str], dict[str, Copy]] = {}
    sql = _READ.format(condition=read.sql, chars=rule.parameters.min_chars)
    for batch in context.session.batches(sql, list(read.parameters)):
        rows = batch.to_pylist()
        for row, text in zip(rows, same_text([row["text"] for row in rows]), strict=True):
            if len(text) < rule.parameters.min_chars:
                continue
            community = row["community_id"]
            if community not in zones:
                zones[community] = ZoneInfo(context.zones.get(community) or DEFAULT_ZONE)
            day = row["sent_at"].astimezone(zones[community]).date()
            copy = Copy(row["sent_at"], row["scope"], row["message_id"], community)
            found.setdefault((day, text), {}).setdefault(community, copy)
    return {key: list(copies.values()) for key, copies in found.items()}


MASS_SENDS = WindowKind(
    "mass_sends", Phrase("群发超过次数", "Too many mass messages"), MassSendParameters, look_back, find
)
