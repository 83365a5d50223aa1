"""The visible messages in portions that processes may read side by side: one row group of one file each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qunjian.lake.tables import TABLES, files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.lake.visibility import Visible

# Few values, many rows: they stay dictionaries while they are read and handed on.
_REPEATED = ("act_id", "scope", "platform", "community_id", "channel_id", "account_id", "kind")
_KEY = ("scope", "message_id", "content_hash")
# The number of a row within its portion, counted over the rows a portion yields.
PLACE = "place"


class Portion(msgspec.Struct, frozen=True):
    """One row group, and which of its rows are meant: visible ones, winners of their key, of a span and communities."""

    path: str
    group: int
    rows: int
    acts: tuple[str, ...]
    first: dt.datetime | None = None
    after: dt.datetime | None = None
    communities: tuple[str, ...] | None = None
    losers: frozenset[tuple[str, str, bytes]] = frozenset()

    def batches(self, columns: Sequence[str], *, rows: int = 32_768) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the order they are stored, with these columns and `place`; always the same rows."""
        needed = list(dict.fromkeys([*columns, "act_id", "sent_at", "community_id", *(_KEY if self.losers else ())]))
        place = 0
        with pq.ParquetFile(self.path, read_dictionary=_REPEATED) as file:
            held = [name for name in needed if name in file.schema_arrow.names]
            for batch in file.iter_batches(rows, row_groups=[self.group], columns=held, use_threads=False):
                found = self._meant(batch)
                if found.num_rows:
                    places = pa.array(np.arange(place, place + found.num_rows, dtype=np.int64))
                    place += found.num_rows
                    yield pa.RecordBatch.from_arrays(
                        [*(_column(found, name) for name in columns), places], [*columns, PLACE]
                    )

    def _meant(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        kept = None
        for name, wanted in (("act_id", self.acts), ("community_id", self.communities)):
            if wanted is not None:
                kept = _both(kept, _among(batch.column(name), wanted))
        moments = batch.column("sent_at")
        for compare, moment in ((pc.greater_equal, self.first), (pc.less, self.after)):
            if moment is not None:
                kept = _both(kept, compare(moments, pa.scalar(moment, moments.type)))
        if self.losers:
            kept = _both(kept, self._winning(batch))
        return batch if kept is None else batch.filter(kept)

    def _winning(self, batch: pa.RecordBatch) -> pa.BooleanArray:
        hashes = batch.column("content_hash")
        suspect = np.flatnonzero(
            pc.is_in(hashes, pa.array({key[2] for key in self.losers}, hashes.type)).to_numpy(False)
        )
        wins = np.ones(batch.num_rows, dtype=bool)
        rows = batch.select(_KEY).take(pa.array(suspect))
        keys = zip(*(column.to_pylist() for column in rows.columns), strict=True)
        wins[suspect] = [key not in self.losers for key in keys]
        return pa.array(wins)


def portions(
    root: Path,
    visible: Visible,
    session: Session,
    *,
    communities: Sequence[str] | None = None,
    first: dt.datetime | None = None,
    after: dt.datetime | None = None,
) -> list[Portion]:
    """Return the portions that hold visible messages of these communities sent in [first, after), as stored."""
    acts = tuple(visible.of("import", "undo"))
    losers = _losers(session)
    found = []
    for path in files(root, "message"):
        about = pq.read_metadata(path)
        for group in range(about.num_row_groups):
            rows = about.row_group(group)
            if _may_hold(rows, set(acts), first, after):
                chosen = tuple(communities) if communities is not None else None
                found.append(Portion(path, group, rows.num_rows, acts, first, after, chosen, losers))
    return found


def _losers(session: Session) -> frozenset[tuple[str, str, bytes]]:
    """Return the contents another content of the same message beat; only contested lakes have that table."""
    run = session.connection.execute
    if not run("SELECT 1 FROM duckdb_tables() WHERE table_name = 'loser_message'").fetchone():
        return frozenset()
    return frozenset(run(f"SELECT {', '.join(_KEY)} FROM loser_message").fetchall())


def _may_hold(group: pq.RowGroupMetaData, acts: set[str], first: dt.datetime | None, after: dt.datetime | None) -> bool:
    """Return whether the least and greatest values of a row group leave room for a row that is meant."""
    for place in range(group.num_columns):
        column = group.column(place)
        known = column.statistics
        if known is None or not known.has_min_max:
            continue
        if column.path_in_schema == "act_id" and known.min == known.max and known.min not in acts:
            return False
        if column.path_in_schema == "sent_at" and (
            (first is not None and known.max < first) or (after is not None and known.min >= after)
        ):
            return False
    return True


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    place = batch.schema.get_field_index(name)
    return batch.column(place) if place >= 0 else pa.nulls(batch.num_rows, TABLES["message"].field(name).type)


def _among(column: pa.Array, wanted: Sequence[str]) -> pa.BooleanArray | None:
    """Return which rows hold one of these values; None when all do."""
    values = column.dictionary if isinstance(column, pa.DictionaryArray) else column
    there = pc.is_in(values, pa.array(wanted, pa.string()))
    if there.true_count == len(there) and not column.null_count:
        return None
    if isinstance(column, pa.DictionaryArray):
        return pc.fill_null(there.take(column.indices), False)
    return there


def _both(one: pa.BooleanArray | None, other: pa.BooleanArray | None) -> pa.BooleanArray | None:
    if one is None or other is None:
        return other if one is None else one
    return pc.and_(one, other)
