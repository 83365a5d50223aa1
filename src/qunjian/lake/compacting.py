"""Compaction: few, large files again, without the rows of acts that never became visible or were undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.lake.acting import rows_of
from qunjian.lake.rewriting import exchange
from qunjian.lake.tables import TABLES, files
from qunjian.lake.views import of_acts, plain_session, scan

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting
    from qunjian.lake.visibility import Visible

_SMALL_ROWS = 500_000
# Every read opens every file (each file more costs a report some 2 % of its time): of more small ones than `_MANY` so
# many are merged that `_FEW` remain, the smallest first. A row is then rewritten about five times in 300 imports.
_MANY, _FEW = 5, 3
_KEEP_ALL = ("contested", "tombstone")  # rows that count whether or not their act is visible


def crowded(root: Path) -> bool:
    """Return whether any table lies in many small files."""
    return any(_crowd(root, table) for table in TABLES if table != "act")


def compact(act: Acting, *, whole: bool = True) -> dict[str, int]:
    """Merge small files and sweep invisible rows, table by table; returns how many files went.

    Unless the whole lake is meant, only the smallest files of crowded tables are merged; an act hidden since the last
    compaction is swept all the same.
    """
    whole = whole or _hidden_since(act.visible)
    session = plain_session(act.root)
    try:
        gone = {table: _compact_table(session, act, table, whole=whole) for table in TABLES if table != "act"}
    finally:
        session.close()
    act.commit({}, {"files": gone})
    return gone


def _hidden_since(visible: Visible) -> bool:
    """Return whether an act was hidden since the last compaction."""
    for act in reversed(visible.acts):
        if act.hides or act.kind == "compact":
            return bool(act.hides)
    return False


def _crowd(root: Path, table: str) -> list[str]:
    """Return the files of a table to be merged: with the smallest those that are no larger than twice their sum."""
    sizes = sorted((rows, path) for path in files(root, table) if (rows := rows_of(path)) < _SMALL_ROWS)
    if len(sizes) <= _MANY:
        return []
    taken = len(sizes) - _FEW + 1
    total = sum(rows for rows, _ in sizes[:taken])
    while taken < len(sizes) and sizes[taken][0] <= 2 * total:
        total += sizes[taken][0]
        taken += 1
    return [path for _, path in sizes[:taken]]


def _compact_table(session: Session, act: Acting, table: str, *, whole: bool) -> int:
    visible = of_acts(act.visible.of())
    if table == "media_reading":  # what was read of a file goes with the last import that brought the file
        held = f"SELECT digest FROM {scan(act.root, 'media')} WHERE {of_acts(act.visible.of('import'))}"
        visible = f"({visible} AND digest IN ({held}))"
    old = [] if whole else _crowd(act.root, table)
    for path in files(act.root, table) if whole else ():
        stale = table not in _KEEP_ALL and _has(session, path, f"NOT ({visible})")
        if stale or rows_of(path) < _SMALL_ROWS:
            old.append(path)
    if not old or (len(old) == 1 and not _has(session, old[0], f"NOT ({visible})")):
        return 0
    exchange(session, act, table, old, "true" if table in _KEEP_ALL else visible)
    return len(old)


def _has(session: Session, path: str, condition: str) -> bool:
    query = f"SELECT 1 FROM read_parquet(?) WHERE {condition} LIMIT 1"
    return session.connection.execute(query, [path]).fetchone() is not None
