"""The formats that exist, which of them a document is, and tasks for a pool of parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qunjian.model.capabilities import Capabilities
    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping as MappingFile
    from qunjian.sources.reader import Options, Outcome, Reader, Task

FORMATS: dict[str, Reader] = {}


class Detection(msgspec.Struct, frozen=True):
    """What a document is: `role` is messages, index (promises counts), roster, or ignored (`doubts` say why).

    `format` is what people call it: a format id, or "mapping:<id>".
    """

    reader: Reader
    options: Options
    confidence: int
    format: str
    role: str
    capabilities: Capabilities
    doubts: tuple[str, ...] = ()


def detect(
    document: Document, forced: str | None = None, mappings: Sequence[MappingFile] = (), options: Options | None = None
) -> Detection:
    """Return what the document is; `forced` is a format id, a mapping id or a path to a mapping file."""
    raise NotImplementedError


def tasks(
    documents: Iterable[tuple[int, Document, Detection]],
) -> Iterator[Task]:
    """Yield work for a pool, in document order: slices of big documents, bundles of small ones (one format each)."""
    raise NotImplementedError


def run_task(task: Task) -> Outcome:
    """Return what the task's slices held; picklable and pure: `pool.imap(run_task, tasks(...))`."""
    raise NotImplementedError


def completeness(promises: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Return warnings where index files promise more than was found; `found`: document name → messages read."""
    raise NotImplementedError
