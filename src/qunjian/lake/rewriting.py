"""Rewrites files of a table under the lock: the rows that stay go into new files, in one atomic exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.lake.intake import ROWS_PER_FILE
from qunjian.lake.tables import TABLES, commit, parquet_writer
from qunjian.lake.views import quoted, scan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting


def exchange(
    session: Session,
    act: Acting,
    table: str,
    old: Sequence[str],
    where: str,
    *,
    changed: Mapping[str, str] | None = None,
) -> int:
    """Replace the files `old` of a table by their rows that meet `where`; returns how many rows stayed.

    `changed` gives SQL expressions for columns that are rewritten. Nothing of the query reaches a log.
    """
    if not old:
        return 0
    select = ", ".join(f"{(changed or {}).get(name, quoted(name))} AS {quoted(name)}" for name in TABLES[table].names)
    source = scan(act.root, table, only=old)
    new, rows = write_rows(
        act,
        table,
        session.batches(f"SELECT {select} FROM {source} AS source WHERE {where}"),
    )
    commit(act.root, table, new, old)
    return rows


def write_rows(act: Acting, table: str, batches: pa.RecordBatchReader) -> tuple[list[Path], int]:
    """Write rows, with the acts they already carry, into files that belong to no act yet."""
    paths: list[Path] = []
    total = room = 0
    writer = None
    for batch in batches:
        if not batch.num_rows:
            continue
        if writer is None or room <= 0:
            if writer is not None:
                writer.close()
            paths.append(act.new_rewrite(table))
            writer, room = parquet_writer(paths[-1], table), ROWS_PER_FILE
        writer.write_batch(batch.cast(TABLES[table]) if batch.schema != TABLES[table] else batch)
        total += batch.num_rows
        room -= batch.num_rows
    if writer is not None:
        writer.close()
    return paths, total
