"""Stages the rows of one fact as they arrive: payloads and claims side by side, row for row, in the order read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.lake.acting import Acting, stamped
from qunjian.lake.order import OrderWatch
from qunjian.lake.ordinals import Ordinals
from qunjian.lake.tables import TABLES, parquet_writer
from qunjian.model.schemas import FILES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from qunjian.lake.tombstones import Tombstones

ROWS_PER_GROUP = 65_536
ROWS_PER_FILE = 4_000_000
BLOT = "[erased]"
_OF_FILES = [
    "scope", "message_id", "content_hash", "community_id", "account_id", "sent_at", "document", "attachments", "files",
]  # fmt: skip


class Tally(msgspec.Struct):
    """Rows of one document in one community, and their span of time."""

    rows: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None


class Pair(msgspec.Struct, frozen=True):
    """A staged payload file and the claims of the same rows; `before`: rows in the files before it."""

    payload: Path
    claims: Path
    before: int


class Intake:
    """The rows of one fact (message or membership) of an import under way."""

    def __init__(self, act: Acting, fact: str, tombstones: Tombstones) -> None:
        self.fact = fact
        self.rows = 0
        self.tallies: dict[tuple[int, str], Tally] = {}
        self.erased: dict[int, int] = {}
        self.pairs: list[Pair] = []
        self.order = OrderWatch()
        self._act = act
        self._tombstones = tombstones
        self._ordinals: dict[int, Ordinals] = {}
        self._waiting: list[pa.RecordBatch] = []
        self._claiming: list[pa.RecordBatch] = []
        self._held = 0
        self.with_files: list[pa.RecordBatch] = []
        self._writers: tuple[pq.ParquetWriter, pq.ParquetWriter] | None = None

    def add(self, batch: pa.RecordBatch, runs: Sequence[tuple[int, int]]) -> None:
        """Take a batch; `runs` says which document each stretch of rows came from, in the order of the documents."""
        documents = np.repeat(
            np.array([document for document, _ in runs], dtype=np.int32), np.array([rows for _, rows in runs])
        )
        if len(documents) != batch.num_rows or (np.diff(documents) < 0).any():
            raise ValueError("the runs do not add up to the batch, or are out of order")
        if not batch.num_rows:
            return
        schema = TABLES[self.fact]
        with_files = FILES.name in batch.schema.names and batch.column(FILES.name).null_count < batch.num_rows
        batch = stamped(batch, self._act.act_id, schema.append(FILES) if with_files else schema)
        batch = self._numbered(batch, runs, documents)
        batch, documents = self._allowed(batch, documents)
        if not batch.num_rows:
            return
        if with_files:
            batch = self._set_aside(batch, documents)
        self._count(batch, documents)
        if self.fact == "message":
            self.order.note(batch, documents)
        self._waiting.append(batch)
        self._claiming.append(self._claims(batch, documents))
        self.rows += batch.num_rows
        self._held += batch.num_rows
        if self._held >= ROWS_PER_GROUP:
            self._flush()

    def close_document(self, document: int) -> None:
        """Forget what was only needed while the document was being read."""
        self._ordinals.pop(document, None)

    def finish(self) -> list[Pair]:
        """Write what is still held and return the staged files."""
        self._flush()
        self._end_file()
        return self.pairs

    def _numbered(
        self, batch: pa.RecordBatch, runs: Sequence[tuple[int, int]], documents: NDArray[np.int32]
    ) -> pa.RecordBatch:
        """Number the fingerprints; only a batch's first document may have begun before, only its last go on."""
        place = batch.schema.get_field_index("message_id")
        ids = batch.column(place)
        first, last = runs[0][0], runs[-1][0]
        begun = int(np.searchsorted(documents, first, side="right")) if first in self._ordinals or first == last else 0
        ends = max(int(np.searchsorted(documents, last, side="left")), begun)
        parts = [
            self._remembered(first, ids.slice(0, begun), batch),
            Ordinals().number(ids.slice(begun, ends - begun), documents[begun:ends]),
            self._remembered(last, ids.slice(ends), batch.slice(ends)),
        ]
        return batch.set_column(place, batch.schema.field(place), pa.concat_arrays([p for p in parts if len(p)]))

    def _remembered(self, document: int, ids: pa.StringArray, batch: pa.RecordBatch) -> pa.StringArray:
        if not len(ids):
            return ids
        known = self._ordinals.setdefault(document, Ordinals(self._act.staging / "ordinals"))
        times = pc.coalesce(*(batch.column(name).cast(pa.int64()) for name in ("wall_time", "sent_at")), 0)
        return known.number(ids, times=times.to_numpy(zero_copy_only=False)[: len(ids)])

    def _allowed(self, batch: pa.RecordBatch, documents: NDArray[np.int32]) -> tuple[pa.RecordBatch, NDArray[np.int32]]:
        """Refuse the rows of erased accounts, and blot such accounts out of other people's rows."""
        if not self._tombstones:
            return batch, documents
        gone = self._tombstones.rows(batch.column("account_id"))
        if gone is not None:
            kept = ~pc.fill_null(gone, False).to_numpy(zero_copy_only=False)
            for document, rows in zip(*np.unique(documents[~kept], return_counts=True), strict=True):
                self.erased[int(document)] = self.erased.get(int(document), 0) + int(rows)
            batch, documents = batch.filter(pa.array(kept)), documents[kept]
        for name in ("mentions", "actor_id", "forwarded_from"):
            batch = self._blotted(batch, name)
        batch = self._unquoted(batch)
        place = batch.schema.get_field_index("text")
        if place >= 0:
            batch = batch.set_column(place, batch.schema.field(place), self._tombstones.uncalled(batch.column(place)))
        return batch, documents

    def _set_aside(self, batch: pa.RecordBatch, documents: NDArray[np.int32]) -> pa.RecordBatch:
        """Keep by themselves the rows that say where their files lie; return the batch as it is stored."""
        batch = batch.append_column("document", pa.array(documents))
        self.with_files.append(batch.select(_OF_FILES).filter(batch.column(FILES.name).is_valid()))
        return batch.drop_columns([FILES.name, "document"])

    def _unquoted(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Blot erased accounts out of quotes by author and minute ("?minute|name", "?minute||account")."""
        place = batch.schema.get_field_index("reply_to")
        if place < 0 or not pc.any(pc.starts_with(batch.column(place), "?")).as_py():
            return batch
        column = batch.column(place)
        marks = [mark for mark in pc.unique(column).to_pylist() if mark and mark[0] == "?"]
        authors = [mark.partition("|")[2] for mark in marks]
        wanted = set(self._tombstones.erased([author[1:] for author in authors if author[:1] == "|"]))
        calls = pa.array([f"@{author}" for author in authors], pa.string())
        named = pc.not_equal(self._tombstones.uncalled(calls), calls).to_pylist()
        blotted = {
            mark: f"{mark.partition('|')[0]}||{BLOT}"
            for mark, author, called in zip(marks, authors, named, strict=True)
            if called or (author[:1] == "|" and author[1:] in wanted)
        }
        if not blotted:
            return batch
        clean = pa.array([blotted.get(mark, mark) for mark in column.to_pylist()], column.type)
        return batch.set_column(place, batch.schema.field(place), clean)

    def _blotted(self, batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
        place = batch.schema.get_field_index(name)
        if place < 0 or not batch.num_rows:
            return batch
        column = batch.column(place)
        nested = pa.types.is_list(column.type)
        gone = self._tombstones.rows(column.flatten() if nested else column)
        if gone is None:
            return batch
        if nested:
            wanted = set(self._tombstones.erased(pc.unique(column.flatten()).to_pylist()))
            lists = [None if row is None else [x for x in row if x not in wanted] for row in column.to_pylist()]
            clean = pa.array(lists, column.type)
        else:
            clean = pc.if_else(pc.fill_null(gone, False), pa.scalar(BLOT), column)
        return batch.set_column(place, batch.schema.field(place), clean)

    def _count(self, batch: pa.RecordBatch, documents: NDArray[np.int32]) -> None:
        communities = batch.column("community_id")
        same = documents[0] == documents[-1] and not communities.null_count
        if same and pc.all(pc.equal(communities, communities[0])).as_py():  # a slice of a big file
            span = pc.min_max(batch.column("sent_at")).as_py()
            self._tally(int(documents[0]), communities[0].as_py(), batch.num_rows, span["min"], span["max"])
            return
        rows = pa.table({"document": documents, "community": communities, "at": batch.column("sent_at")})
        groups = rows.group_by(["document", "community"]).aggregate([([], "count_all"), ("at", "min"), ("at", "max")])
        for group in groups.to_pylist():
            self._tally(group["document"], group["community"], group["count_all"], group["at_min"], group["at_max"])

    def _tally(
        self, document: int, community: str, rows: int, first: dt.datetime | None, last: dt.datetime | None
    ) -> None:
        tally = self.tallies.setdefault((document, community), Tally())
        tally.rows += rows
        if first is not None and last is not None:
            tally.first = min(first, tally.first or first)
            tally.last = max(last, tally.last or last)

    def _claims(self, batch: pa.RecordBatch, documents: NDArray[np.int32]) -> pa.RecordBatch:
        columns = {name: batch.column(name) for name in ("scope", "message_id", "content_hash", "community_id")}
        columns["document"] = pa.array(documents)
        columns["fact"] = pa.repeat(pa.scalar(self.fact), batch.num_rows)
        return stamped(pa.RecordBatch.from_pydict(columns), self._act.act_id, TABLES["claim"])

    def _flush(self) -> None:
        if not self._held:
            return
        if self._writers is None:
            payload, claims = self._act.new_file(self.fact), self._act.new_file("claim")
            self.pairs.append(Pair(payload, claims, self.rows - self._held))
            self._writers = parquet_writer(payload, self.fact), parquet_writer(claims, "claim")
        for writer, batches in zip(self._writers, (self._waiting, self._claiming), strict=True):
            writer.write_table(pa.Table.from_batches(batches), row_group_size=2 * ROWS_PER_GROUP)
            batches.clear()
        self._held = 0
        if self.rows - self.pairs[-1].before >= ROWS_PER_FILE:
            self._end_file()

    def _end_file(self) -> None:
        if self._writers is not None:
            for writer in self._writers:
                writer.close()
            self._writers = None
