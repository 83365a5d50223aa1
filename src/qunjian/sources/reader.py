"""What every reader of an export format takes and gives: options, slices, parsed batches, and tasks for a pool.

A message's `reply_to` is the id of the message replied to; where a source only quotes author and time it is
"?<local minute>|<author>" (as in "?2021-09-21T15:43|alice"): the message of that author in that minute of the thread.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

import msgspec
import pyarrow as pa

from qunjian.model.capabilities import Answer, Field
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.exporter import Me

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.model.capabilities import Capabilities
    from qunjian.model.errors import QunjianError
    from qunjian.sources.document import Document
    from qunjian.sources.drafts import Draft
    from qunjian.sources.mapping.schema import Mapping

SLICE_BYTES = 4 * 1024 * 1024


class Options(msgspec.Struct, frozen=True):
    """How to read: zone of times written without one, a community to force, encoding, mapping file, who made it."""

    zone: str | None = None
    zone_basis: str = "default"
    community: str | None = None
    encoding: str | None = None
    mapping: Mapping | None = None
    me: Me | None = None
    slice_bytes: int = SLICE_BYTES


class Slice(msgspec.Struct, frozen=True):
    """Whole records of one document: `first` is the 1-based number of the first record (or line), `data` is UTF-8.

    `context` is what the records need from elsewhere in the document (a chat's header); `name` is the document's;
    `cleaned` counts what was repaired while decoding. `begin`: where the same bytes stand in the document as it is
    stored, if they do; then a task may name the file instead of carrying them (`stands`, `size`).
    """

    first: int
    data: bytes
    context: bytes = b""
    name: str = ""
    cleaned: dict[str, int] = {}
    begin: int | None = None
    stands: str = ""
    size: int = 0

    def named(self, path: str) -> Slice:
        """Return the slice without its bytes, to be read from the file where they stand."""
        replace = msgspec.structs.replace
        return replace(self, data=b"", stands=path, size=len(self.data))

    def loaded(self) -> Slice:
        """Return the slice with its bytes."""
        if not self.stands or self.begin is None:
            return self
        with open(self.stands, "rb", buffering=0) as file:  # noqa: PTH123 (hot)
            file.seek(self.begin)
            data = file.read(self.size)
        return msgspec.structs.replace(self, data=data, stands="")


class Parsed(msgspec.Struct):
    """What one slice held. `read` = message rows + membership rows + rejects.

    Where rows are drafts still, those of many slices become one batch.
    `promises`: for an index file, the number of messages it promises per document stem.
    `capabilities`: by community, where the document itself says what its sources knew.
    """

    messages: pa.RecordBatch | Draft | None = None
    membership: pa.RecordBatch | Draft | None = None
    states: dict[str, pa.RecordBatch | Draft] = {}
    read: int = 0
    rejects: tuple[Reject, ...] = ()
    cleaned: dict[str, int] = {}
    unknown_kinds: dict[str, int] = {}
    export_stamp: dt.datetime | None = None
    warnings: tuple[str, ...] = ()
    promises: dict[str, int] = {}
    capabilities: dict[str, dict[Field, Answer]] = {}


class Failure(msgspec.Struct, frozen=True):
    """Why a document could not be read, as its error said it."""

    what: Phrase
    where: str = ""
    todo: Phrase | None = None

    @classmethod
    def of(cls, error: QunjianError) -> Failure:
        return cls(error.what, error.where, error.todo)

    def error(self) -> BadInputError:
        """Return the error again, to be raised."""
        return BadInputError(self.what, where=self.where, todo=self.todo)

    def warning(self) -> str:
        """Return what is noted beside the document, in both languages."""
        told = BadInputError(self.what, todo=self.todo)
        return f"没有读完这个文件：{told.sentence('zh')} / this file was not read to its end: {told.sentence('en')}"


class Part(msgspec.Struct, frozen=True):
    """One slice's share of an outcome: how many rows of each batch are its own, in order, and its counts.

    `states`: how many rows of each state are its own. `failure`: why there is nothing, where the document is unsound.
    """

    document: int
    messages: int
    membership: int
    read: int
    rejects: tuple[Reject, ...] = ()
    cleaned: dict[str, int] = {}
    unknown_kinds: dict[str, int] = {}
    export_stamp: dt.datetime | None = None
    warnings: tuple[str, ...] = ()
    promises: dict[str, int] = {}
    states: dict[str, int] = {}
    failure: Failure | None = None
    capabilities: dict[str, dict[Field, Answer]] = {}


class Outcome(msgspec.Struct):
    """What a task held: one batch per fact over all its slices, and one part per slice in the order of the rows."""

    messages: pa.RecordBatch | None
    membership: pa.RecordBatch | None
    states: dict[str, pa.RecordBatch]
    parts: tuple[Part, ...]


class Task(msgspec.Struct, frozen=True):
    """Work for one process: slices of one or of many small documents, all of one format and with the same options."""

    format_id: str
    options: Options
    pieces: tuple[tuple[int, Slice], ...]


class Reader(Protocol):
    """One export format. `slices` is cheap and sequential (parent process); `parse` is pure and runs in a pool."""

    format_id: str
    title: Phrase
    capabilities: Capabilities

    def sniff(self, head: bytes, name: str) -> int:
        """Return how sure the reader is, 0..100, from the first 64 KB (decoded to UTF-8) and the name.

        Of a workbook it is shown the first rows of the first sheet, separated by tabs, where they can be seen.
        """

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        """Yield the document in slices of whole records."""

    def parse(self, piece: Slice, options: Options) -> Parsed:
        """Return the records of one slice."""

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        """Return the records of many slices (small documents) at once."""
