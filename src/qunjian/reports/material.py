"""Everything a report is made of, gathered before it is built; nothing here is masked yet, and nothing is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from qunjian.assessment.compliance import Tally
from qunjian.assessment.scorecard import Scorecard
from qunjian.insight.expected import Received
from qunjian.insight.records import Anomaly, Change, Daily
from qunjian.insight.rule_health import Health
from qunjian.insight.signs.record import Sign
from qunjian.insight.starters import Starter
from qunjian.model.decisions import Decisions
from qunjian.model.language import Phrase
from qunjian.model.periods import Period
from qunjian.model.records import Finding, Value

if TYPE_CHECKING:
    from qunjian.standards.schema import Standard


class CommunityFacts(msgspec.Struct, frozen=True):
    """One community as the report names it; counts are of the period unless said otherwise."""

    community_id: str
    name: str
    platform: str
    zone: str
    type: str = ""
    registered: bool = False
    members: int | None = None
    messages: int = 0
    before: int = 0
    speakers: int | None = None
    media: int = 0
    unread_media: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    ever: int = 0
    unknowns: tuple[Phrase, ...] = ()


class Shape(msgspec.Struct, frozen=True):
    """How a community's messages of the period spread: by weekday and hour (7 × 24), by kind, and its topical words."""

    community_id: str
    hours: tuple[int, ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    words: tuple[tuple[str, int], ...] = ()


class Service(msgspec.Struct, frozen=True):
    """One person's service in one community; `shared`: others were on duty there too, so only what is theirs counts."""

    person: str
    community_id: str
    shared: bool
    values: dict[str, Value]


class SourceFile(msgspec.Struct, frozen=True):
    """One imported file: what it held, whose export it was, what was not kept."""

    act_id: str
    name: str
    format: str
    zone: str
    zone_basis: str
    imported: dt.datetime
    first: dt.datetime | None
    last: dt.datetime | None
    read: int
    kept: int
    duplicate: int
    rejected: int
    communities: tuple[str, ...] = ()
    exporter: str = ""
    warnings: tuple[str, ...] = ()


class PictureFacts(msgspec.Struct, frozen=True):
    """The pictures of a community in the period: how many, read, with codes; those not read by reason."""

    community_id: str
    pictures: int
    read: int
    with_codes: int
    text_read: int
    unread: tuple[tuple[Phrase, int], ...] = ()


class OverlapGap(msgspec.Struct, frozen=True):
    """Messages one of two overlapping exports has and the other lacks, inside the hours both cover."""

    community_id: str
    has: str
    lacks: str
    messages: int
    first: dt.datetime
    last: dt.datetime


class ContextLine(msgspec.Struct, frozen=True):
    """A message beside or at a finding, unmasked: only build() reads it."""

    message_id: str
    sent_at: dt.datetime
    account_id: str | None
    name: str
    kind: str
    text: str


class Case(msgspec.Struct, frozen=True):
    """One finding chosen to be shown, with two messages before and after where the source has them."""

    finding: Finding
    lines: tuple[ContextLine, ...]
    standing: str = "awaiting"
    silenced: Phrase | None = None
    called: tuple[str, ...] = ()
    """The members whom these messages call by name without any of them being theirs."""


class RuleFacts(msgspec.Struct, frozen=True):
    """What a report says about a rule."""

    rule: str
    name: Phrase
    severity: str
    category: str
    basis: str
    hint: Phrase = Phrase("", "")


class RulesDone(msgspec.Struct, frozen=True):
    """How each rule did on the local days [first, after): posts gone over, health by rule, hits of this period."""

    first: dt.date
    after: dt.date
    posts: int
    health: Mapping[str, Health]
    here: Mapping[str, int]


class IndicatorFacts(msgspec.Struct, frozen=True):
    """What a report says about an indicator."""

    indicator: str
    title: Phrase
    definition: Phrase
    unit: str
    direction: str
    family: str
    denominators: Phrase = Phrase("", "")


class Newer(msgspec.Struct, frozen=True):
    """A newer period left out because it holds next to nothing: its messages, and those of a usual one."""

    period: str
    messages: int
    usual: int


class Material(msgspec.Struct, frozen=True):
    """All that `build` needs, already counted and scored."""

    period: Period
    zone: str
    now: dt.datetime
    standard: Standard
    version: str
    decisions: Decisions
    communities: tuple[CommunityFacts, ...]
    values: tuple[Value, ...] = ()
    before: tuple[Value, ...] = ()
    daily: tuple[Daily, ...] = ()
    scorecards: tuple[Scorecard, ...] = ()
    operators: tuple[Scorecard, ...] = ()
    changes: tuple[Change, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    counts: tuple[Tally, ...] = ()
    cases: tuple[Case, ...] = ()
    shapes: tuple[Shape, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    indicators: tuple[IndicatorFacts, ...] = ()
    files: tuple[SourceFile, ...] = ()
    gaps: tuple[OverlapGap, ...] = ()
    signs: tuple[Sign, ...] = ()
    unfinished: bool = False
    inspected: bool = True
    services: tuple[Service, ...] = ()
    received: Mapping[str, Received] = {}
    starters: tuple[Starter, ...] = ()
    starters_first: dt.date | None = None
    pictures: tuple[PictureFacts, ...] = ()
    newer: Newer | None = None
    rules_done: RulesDone | None = None
    run: str | None = None
    pseudonymous: bool = False
    """Whether persons and groups bear pseudonyms already: they are shown as they stand, everybody else is masked."""
