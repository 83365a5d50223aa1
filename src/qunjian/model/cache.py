"""What takes long to make and can be made again is kept in the person's own cache folder, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

_SUM = 16  # bytes of the checksum before the content


def cache_folder() -> Path:
    """Return the folder for things that can be made again: QUNJIAN_CACHE, else the system's place for caches."""
    if named := os.environ.get("QUNJIAN_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "qunjian" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "qunjian"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qunjian"


def kept(name: str) -> bytes | None:
    """Return what was kept under that name, or None when there is nothing or it is not whole."""
    try:
        found = (cache_folder() / name).read_bytes()
    except OSError:
        return None
    content = found[_SUM:]
    return content if found[:_SUM] == _checksum(content) else None


def keep(name: str, content: bytes, *, family: str = "", most: int = 16) -> None:
    """Keep bytes under a name, in one atomic step; of the files that begin with `family` only the newest `most` stay.

    A cache that cannot be written is done without.
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_checksum(content) + content)
            Path(draft).replace(folder / name)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            return
        if family:
            old = sorted(folder.glob(f"{family}*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in old[most:]:
                path.unlink(missing_ok=True)
    except OSError:
        return


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SUM).digest()
