"""What the lake tells about an act: counts per document and per community, as they stand in reports and JSON."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.order import Order
from qunjian.model.capabilities import Answer, Capabilities, Field
from qunjian.text.masking import mask_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.records import Reject


class DocumentEntry(msgspec.Struct, frozen=True):
    """What is known of a document before its records are read.

    `dated`: it dates its states itself, and one without a date shall have none.
    """

    name: str
    digest: str = ""
    bytes: int = 0
    format: str = ""
    zone: str = ""
    zone_basis: str = ""
    capabilities: Capabilities = Capabilities()
    confidence: int | None = None
    doubts: tuple[str, ...] = ()
    dated: bool = False


class Reading(msgspec.Struct):
    """What reading a whole document yielded besides its rows; the parts of several slices add up.

    `capabilities`: by community, where the document itself says what its sources knew.
    """

    read: int = 0
    rejected: dict[str, int] = {}
    rejects: list[tuple[str, int, str]] = []
    cleaned: dict[str, int] = {}
    unknown_kinds: dict[str, int] = {}
    export_stamp: dt.datetime | None = None
    warnings: list[str] = []
    capabilities: dict[str, dict[Field, Answer]] = {}

    def include(
        self,
        *,
        read: int,
        rejects: Sequence[Reject] = (),
        cleaned: dict[str, int] | None = None,
        unknown_kinds: dict[str, int] | None = None,
        export_stamp: dt.datetime | None = None,
        warnings: Sequence[str] = (),
        capabilities: dict[str, dict[Field, Answer]] | None = None,
        remember: int = 100,
    ) -> None:
        """Add what one slice yielded; of a reject stay reason, place and the shape of an excerpt, never its words."""
        self.read += read
        for reject in rejects:
            self.rejected[reject.reason] = self.rejected.get(reject.reason, 0) + 1
            if len(self.rejects) < remember:
                self.rejects.append((reject.reason, reject.at, mask_shape(reject.excerpt)))
        for mine, theirs in ((self.cleaned, cleaned), (self.unknown_kinds, unknown_kinds)):
            for name, count in (theirs or {}).items():
                mine[name] = mine.get(name, 0) + count
        if export_stamp is not None:
            self.export_stamp = max(export_stamp, self.export_stamp or export_stamp)
        self.capabilities.update(capabilities or {})
        self.warnings.extend(w for w in warnings if w not in self.warnings)


class Counts(msgspec.Struct):
    """Records of a document or a community by what became of them; kept + duplicate + rejected = read.

    `edited` is the part of `kept` that is another content of a message the lake already had; `events` the part of what
    was kept or duplicate that tells of people coming and going; `listed` is beside all that: the rows of lists (roster,
    survey_answer, …).
    """

    read: int = 0
    kept: int = 0
    duplicate: int = 0
    edited: int = 0
    rejected: dict[str, int] = {}
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    events: int = 0
    listed: dict[str, int] = {}

    @property
    def fruitless(self) -> bool:
        """Return whether records were read and all were rejected, not one because its account was erased."""
        return 0 < self.read == sum(self.rejected.values()) and "erased" not in self.rejected and not self.listed

    def spans(self, first: dt.datetime | None, last: dt.datetime | None) -> None:
        """Widen the span of time to hold [first, last]."""
        if first is not None:
            self.first = min(first, self.first or first)
        if last is not None:
            self.last = max(last, self.last or last)


class DocumentCounts(msgspec.Struct):
    """One line of an import report: what became of one document."""

    document: int
    name: str
    format: str
    zone: str
    zone_basis: str
    counts: Counts
    cleaned: dict[str, int]
    unknown_kinds: dict[str, int]
    warnings: list[str]
    communities: dict[str, int]
    rejects: list[tuple[str, int, str]] = []
    digest: str = ""
    bytes: int = 0
    confidence: int | None = None
    doubts: list[str] = []
    order: Order | None = None


class Told(msgspec.Struct, omit_defaults=True):
    """What the document table keeps, as JSON, for the import report beside its other columns."""

    cleaned: dict[str, int] = {}
    unknown_kinds: dict[str, int] = {}
    confidence: int | None = None
    doubts: list[str] = []
    order: Order | None = None


class ImportCounts(msgspec.Struct):
    """The whole import: totals, per document, per community."""

    act_id: str
    total: Counts
    documents: list[DocumentCounts]
    communities: dict[str, Counts]
    warnings: list[str] = []


class UndoCounts(msgspec.Struct, frozen=True):
    """What an undo did: rows that vanished and rows other imports still claim."""

    act_id: str
    undone: str
    removed: int
    copied: int


class EraseCounts(msgspec.Struct, frozen=True):
    """What an erasure removed, and where it blotted out a trace in somebody else's rows."""

    act_id: str
    messages: int
    membership: int
    roster: int
    findings: int
    values: int
    claims: int
    blotted: int
