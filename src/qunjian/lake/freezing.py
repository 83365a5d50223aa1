"""Freezes a lake for a backup: under the write lock its present files are linked elsewhere, in moments."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qunjian.lake.acting import PENDING
from qunjian.lake.lock import IMPATIENT, Patience, writing
from qunjian.lake.tables import TABLES, files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def frozen(root: Path, target: Path, patience: Patience = IMPATIENT) -> Iterator[None]:
    """Link what the visible state needs into `target`; nobody writes to the lake until the block ends.

    Files of the lake are never changed in place, so a link keeps what it was. The erasure key is not among them.
    """
    with writing(root, "backup", patience):
        for table in TABLES:
            present = files(root, table)
            if not present:
                continue
            log = sorted(path for path in (root / table / "_delta_log").iterdir() if path.is_file())
            for path in (*(root / table / name.rsplit("/", 1)[-1] for name in present), *log):
                link(path, target / path.relative_to(root))
        for name in ("format.json", PENDING):
            if (root / name).exists():
                link(root / name, target / name)
        yield


def link(path: Path, target: Path) -> None:
    """Link a file that is never changed in place; copy it where links cannot reach."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)
