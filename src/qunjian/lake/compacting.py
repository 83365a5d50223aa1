"""Compaction: few, large files again, without the rows of acts that never became visible or were undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from qunjian.lake.rewriting import exchange
from qunjian.lake.tables import TABLES, files
from qunjian.lake.views import of_acts, plain_session, scan

if TYPE_CHECKING:
    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting

_SMALL_ROWS = 500_000
_KEEP_ALL = ("contested", "tombstone")  # rows that count whether or not their act is visible


def compact(act: Acting) -> dict[str, int]:
    """Merge small files and sweep invisible rows, table by table; returns how many files went."""
    session = plain_session(act.root)
    try:
        gone = {table: _compact_table(session, act, table) for table in TABLES if table != "act"}
    finally:
        session.close()
    act.commit({}, {"files": gone})
    return gone


def _compact_table(session: Session, act: Acting, table: str) -> int:
    visible = of_acts(act.visible.of())
    if table == "media_reading":  # what was read of a file goes with the last import that brought the file
        held = f"SELECT digest FROM {scan(act.root, 'media')} WHERE {of_acts(act.visible.of('import'))}"
        visible = f"({visible} AND digest IN ({held}))"
    old = []
    for path in files(act.root, table):
        stale = table not in _KEEP_ALL and _has(session, path, f"NOT ({visible})")
        if stale or pq.read_metadata(path).num_rows < _SMALL_ROWS:
            old.append(path)
    if not old or (len(old) == 1 and not _has(session, old[0], f"NOT ({visible})")):
        return 0
    exchange(session, act, table, old, "true" if table in _KEEP_ALL else visible)
    return len(old)


def _has(session: Session, path: str, condition: str) -> bool:
    query = f"SELECT 1 FROM read_parquet(?) WHERE {condition} LIMIT 1"
    return session.connection.execute(query, [path]).fetchone() is not None
