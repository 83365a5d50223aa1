"""Which models there are, by name: a team's own in the folder `models` beside its standards, then the shipped ones."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def library() -> Path:
    """Return the folder of the models that come with the engine."""
    return Path(str(files("qunjian.models") / "library"))


def shipped() -> tuple[str, ...]:
    """Return the names of the models that come with the engine."""
    return tuple(sorted(path.stem for path in library().glob("*.npz")))


def find_models(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return every model's file by its name: those in `<folder>/models` go before shipped ones of the same name."""
    found: dict[str, Path] = {}
    for home in (*(folder / "models" for folder in folders), library()):
        for path in sorted(home.glob("*.npz")):
            found.setdefault(path.stem, path)
    return found


def digest(path: Path) -> str:
    """Return a short hash of a model's file: another file, other findings."""
    about = path.stat()
    return _digest(path, about.st_mtime_ns, about.st_size)


@cache
def _digest(path: Path, _changed: int, _size: int) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
