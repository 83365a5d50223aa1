"""The lake's tables on disk: the only place that calls Delta Lake, one small atomic commit at a time."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from qunjian.model.schemas import (
    CLAIM,
    DOCUMENT,
    FACTS,
    FINDING,
    INDICATOR_VALUE,
    MEDIA,
    MEDIA_READING,
    STATES,
    UTC_US,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_ACT_ID = pa.field("act_id", pa.string())
ACT = pa.schema(
    [
        _ACT_ID,
        pa.field("kind", pa.string()),
        pa.field("at", UTC_US),
        pa.field("parameters", pa.string()),
        pa.field("counts", pa.string()),
        pa.field("hides", pa.list_(pa.string())),
    ]
)
# Keys that ever had more than one content: a superset that only grows, so undo never has to shrink it.
CONTESTED = pa.schema([pa.field(name, pa.string()) for name in ("fact", "scope", "message_id")] + [_ACT_ID])
# length: null for an account; else the mark is that of a name with so many characters.
TOMBSTONE = pa.schema([pa.field("mark", pa.binary()), pa.field("at", UTC_US), pa.field("length", pa.int32()), _ACT_ID])

TABLES: dict[str, pa.Schema] = {
    name: schema.append(_ACT_ID)
    for name, schema in {
        **FACTS,
        **STATES,
        "document": DOCUMENT,
        "claim": CLAIM,
        "finding": FINDING,
        "indicator_value": INDICATOR_VALUE,
        "media": MEDIA,
        "media_reading": MEDIA_READING,
    }.items()
} | {"contested": CONTESTED, "tombstone": TOMBSTONE, "act": ACT}

# Every read opens every file: beyond so many files of the act table they are merged.
MANY_FILES = 8

# Repeated values: dictionaries make them small. Every other column is written plain, which is faster.
_REPEATED = frozenset(
    ("act_id", "scope", "platform", "community_id", "channel_id", "zone", "account_id", "name_then", "kind", "fact",
     "role", "scene", "standard", "version", "rule", "severity", "category", "check", "basis", "hint", "indicator",
     "by", "period", "document", "name", "format", "zone_basis", "root", "reader", "content", "absent", "unread")
)  # fmt: skip
_BOUNDED = ("act_id", "sent_at", "community_id")  # columns whose least and greatest value a file footer may state

_CONFIGURATION = {
    "delta.checkpointInterval": "10",
    # Statistics go into the log, which erasure must not have to search for names: none but the act's.
    "delta.dataSkippingStatsColumns": "act_id",
    "delta.logRetentionDuration": "interval 0 hours",
    "delta.deletedFileRetentionDuration": "interval 0 hours",
}


def parquet_writer(path: Path, table: str) -> pq.ParquetWriter:
    """Open a Parquet file of one of the lake's tables for writing."""
    schema = TABLES[table]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in schema.names if name in _REPEATED],
        write_statistics=[name for name in schema.names if name in _BOUNDED],
    )


def empty_file(root: Path, table: str) -> Path:
    """Return a Parquet file with today's columns and no row: read first, it makes every view whole."""
    schema = TABLES[table]
    mark = hashlib.blake2b(str(schema).encode(), digest_size=4).hexdigest()
    path = root / "schema" / f"{table}-{mark}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{time.time_ns()}")
        pq.write_table(schema.empty_table(), draft)
        draft.replace(path)
    return path


def files(root: Path, table: str) -> list[str]:
    """Return the paths of the files that make up a table now, oldest first."""
    folder = root / table
    if not DeltaTable.is_deltatable(str(folder)):
        return []
    names = DeltaTable(str(folder)).file_uris()
    return sorted(str(folder / name.replace("\\", "/").rsplit("/", 1)[-1]) for name in names)


def commit(root: Path, table: str, added: Sequence[Path], removed: Iterable[str] = ()) -> None:
    """Add staged files to a table, and drop others from it, in one atomic step; the added ones move into its folder."""
    folder = root / table
    folder.mkdir(parents=True, exist_ok=True)
    adds = [_adopt(folder, path) for path in added]
    now = time.time_ns() // 1_000_000
    dropped = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in removed]
    for name in dropped:  # its time is from now on that of its removal, from which sweeping counts
        with suppress(OSError):
            os.utime(folder / name)
    removes = [RemoveAction(name, True, now) for name in dropped]
    if not adds and not removes:
        return
    if DeltaTable.is_deltatable(str(folder)):
        delta = DeltaTable(str(folder))
        delta.create_write_transaction([*adds, *removes], "append", delta.schema())
    else:
        schema = Schema.from_arrow(TABLES[table])
        create_table_with_add_actions(str(folder), schema, adds, mode="error", configuration=_CONFIGURATION)
    # What is committed later must never survive a power cut that this does not survive.
    _to_disk(*sorted((folder / "_delta_log").glob("*.json"))[-1:], folder / "_delta_log", folder)


def _to_disk(*paths: Path) -> None:
    """Have the system write files and folders down now, not when it pleases."""
    for path in paths:
        if os.name == "nt" and path.is_dir():  # Windows writes folders down by itself
            continue
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _adopt(folder: Path, path: Path) -> AddAction:
    rows = pq.read_metadata(path).num_rows
    _to_disk(path)
    target = folder / path.name
    path.replace(target)
    status = target.stat()
    return AddAction(path.name, status.st_size, {}, status.st_mtime_ns // 1_000_000, True, f'{{"numRecords": {rows}}}')


def purge(root: Path, table: str) -> None:
    """Remove every file and log entry that the table's present state does not need."""
    folder = root / table
    if not DeltaTable.is_deltatable(str(folder)):
        return
    DeltaTable(str(folder)).vacuum(0, dry_run=False, enforce_retention_duration=False, full=True)
    delta = DeltaTable(str(folder))
    delta.create_checkpoint()
    delta.cleanup_metadata()
    for entry in (folder / "_delta_log").glob("*.json"):
        if int(entry.stem) < delta.version():
            entry.unlink()
