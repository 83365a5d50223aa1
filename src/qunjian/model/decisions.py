"""What people decide, as immutable records: the engine takes them as arguments and never changes them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec


class Shift(msgspec.Struct, frozen=True):
    """When an operator is on duty: ISO weekdays (1 Monday … 7 Sunday) and local wall times; end > start."""

    weekdays: tuple[int, ...]
    starts: dt.time
    ends: dt.time


class Duty(msgspec.Struct, frozen=True):
    """Who is responsible for a community: the accounts they use there, from/to (inclusive local days), shifts.

    No shift means: on duty at all times. `person` is the operator's name or staff number.
    """

    community_id: str
    person: str
    accounts: tuple[str, ...]
    starts: dt.date | None = None
    ends: dt.date | None = None
    shifts: tuple[Shift, ...] = ()


class Registered(msgspec.Struct, frozen=True):
    """One community the team says it runs: type, purpose, tags, expected size, who exports and how often."""

    community_id: str
    name: str = ""
    type: str = ""
    purpose: str = ""
    tags: tuple[str, ...] = ()
    size: int | None = None
    exporter: str = ""
    every_days: int | None = None


class Role(msgspec.Struct, frozen=True):
    """An account's role as a person stated it; it overrides what exports say."""

    community_id: str
    account_id: str
    role: str


class Silence(msgspec.Struct, frozen=True):
    """Findings of a rule put aside in a scope, with reason, owner and expiry; shown as silenced, never hidden."""

    rule: str
    reason: str
    owner: str
    expires: dt.date
    community_id: str | None = None
    account_id: str | None = None


class StandardInForce(msgspec.Struct, frozen=True):
    """Which version of a standard is in force from a local day on.

    `content`: the digest of the published file that holds it; without one the standard is found by its name.
    """

    standard: str
    version: str
    starts: dt.date
    content: str = ""


class Announcement(msgspec.Struct, frozen=True):
    """The standard was announced to a person on that day: their scores start no earlier.

    `version`: the version that was announced; without one, whichever there is.
    """

    standard: str
    person: str
    on: dt.date
    version: str = ""


class Review(msgspec.Struct, frozen=True):
    """A person's verdict on a finding: confirmed, refuted or unsure."""

    finding_id: str
    verdict: str
    reviewer: str
    at: dt.datetime
    note: str = ""


class Identity(msgspec.Struct, frozen=True):
    """A decision about two accounts: one person (accept), not one (refuse), or an earlier decision taken back (undo).

    `of` names the decision an undo takes back. `evidence` are kinds only: the log holds nothing that was said.
    """

    id: str
    act: Literal["accept", "refuse", "undo"]
    at: dt.datetime
    by: str = ""
    accounts: tuple[str, ...] = ()
    of: str = ""
    strength: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


class Decisions(msgspec.Struct, frozen=True):
    """All decisions of a workspace that the engine needs."""

    duties: tuple[Duty, ...] = ()
    register: tuple[Registered, ...] = ()
    roles: tuple[Role, ...] = ()
    silences: tuple[Silence, ...] = ()
    in_force: tuple[StandardInForce, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    reviews: tuple[Review, ...] = ()
    identities: tuple[Identity, ...] = ()

    def verdicts(self) -> dict[str, str]:
        """Return the standing verdict of each finding: the last one, in time and then as written."""
        return {each.finding_id: each.verdict for each in sorted(self.reviews, key=lambda each: each.at)}
