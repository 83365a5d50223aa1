"""Tells one state of the team's standards from another, so that what is read from them is read once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

State = tuple[tuple[str, int, int], ...]
_PATTERNS = ("*.yaml", "packs/*/*.yaml", "published/*.json")


def state_of(folder: Path) -> State:
    """Return names, times and sizes of the standards, packs and published versions in a folder."""
    return tuple(
        (str(path), seen.st_mtime_ns, seen.st_size)
        for pattern in _PATTERNS
        for path in sorted(folder.glob(pattern))
        for seen in (path.stat(),)
    )
