"""Removes files that no table needs any more, once whoever may still be reading them has had time to finish."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qunjian.lake.tables import TABLES, files

if TYPE_CHECKING:
    from collections.abc import Iterator

# A reader opens the files it saw when it began; none reads for so long.
GRACE_SECONDS = 3600


def stale(root: Path) -> Iterator[Path]:
    """Yield files in the tables' folders that no table names and that were dropped, or left behind, long ago."""
    before = time.time() - GRACE_SECONDS
    for table in TABLES:
        found = [path for path in (root / table).glob("*.parquet") if _age(path) < before]
        if found:
            named = {Path(name).name for name in files(root, table)}
            yield from (path for path in found if path.name not in named)


def sweep(root: Path) -> int:
    """Remove what is stale, under the write lock; returns how many files went. What is in use stays for the next time.

    Each file is needed by nobody: killed half way, the next sweep goes on.
    """
    gone = 0
    for path in stale(root):
        with suppress(OSError):
            path.unlink()
            gone += 1
    return gone


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
