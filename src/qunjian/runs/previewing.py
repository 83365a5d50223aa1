"""Looks at documents before they are imported: what each is taken for, its first rows, its rejects and doubts."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import QunjianError
from qunjian.runs.importing import options_of, own_mappings
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Failure, Task
from qunjian.sources.registry import Detector, run_task, tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from qunjian.runs.importing import Wish
    from qunjian.sources.document import Document
    from qunjian.sources.reader import Outcome
    from qunjian.sources.registry import Detection
    from qunjian.workspace import Workspace


QUICK_BYTES = 256 * 1024
QUICK_SLICES = 8  # until one holds a message


class Preview(msgspec.Struct):
    """What a dry run shows of one document: how it was understood, its first rows, its rejects, its doubts.

    `communities`: the id of each community it was seen to tell of, and its name where the document has one. `refused`:
    why it cannot be read at all, in both languages.
    """

    name: str
    format: str = "unknown"
    role: str = "ignored"
    confidence: int = 0
    zone: str = ""
    zone_basis: str = ""
    doubts: list[str] = []
    read: int = 0
    message_count: int = 0
    event_count: int = 0
    listed: int = 0
    rejected: dict[str, int] = {}
    rejects: list[dict[str, object]] = []
    cleaned: dict[str, int] = {}
    unknown_kinds: dict[str, int] = {}
    warnings: list[str] = []
    messages: list[dict[str, object]] = []
    membership: list[dict[str, object]] = []
    communities: dict[str, str] = {}
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    refused: str = ""


class Looking:
    """The documents of a wish, looked at one by one with everything that lies beside them; nothing is written.

    `quick`: of each only so much that a page can wait for it.
    """

    def __init__(self, workspace: Workspace | None, wish: Wish, *, quick: bool = False) -> None:
        spare_pandas()
        options = options_of(workspace, wish)
        if quick:
            options = msgspec.structs.replace(options, slice_bytes=QUICK_BYTES)
        self._quick = quick
        self.documents = find_documents(wish.paths)
        self._detector = Detector(wish.forced, own_mappings(workspace), options)

    def of(self, path: Path) -> list[Document]:
        """Return the documents of one file: itself, or what an archive holds."""
        return [one for one in self.documents if str(path) in (one.path, one.archive)]

    def attempt(self, document: Document, rows: int = 5) -> Preview:
        """Do as `look` does; a document that cannot be read says why."""
        try:
            return self.look(document, rows)
        except QunjianError as error:
            return Preview(document.name, refused=Failure.of(error).warning())

    def look(self, document: Document, rows: int = 5) -> Preview:
        """Return what an import would make of the beginning of a document."""
        return seen_as(document, self._detector.detect(document), rows, whole=not self._quick)


def seen_as(document: Document, detection: Detection, rows: int, *, whole: bool = True) -> Preview:
    """Return what a document is, read so; not `whole`: small slices until one holds a message."""
    shown = Preview(
        name=document.name,
        format=detection.format,
        role=detection.role,
        confidence=detection.confidence,
        zone=detection.options.zone or "",
        zone_basis=detection.options.zone_basis,
        doubts=list(detection.doubts),
    )
    if detection.role == "ignored":
        return shown
    for work in _works(document, detection, whole=whole):
        _fold(shown, run_task(work), rows)
        if shown.message_count:
            break
    return shown


def _fold(shown: Preview, outcome: Outcome, rows: int) -> None:
    """Add what one piece of work brought."""
    for part in outcome.parts:
        shown.read += part.read
        shown.message_count += part.messages
        shown.event_count += part.membership
        shown.listed += part.states.get("roster", 0)
        for reject in part.rejects:
            shown.rejected[reject.reason] = shown.rejected.get(reject.reason, 0) + 1
            if len(shown.rejects) < 4 * rows:
                shown.rejects.append(msgspec.structs.asdict(reject))
        for mine, theirs in ((shown.cleaned, part.cleaned), (shown.unknown_kinds, part.unknown_kinds)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        shown.warnings += [warning for warning in part.warnings if warning not in shown.warnings]
    for target, batch in ((shown.messages, outcome.messages), (shown.membership, outcome.membership)):
        if batch is not None:
            target += [_row(row) for row in batch.slice(0, rows).to_pylist()]
            _place(shown, batch)
    for state in outcome.states.values():
        if "community_id" in state.schema.names:
            _name(shown, state)


def _works(document: Document, detection: Detection, *, whole: bool) -> Iterator[Task]:
    """Yield the first piece of work; not `whole`: small slices, as an export may begin with a long list of members."""
    if whole:
        yield from islice(tasks([(0, document, detection)]), 1)
        return
    for piece in islice(detection.reader.slices(document, detection.options), QUICK_SLICES):
        yield Task(detection.reader.format_id, detection.options, ((0, piece),))


def preview_files(workspace: Workspace | None, wish: Wish, *, documents: int = 20, rows: int = 5) -> list[Preview]:
    """Read the first slice of the first documents and write nothing."""
    looking = Looking(workspace, wish)
    return [looking.look(document, rows) for document in looking.documents[:documents]]


def _name(shown: Preview, state: pa.RecordBatch) -> None:
    """Note of which communities the rows of a state are; those of the table of communities bring the names."""
    ids = _column(state, "community_id").to_pylist()
    own = shown.communities
    named = _column(state, "name").to_pylist() if {"name", "zone"} <= set(state.schema.names) else [""] * len(ids)
    for community, name in zip(ids, named, strict=True):
        if community:
            own[community] = name or own.get(community, "")


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    return batch.column(batch.schema.get_field_index(name))


def _place(shown: Preview, batch: pa.RecordBatch) -> None:
    """Note which communities the rows are of, and from when to when."""
    for name in _column(batch, "community_id").unique().to_pylist():
        shown.communities.setdefault(name, "")
    times = [at for at in _column(batch, "sent_at").to_pylist() if at is not None]
    if times:
        shown.first = min((*times, shown.first or times[0]))
        shown.last = max((*times, shown.last or times[0]))


def _row(row: dict[str, object]) -> dict[str, object]:
    """Return what a person checks in a row: no hashes, no empty fields, times as ISO text."""
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in row.items()
        if value not in (None, "", [], {}) and name != "content_hash"
    }
