"""Imports files: finds the documents, knows their formats, parses them in a pool, and hands the rows to the lake."""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.lake.media import Place
from qunjian.lake.records import DocumentEntry
from qunjian.model.errors import BadInputError, QunjianError
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.model.records import UNREADABLE_FILE, Reject
from qunjian.runs.admitting import Into, require_admitted, require_within
from qunjian.runs.measuring import community_names
from qunjian.runs.pool import Pool
from qunjian.sources.exporter import parse_me
from qunjian.sources.finding import find_documents
from qunjian.sources.index import completeness
from qunjian.sources.mapping.loading import load_mapping
from qunjian.sources.media import find as find_media
from qunjian.sources.qunjian.layout import FORMAT_ID
from qunjian.sources.reader import Failure, Options
from qunjian.sources.registry import Detector, attempt_task, ignored, require_readable, tasks
from qunjian.workspace import Settings, check_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qunjian.lake.importing import ImportAct
    from qunjian.lake.records import ImportCounts
    from qunjian.model.progress import Progress
    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping
    from qunjian.sources.media import Folders
    from qunjian.sources.reader import Outcome, Task
    from qunjian.sources.registry import Detection
    from qunjian.workspace import Workspace

READING = Phrase("读取（MB）", "reading (MB)")
COMMITTING = Phrase("去重并写入", "settling and committing")
_MEGABYTE = 2**20
_WORTH_A_POOL = 2 * _MEGABYTE
MEMORY_MB = 192


class Wish(msgspec.Struct, frozen=True):
    """What the person asked for: paths, and where said a format or mapping, a community, a zone, and whose they are.

    `mark`: the caller's own word for this import, by which the act is found again. `only`: which communities it may
    bring.
    """

    paths: tuple[Path, ...]
    forced: str | None = None
    community: str | None = None
    zone: str | None = None
    workers: int = 2
    into: Into = "auto"
    me: str | None = None
    mark: str = ""
    only: tuple[str, ...] | None = None


def import_files(workspace: Workspace, wish: Wish, progress: Progress = silent) -> ImportCounts:
    """Import the files; nothing of them is visible until all are."""
    spare_pandas()
    documents = find_documents(wish.paths)
    if not documents:
        raise BadInputError(
            Phrase("没有找到可读的文件", "found no file to read"), where="、".join(map(str, wish.paths))
        )
    options, mappings = options_of(workspace, wish), own_mappings(workspace)
    size = sum(document.size for document in documents)
    # The pool first: it may fork only while no other thread runs. It ends before the commit, which needs the memory.
    pool = Pool(attempt_task, wish.workers) if size > _WORTH_A_POOL else None
    with ExitStack() as stack:
        if pool is not None:
            stack.enter_context(closing(pool))

        def begin() -> ImportAct:
            # The lake's own libraries are loaded while the pool has work already.
            return stack.enter_context(workspace.lake.importing(_parameters(wish)))

        act = _Run(begin, documents, wish.forced, mappings, options, progress).read(pool)
        if pool is not None:
            pool.close()
        if wish.into != "auto":
            require_admitted(wish.into, act.communities(), _on_record(workspace))
        if wish.only is not None:
            require_within(wish.only, act.communities())
        folders: Folders = {}
        act.find = lambda number, kind, written: _place(documents[number], kind, written, folders)
        progress(COMMITTING, 0)
        counts = act.commit(memory_mb=MEMORY_MB)
    workspace.lake.tidy()
    return counts


def _place(document: Document, kind: str, written: str, folders: Folders) -> Place:
    found = find_media(document, kind, written, folders)
    return Place(found.root, found.path, found.size, found.digest, found.absent)


def _on_record(workspace: Workspace) -> set[str]:
    session = workspace.lake.session()
    try:
        return set(community_names(session))
    finally:
        session.close()


class _Run:
    """One import's reading: which documents are open, and what each is."""

    def __init__(
        self,
        begin: Callable[[], ImportAct],
        documents: Sequence[Document],
        forced: str | None,
        mappings: Sequence[Mapping],
        options: Options,
        progress: Progress,
    ) -> None:
        self._begin = begin
        self._documents = documents
        self._detector = Detector(forced, mappings, options)
        self._progress = progress
        self._options = options
        self._detections: dict[int, Detection] = {}
        self._failures: dict[int, Failure] = {}
        self._promises: dict[str, int] = {}
        self._messages: dict[int, int] = {}
        self._bytes = 0
        self._total = max(sum(document.size for document in documents) // _MEGABYTE, 1)
        self._opened = 0
        self._closed = 0

    @cached_property
    def _act(self) -> ImportAct:
        return self._begin()

    def read(self, pool: Pool[Task, Outcome] | None) -> ImportAct:
        """Read every document to its end; returns the act that holds what was read."""
        work = self._watched(tasks(self._detected(), named=pool is not None, failed=self._failed))
        for outcome in pool.ordered(work) if pool is not None else map(attempt_task, work):
            self._open_detected()
            self._take(outcome)
        self._open_detected()
        self._require_sound()
        require_readable((self._documents[number], found) for number, found in self._detections.items())
        self._close_until(len(self._documents))
        found = {document.name: self._messages.get(n, 0) for n, document in enumerate(self._documents)}
        if self._promises:
            missing = completeness(self._promises, found)
            if missing is not None:
                self._act.warn(" / ".join(missing.warning))
                self._act.unkept(missing.promised, missing.found, len(missing.absent), len(missing.short))
        return self._act

    def _detected(self) -> Iterator[tuple[int, Document, Detection]]:
        for number, document in enumerate(self._documents):
            try:
                detection = self._detector.detect(document)
            except QunjianError as error:
                detection = ignored(self._options, "打不开 / cannot be opened")
                self._failed(number, error)
            self._detections[number] = detection
            if detection.role != "ignored":
                yield number, document, detection

    def _failed(self, number: int, error: QunjianError) -> None:
        self._failures.setdefault(number, Failure.of(error))

    def _require_sound(self) -> None:
        """Raise when not one document could be read; else note of the others why they were not."""
        meant = [n for n, found in self._detections.items() if found.role == "messages" or n in self._failures]
        if meant and len(self._failures) == len(meant):
            raise self._failures[meant[0]].error()
        for number, failure in self._failures.items():
            self._act.reading(number).include(
                read=1, rejects=(Reject(UNREADABLE_FILE, 0),), warnings=(failure.warning(),)
            )

    def _open_detected(self) -> None:
        """Announce to the lake the documents known by now, under the same numbers."""
        for number in range(self._opened, len(self._detections)):
            detection = self._detections[number]
            self._act.open_document(_entry(self._documents[number], detection))
            if detection.doubts:
                self._act.reading(number).include(read=0, warnings=detection.doubts)
        self._opened = len(self._detections)

    def _watched(self, work: Iterable[Task]) -> Iterator[Task]:
        for task in work:
            self._bytes += sum(len(piece.data) or piece.size for _, piece in task.pieces)
            self._progress(READING, min(self._bytes // _MEGABYTE, self._total), self._total)
            yield task

    def _take(self, outcome: Outcome) -> None:
        parts = outcome.parts
        if not parts:
            return
        self._close_until(parts[0].document)
        for fact, batch, runs in (
            ("message", outcome.messages, [(part.document, part.messages) for part in parts if part.messages]),
            ("membership", outcome.membership, [(part.document, part.membership) for part in parts if part.membership]),
        ):
            if batch is not None:
                self._act.add_together(fact, batch, runs)
        for state, batch in outcome.states.items():
            own = [(part.document, part.states[state]) for part in parts if part.states.get(state)]
            self._act.add_states(state, batch, own)
        for part in parts:
            mine = self._messages.get(part.document, 0)
            self._messages[part.document] = mine + part.messages + part.membership
            self._promises.update(part.promises)
            if part.failure is not None:
                self._failures.setdefault(part.document, part.failure)
            self._act.reading(part.document).include(
                read=part.read,
                rejects=part.rejects,
                cleaned=part.cleaned,
                unknown_kinds=part.unknown_kinds,
                export_stamp=part.export_stamp,
                warnings=part.warnings,
                capabilities=part.capabilities,
            )

    def _close_until(self, document: int) -> None:
        """Close the documents before this one: tasks come in their order."""
        for number in range(self._closed, document):
            sound = number not in self._failures  # else reading it once more would fail once more
            self._act.close_document(number, _entry(self._documents[number], self._detections[number], whole=sound))
        self._closed = max(self._closed, document)


def _entry(document: Document, detection: Detection, *, whole: bool = False) -> DocumentEntry:
    return DocumentEntry(
        name=document.name,
        digest=document.digest() if whole and detection.role != "ignored" else "",
        bytes=document.size,
        format=detection.format,
        zone=detection.options.zone or "",
        zone_basis=detection.options.zone_basis,
        capabilities=detection.capabilities,
        confidence=detection.confidence,
        doubts=detection.doubts,
        dated=detection.format == FORMAT_ID,
    )


def options_of(workspace: Workspace | None, wish: Wish) -> Options:
    """Return how the documents of a wish are read; without a workspace, as one made just now would."""
    if wish.zone is not None:
        check_zone(wish.zone)
    return Options(
        zone=wish.zone or (workspace.settings if workspace else Settings()).zone,
        zone_basis="asked" if wish.zone else "default",
        community=wish.community,
        me=parse_me(wish.me) if wish.me is not None else None,
    )


def own_mappings(workspace: Workspace | None) -> tuple[Mapping, ...]:
    """Return the workspace's own mapping files; those shipped are known to the registry."""
    return tuple(load_mapping(path) for path in sorted(workspace.mappings.glob("*.yaml") if workspace else ()))


def _parameters(wish: Wish) -> dict[str, object]:
    return {
        "paths": [path.name for path in wish.paths],
        "as": wish.forced,
        "community": wish.community,
        "zone": wish.zone,
        **({"me": wish.me} if wish.me is not None else {}),
        **({"mark": wish.mark} if wish.mark else {}),
    }
