"""What a window check is: it sees many messages at once and reads back a declared span before those it judges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import BaseModel, ConfigDict

from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Decisions
from qunjian.model.language import Phrase
from qunjian.model.periods import Span
from qunjian.model.records import Severity

if TYPE_CHECKING:
    import pyarrow as pa

    from qunjian.checks.windows.gathering import Gathered, Gatherer
    from qunjian.engines.local import Session


class Parameters(BaseModel):
    """What a rule file may say to a window check: nothing unknown, nothing guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class WindowRule(msgspec.Struct, frozen=True):
    """A rule whose detection is a window check, with what its findings repeat and the scope it applies to.

    `parameters` is a value of the kind's own model. `roles`: those it is for (none: all); an account of unknown role
    is a member. `kinds`: of message (none: all that people send). `communities`: None means all. `check`: the kind of
    check findings name, if not `kind`.
    """

    rule: str
    severity: Severity
    category: str
    kind: str
    parameters: Any
    basis: str = ""
    hint: str = ""
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    exempt_roles: tuple[str, ...] = ()
    communities: tuple[str, ...] | None = None
    check: str = ""


class WindowContext(msgspec.Struct, frozen=True):
    """What every window check of one run shares: findings that came true in [first, after) are wanted (None: no bound).

    spans: the bounds of a community of its own, within [first, after): its days begin and end by its own zone.
    zones: each community's IANA zone. capabilities: each community's merged capabilities (a missing community knows
    nothing; None: all sources know everything). roles: (community_id, account_id) → role, decisions before rosters.
    observed: each community's end of observation. gathered: what the message checks' pass took from the texts (None:
    the window checks read the texts themselves).
    """

    session: Session
    standard: str
    version: str
    first: dt.datetime | None = None
    after: dt.datetime | None = None
    communities: tuple[str, ...] | None = None
    zones: dict[str, str] = {}
    capabilities: dict[str, Capabilities] | None = None
    roles: dict[tuple[str, str], str] = {}
    decisions: Decisions = Decisions()
    observed: dict[str, dt.datetime] = {}
    gathered: Gathered | None = None
    spans: dict[str, Span] = {}

    def holds(self, community_id: str, moment: dt.datetime) -> bool:
        """Return whether what came true at that moment in that community is wanted from this run."""
        first, after = self.spans.get(community_id, (self.first, self.after))
        return (first is None or moment >= first) and (after is None or moment < after)


# The account a finding concerns, unless a check says otherwise.
SENDER = "(sender)"


class Hit(msgspec.Struct, frozen=True):
    """One message that breaks a window rule; `related`: the earlier messages that make it one, oldest first.

    `account_id`: whom the finding concerns; None where that is not known. A related message of another scope is
    written `scope#message_id`, one of the same scope by its message_id alone.
    """

    scope: str
    message_id: str
    related: tuple[str, ...] = ()
    detail: str = ""
    confidence: float = 1.0
    account_id: str | None = SENDER
    spans: tuple[tuple[int, int], ...] = ()
    transformations: tuple[str, ...] = ()


def named(home: str, scope: str, message_id: str) -> str:
    """Return how a finding in scope `home` names a message."""
    return message_id if scope == home else f"{scope}#{message_id}"


class Unknown(msgspec.Struct, frozen=True):
    """A rule that could not be judged in a community, and why: it stands in coverage, never as zero findings."""

    rule: str
    community_id: str
    why: Phrase


class WindowReport(msgspec.Struct, frozen=True):
    """What window checks found: rows of model.schemas.FINDING, and what they could not judge."""

    findings: pa.Table
    unknown: tuple[Unknown, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What one kind made of one rule."""

    rule: WindowRule
    hits: tuple[Hit, ...]
    unknown: tuple[Unknown, ...] = ()


class WindowKind(msgspec.Struct, frozen=True):
    """One kind of window check. `find` gets all rules of the kinds that share it, so that they share their reading.

    Findings depend only on messages at most `look_back` older than the moment they came true. A kind that reads texts
    may `gather` what it needs while the message checks read them.
    """

    name: str
    title: Phrase
    parameters: type[Parameters]
    look_back: Callable[[WindowRule, WindowContext], dt.timedelta]
    find: Callable[[Sequence[WindowRule], WindowContext], list[Found]]
    gather: Callable[[Sequence[WindowRule]], Gatherer] | None = None
