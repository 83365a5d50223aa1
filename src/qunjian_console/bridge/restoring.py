"""Restores a backup: into a new folder, or in the place of a workspace whose old state is kept beside it."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.lock import writing
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.workspace import Workspace
from qunjian_console.bridge.backups import Manifest, check_backup, damaged, fingerprint, standing_of, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.model.progress import Progress

_OLD = "before-restore-"


class Restored(msgspec.Struct, frozen=True):
    """Where a backup was restored, of which moment it is, and where the old state lies."""

    path: str
    made: dt.datetime
    messages: int
    audit_entries: int
    old: str = ""


def restore_new(path: Path, target: Path, keys: Mapping[str, bytes], progress: Progress = silent) -> Restored:
    """Restore into a folder that is new or empty; it is whole or not there."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInputError(
            Phrase("目录不是空的", "the folder is not empty"), where=str(target),
            todo=Phrase("换一个新目录，或用 --replace 替换一个工作区", "choose a new one, or --replace a workspace"),
        )  # fmt: skip
    manifest = check_backup(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restoring-") as name:
        staged = _staged(path, manifest, keys, Path(name), progress)
        if target.exists():
            target.rmdir()
        staged.rename(target)
    return Restored(str(target), manifest.made, manifest.standing.messages, manifest.standing.audit_entries)


def restore_over(
    path: Path, root: Path, keys: Mapping[str, bytes], now: dt.datetime, progress: Progress = silent
) -> Restored:
    """Put a backup in the place of a workspace; what stood there moves into a folder within it, nothing is deleted."""
    manifest = check_backup(path)
    with ExitStack() as held:
        held.enter_context(writing(root / "lake", "restore"))
        held.enter_context(writing(root / "console", "restore"))
        name = held.enter_context(tempfile.TemporaryDirectory(dir=root, prefix=".restoring-"))
        staged = _staged(path, manifest, keys, Path(name), progress)
        old = root / f"{_OLD}{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}"
        old.mkdir()
        stays = {old.name, Path(name).name, "backups"}
        gone = [each for each in root.iterdir() if each.name not in stays and not each.name.startswith(_OLD)]
        _exchange(gone, old, sorted(staged.iterdir()), root)
    standing = manifest.standing
    return Restored(str(root), manifest.made, standing.messages, standing.audit_entries, str(old))


def _exchange(gone: list[Path], old: Path, come: list[Path], root: Path) -> None:
    """Move the old state aside and the new one in; what fails half way is moved back."""
    done: list[tuple[Path, Path]] = []
    try:
        for each, folder in (*((one, old) for one in gone), *((one, root) for one in come)):
            each.rename(folder / each.name)
            done.append((each, folder / each.name))
    except OSError as error:
        for before, after in reversed(done):
            after.rename(before)
        raise BadInputError(
            Phrase(f"替换不了（{error.strerror}），工作区仍是原来的样子",
                   f"cannot replace it ({error.strerror}); the workspace is as it was"),
            where=str(root), todo=Phrase("关掉正在用它的程序再试", "close the programs that use it and try again"),
        ) from error  # fmt: skip


def _staged(path: Path, manifest: Manifest, keys: Mapping[str, bytes], folder: Path, progress: Progress) -> Path:
    """Unpack beside the target, put the keys in, and count: what does not add up goes nowhere."""
    wrong = [name for name, mark in manifest.keys.items() if name not in keys or fingerprint(keys[name]) != mark]
    if wrong:
        raise BadInputError(
            Phrase(
                f"缺少这份备份的密钥：{'、'.join(wrong)}", f"the keys of this backup are missing: {', '.join(wrong)}"
            ),
            where=str(path),
            todo=Phrase(
                "用 --keys 指定与备份分开保存的密钥文件", "name the file of keys kept apart from it with --keys"
            ),
        )
    staged = folder / "workspace"
    staged.mkdir()
    unpack(path, manifest, staged, progress)
    if standing_of(staged) != manifest.standing:
        raise damaged(path)
    for name in manifest.keys:
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(keys[name])
    for name in ("standards", "mappings", "decisions", "reports", "cache"):
        (staged / name).mkdir(exist_ok=True)
    Workspace.open(staged)
    return staged
