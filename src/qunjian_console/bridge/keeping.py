"""The backups of this console's workspace: made, listed, checked, found by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import QunjianError
from qunjian.model.progress import silent
from qunjian_console.bridge import backups
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from qunjian.model.progress import Progress


class Kept(msgspec.Struct, frozen=True):
    """A backup that was just made."""

    name: str
    bytes: int
    messages: int
    audit_entries: int


def back_up(progress: Progress = silent) -> Kept:
    """Make a backup now."""
    root = workspace().root
    made = backups.make_backup(root, backups.backup_folder(root), dt.datetime.now(dt.UTC), progress)
    standing = made.manifest.standing
    return Kept(Path(made.path).name, made.size, standing.messages, standing.audit_entries)


def listed() -> list[tuple[str, int, dt.datetime]]:
    """Return name, size and time of the backups, the newest first."""
    return backups.backups(workspace().root)


def found(name: str) -> Path | None:
    """Return the file of a backup in the list; nothing else can be named."""
    root = workspace().root
    return next((backups.backup_folder(root) / name for each, _, _ in listed() if each == name), None)


def is_sound(name: str) -> bool:
    """Return whether every byte of a backup is as it was written."""
    path = found(name)
    try:
        return path is not None and backups.check_backup(path) is not None
    except QunjianError:
        return False


def folder() -> str:
    """Return where backups go."""
    return str(backups.backup_folder(workspace().root))


def keys() -> bytes:
    """Return the keys that backups leave out, as a file to be kept apart."""
    return backups.write_keys(backups.keys_of(workspace().root))
