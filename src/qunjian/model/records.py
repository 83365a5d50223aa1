"""Records that pass between rooms: acts, rejects, indicator values and findings as single values."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from qunjian.model.language import Phrase

Severity = Literal["critical", "major", "minor", "notice"]
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor", "notice")
SEVERITY_TITLES: dict[str, Phrase] = {
    "critical": Phrase("致命", "critical"),
    "major": Phrase("严重", "major"),
    "minor": Phrase("一般", "minor"),
    "notice": Phrase("提示", "notice"),
}
ActKind = Literal["import", "inspect", "fill", "undo", "erase", "compact"]

# The reason of a whole file that could not be read on: counted as one rejected record.
UNREADABLE_FILE = "unreadable_file"


class Reject(msgspec.Struct, frozen=True):
    """One record that could not be read: `reason` is a stable code, `at` a line or record number (1-based)."""

    reason: str
    at: int
    excerpt: str = ""


class Act(msgspec.Struct, frozen=True):
    """One writing act: it is visible from the moment its row stands in the act table until another act hides it."""

    act_id: str
    kind: ActKind
    at: dt.datetime
    parameters: dict[str, object] = {}
    counts: dict[str, object] = {}
    hides: tuple[str, ...] = ()


class Value(msgspec.Struct, frozen=True):
    """One indicator value: a row of INDICATOR_VALUE; `unknown` says why there is none."""

    indicator: str
    community_id: str
    by: str
    period: str
    starts: dt.datetime
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    unknown: str | None = None
    unfinished: bool = False
    account_id: str | None = None
    part: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """One finding: a row of FINDING; `spans` are half-open code-point offsets in the original text."""

    finding_id: str
    standard: str
    version: str
    rule: str
    severity: Severity
    category: str
    check: str
    scope: str
    message_id: str
    content_hash: bytes
    platform: str
    community_id: str
    channel_id: str | None
    account_id: str | None
    sent_at: dt.datetime
    spans: tuple[tuple[int, int], ...] = ()
    transformations: tuple[str, ...] = ()
    confidence: float = 1.0
    basis: str = ""
    hint: str = ""
    related: tuple[str, ...] = ()
    detail: str = ""
