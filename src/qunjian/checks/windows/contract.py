"""What a window check is: it sees many messages at once and reads back a declared span before those it judges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Decisions
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    import pyarrow as pa
    from pydantic import BaseModel

    from qunjian.engines.local import Session
    from qunjian.model.records import Severity


class WindowRule(msgspec.Struct, frozen=True):
    """A rule whose detection is a window check, with what its findings repeat and the scope it applies to.

    `parameters` is the value of the kind's own `Parameters` model. `communities`: None means all.
    """

    rule: str
    severity: Severity
    category: str
    kind: str
    parameters: Any
    basis: str = ""
    hint: str = ""
    kinds: tuple[str, ...] = ()
    exempt_roles: tuple[str, ...] = ()
    communities: tuple[str, ...] | None = None


class WindowContext(msgspec.Struct, frozen=True):
    """What every window check of one run shares: the messages sent in [first, after) are judged (None: no bound).

    zones: each community's IANA zone. capabilities: each community's merged capabilities. roles: (community_id,
    account_id) → role, decisions before rosters. observed: each community's end of observation.
    """

    session: Session
    standard: str
    version: str
    first: dt.datetime | None = None
    after: dt.datetime | None = None
    communities: tuple[str, ...] | None = None
    zones: dict[str, str] = {}
    capabilities: dict[str, Capabilities] = {}
    roles: dict[tuple[str, str], str] = {}
    decisions: Decisions = Decisions()
    observed: dict[str, dt.datetime] = {}


class Unknown(msgspec.Struct, frozen=True):
    """A rule that could not be judged in a community, and why: it stands in coverage, never as zero findings."""

    rule: str
    community_id: str
    why: Phrase


class WindowReport(msgspec.Struct, frozen=True):
    """What window checks found: rows of model.schemas.FINDING, and what they could not judge."""

    findings: pa.Table
    unknown: tuple[Unknown, ...] = ()


class WindowCheck(Protocol):
    """One kind of window check; findings depend only on messages at most `look_back` older than the judged span."""

    kind: str
    title: Phrase
    parameters: type[BaseModel]

    def look_back(self, rule: WindowRule, context: WindowContext) -> dt.timedelta: ...

    def find(self, rule: WindowRule, context: WindowContext) -> WindowReport: ...
