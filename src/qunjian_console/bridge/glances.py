"""Looks at files before they are imported: what each is taken for, what it tells of, and its first rows, masked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.runs.importing import Wish
from qunjian.runs.previewing import Looking, Preview
from qunjian.sources.decisions import table_kind
from qunjian.sources.finding import NOT_NAMES, NOT_TEXT
from qunjian.text.masking import mask_account, mask_name, mask_shape, mask_text
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.sources.document import Document

MOST_DOCUMENTS = 20
__all__ = ["NOT_NAMES", "NOT_TEXT", "Glance", "Looker", "Manner", "Seen"]


class Manner(msgspec.Struct, frozen=True):
    """How files are to be read; empty: as they are found to be."""

    forced: str = ""
    community: str = ""
    zone: str = ""
    me: str = ""

    def wish(self, paths: tuple[Path, ...]) -> Wish:
        """Return the wish an import of these files would be."""
        return Wish(
            paths, self.forced.removeprefix("mapping:") or None, self.community or None, self.zone or None,
            me=self.me or None,
        )  # fmt: skip


class Seen(msgspec.Struct, frozen=True):
    """What a look at the beginning of one document showed: counts and ids, no words."""

    name: str
    format: str
    confidence: int = 0
    ignored: bool = False
    zone: str = ""
    zone_basis: str = ""
    doubts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    messages: int = 0
    events: int = 0
    listed: int = 0
    rejected: dict[str, int] = {}
    communities: dict[str, str] = {}
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    refused: str = ""


class Glance(msgspec.Struct, frozen=True):
    """What one file is: the documents it holds, the first of them seen; or a table of decisions.

    `earlier`: the import that brought the same bytes before, and under which name.
    """

    documents: int = 0
    seen: tuple[Seen, ...] = ()
    table: str = ""
    earlier: str = ""
    earlier_name: str = ""


class Row(msgspec.Struct, frozen=True):
    """One parsed row as a person checks it, names, ids and numbers masked."""

    at: str
    who: str
    kind: str
    text: str


class Rejected(msgspec.Struct, frozen=True):
    """One refused record: why, where, and the shape of it."""

    reason: str
    at: int
    shape: str


class Sample(msgspec.Struct, frozen=True):
    """One document with its first rows and rejects."""

    seen: Seen
    rows: tuple[Row, ...]
    rejects: tuple[Rejected, ...]


class Looker:
    """Looks at the files of one upload, each with everything that lies beside it."""

    def __init__(self, paths: tuple[Path, ...], manner: Manner) -> None:
        self._looking = Looking(workspace(), manner.wish(paths), quick=True)
        self._by_file: dict[str, list[Document]] = {}
        for document in self._looking.documents:
            self._by_file.setdefault(document.archive or document.path, []).append(document)

    def glance(self, path: Path) -> Glance:
        """Return what a file is."""
        kind = table_kind(path)
        if kind is not None:
            return Glance(table=kind)
        documents = self._of(path)
        seen = tuple(_seen(self._looking.attempt(one, 0)) for one in documents[:MOST_DOCUMENTS])
        return Glance(len(documents), seen)

    def sample(self, path: Path, rows: int = 20) -> list[Sample]:
        """Return the first documents of a file with their first rows."""
        return [sample_of(self._looking.attempt(one, rows)) for one in self._of(path)[:5]]

    def _of(self, path: Path) -> list[Document]:
        return self._by_file.get(str(path.resolve()), [])


def _seen(one: Preview) -> Seen:
    return Seen(
        one.name, one.format, one.confidence, one.role == "ignored", one.zone, one.zone_basis, tuple(one.doubts),
        tuple(one.warnings), one.message_count, one.event_count, one.listed, one.rejected,
        dict(sorted(one.communities.items())[:50]), one.first, one.last, one.refused,
    )  # fmt: skip


def sample_of(one: Preview, *, plain: bool = False) -> Sample:
    """Return a preview as a page shows it, masked unless `plain`."""
    zone = ZoneInfo(one.zone or "UTC")
    told = sorted((*one.messages, *one.membership), key=lambda row: str(row.get("sent_at", "")))
    rejects = (
        Rejected(str(each["reason"]), int(str(each["at"])), _shape(str(each["excerpt"]), plain)) for each in one.rejects
    )
    return Sample(_seen(one), tuple(_row(row, zone, plain) for row in told), tuple(rejects))


def _shape(text: str, plain: bool) -> str:
    return (text if plain else mask_shape(text))[:120]


def _row(row: dict[str, object], zone: ZoneInfo, plain: bool) -> Row:
    at = row.get("sent_at")
    local = f"{dt.datetime.fromisoformat(str(at)).astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""
    name, account = str(row.get("name_then") or ""), str(row.get("account_id") or "")
    text = str(row.get("text") or row.get("detail") or "")
    if plain:
        return Row(local, name or account, str(row.get("kind") or ""), text[:300])
    who = mask_name(name) if name else mask_account(account)
    return Row(local, who, str(row.get("kind") or ""), mask_text(text)[:300])
