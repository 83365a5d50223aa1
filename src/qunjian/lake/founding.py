"""Founds a lake and knows one: its marker and its erasure key; light enough for commands that read no row."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import WorkspaceError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
Clock = Callable[[], dt.datetime]


def wall_clock() -> dt.datetime:
    """Return the present instant; tests pass another clock."""
    return dt.datetime.now(dt.UTC)


def found_lake(root: Path) -> None:
    """Make an empty lake; does nothing to one that exists. Its tables come with their first rows."""
    root.mkdir(parents=True, exist_ok=True)
    marker = root / "format.json"
    if not marker.exists():
        _new_key(root)
        draft = root / "format.json.draft"
        draft.write_bytes(msgspec.json.encode({"format": FORMAT}))
        draft.replace(marker)


def require_lake(root: Path) -> None:
    """Raise WorkspaceError when there is no lake here, or one that a newer program made."""
    try:
        marker = msgspec.json.decode((root / "format.json").read_bytes(), type=dict[str, int])
    except (OSError, msgspec.MsgspecError) as error:
        raise WorkspaceError(Phrase("这里没有可用的数据湖", "there is no usable lake here"), where=str(root)) from error
    if marker.get("format", 0) > FORMAT:
        raise WorkspaceError(
            Phrase("这个工作区由更新的版本建立", "this workspace was made by a newer version"),
            where=str(root),
            todo=Phrase("升级 qunjian 后再打开", "upgrade qunjian and open it again"),
        )


def _new_key(root: Path) -> None:
    """Write the secret that tombstones are keyed with; it never leaves the workspace."""
    path = root / "erasure.key"
    if not path.exists():
        draft = root / "erasure.key.draft"
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(os.urandom(32))
        draft.replace(path)
