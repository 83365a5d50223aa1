"""Backups: lake, files and the database of one moment, in one file that knows its own hash; no keys are in it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from qunjian import __version__
from qunjian.lake.freezing import frozen, link
from qunjian.lake.lake import Lake
from qunjian.lake.lock import Patience
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.workspace import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qunjian.model.progress import Progress

FORMAT = 1
DATABASE = "console/console.sqlite3"
CHECKPOINTS = "console/audit-checkpoints.txt"
_MANIFEST = "MANIFEST.json"
_SEAL = 64  # the last bytes of the file: the SHA-256 of all before them
_PATIENCE = Patience(600.0)
_LINKED, _COPIED = ("reports",), ("standards", "mappings", "decisions")
_PIECE = 1 << 20
_TAKE = Phrase("取快照", "taking the snapshot")
_WRITE = Phrase("写入备份（文件）", "writing the backup (files)")
_CHECK = Phrase("校验备份（文件）", "checking the backup (files)")


class Standing(msgspec.Struct, frozen=True):
    """What can be counted in a workspace, to compare a backup with what comes back."""

    acts: int = 0
    messages: int = 0
    claims: int = 0
    findings: int = 0
    audit_entries: int = 0
    audit_mac: str = ""


class Stored(msgspec.Struct, frozen=True):
    """One file of a backup."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself; `keys` are fingerprints, so that the wrong key is known before it is used."""

    format: int
    made: dt.datetime
    program: str
    standing: Standing
    keys: dict[str, str]
    files: dict[str, Stored]


class Backup(msgspec.Struct, frozen=True):
    """A backup in its file."""

    path: str
    size: int
    manifest: Manifest


def keys_of(root: Path) -> dict[str, bytes]:
    """Return the keys without which a restored workspace is of no use: of erasure and pseudonyms, of the audit log."""
    found = {"lake/erasure.key": (root / "lake" / "erasure.key").read_bytes()}
    named = os.environ.get("QUNJIAN_AUDIT_KEY_FILE")
    path = Path(named) if named else root / "console" / "audit.key"
    if os.environ.get("QUNJIAN_AUDIT_KEY"):
        found["console/audit.key"] = os.environ["QUNJIAN_AUDIT_KEY"].encode()
    elif path.exists():
        found["console/audit.key"] = path.read_bytes().strip()
    return found


def write_keys(keys: Mapping[str, bytes]) -> bytes:
    """Return keys as they are kept in a file of their own."""
    return msgspec.json.encode({name: base64.b64encode(key).decode() for name, key in sorted(keys.items())}) + b"\n"


def read_keys(path: Path) -> dict[str, bytes]:
    """Return the keys in a file; raises BadInputError when it holds none."""
    try:
        held = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        return {name: base64.b64decode(key, validate=True) for name, key in held.items()}
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise BadInputError(Phrase("密钥文件读不懂", "cannot read the file of keys"), where=str(path)) from error


def fingerprint(key: bytes) -> str:
    """Return what tells a key from another without telling the key."""
    return hashlib.sha256(b"qunjian key\n" + key).hexdigest()[:32]


def backup_folder(root: Path) -> Path:
    """Return where backups go: `QUNJIAN_BACKUPS`, better on another disk, else a folder of the workspace."""
    return Path(os.environ.get("QUNJIAN_BACKUPS") or root / "backups")


def backups(root: Path) -> list[tuple[str, int, dt.datetime]]:
    """Return name, size and time of every backup in that folder, the newest first."""
    found = [(path.name, path.stat()) for path in backup_folder(root).glob("qunjian-*.backup.zip")]
    moments = [(name, one.st_size, dt.datetime.fromtimestamp(one.st_mtime, dt.UTC)) for name, one in found]
    return sorted(moments, reverse=True)


def make_backup(root: Path, folder: Path, now: dt.datetime, progress: Progress = silent) -> Backup:
    """Write a backup of a workspace into a folder, also while it is in use; the file is whole or not there."""
    if os.environ.get("DATABASE_URL"):
        raise BadInputError(
            Phrase(
                "控制台用的是 PostgreSQL，这里只会备份 SQLite",
                "the console uses PostgreSQL; only SQLite is backed up here",
            ),
            todo=Phrase(
                "用 pg_dump 备份数据库，再复制工作区目录", "use pg_dump for it, and copy the workspace's folder"
            ),
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"qunjian-{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}.backup.zip"
    if path.exists():
        raise BadInputError(Phrase("同名的备份已经存在", "a backup of that name exists"), where=str(path))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as name:
        staging = Path(name)
        progress(_TAKE, 0, None)
        with frozen(root / "lake", staging / "lake", _PATIENCE):
            _take(root, staging)
        standing = standing_of(staging)
        keys = {name: fingerprint(key) for name, key in keys_of(root).items()}
        files = {str(each.relative_to(staging).as_posix()): each for each in sorted(_files(staging))}
        stored = {name: Stored(each.stat().st_size, _hash(each)) for name, each in files.items()}
        manifest = Manifest(FORMAT, now.astimezone(dt.UTC), __version__, standing, keys, stored)
        draft = staging / "whole.zip"
        _zip(draft, files, manifest, progress)
        draft.replace(path)
    return Backup(str(path), path.stat().st_size, manifest)


def _take(root: Path, staging: Path) -> None:
    """Copy what is not the lake; the checkpoints go before the database, so that they never say more than it holds."""
    shutil.copy2(root / MARKER, staging / MARKER)
    for name in _COPIED:  # people change these in place
        if (root / name).is_dir():
            shutil.copytree(root / name, staging / name)
    for name in _LINKED:
        for each in _files(root / name):
            link(each, staging / each.relative_to(root))
    checkpoints = Path(os.environ.get("QUNJIAN_AUDIT_CHECKPOINTS", root / CHECKPOINTS))
    (staging / "console").mkdir(exist_ok=True)
    if checkpoints.exists():
        shutil.copy2(checkpoints, staging / CHECKPOINTS)
    if (root / DATABASE).exists():
        with (
            closing(sqlite3.connect(root / DATABASE, timeout=20)) as source,
            closing(sqlite3.connect(staging / DATABASE)) as target,
        ):
            source.backup(target)  # in one step: a reader of the write-ahead log, who keeps nobody waiting
            target.execute("PRAGMA journal_mode=DELETE")


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink() and not _passing(each))


def _passing(path: Path) -> bool:
    return path.name.endswith((".draft", ".part"))


def standing_of(root: Path) -> Standing:
    """Count what a workspace's folder holds."""
    lake = Lake(root / "lake", lambda: dt.datetime.now(dt.UTC))
    with closing(lake.session()) as session:
        messages, claims, findings = (
            int(session.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608 (our names)
            for table in ("message", "claim", "finding")
        )
    shutil.rmtree(root / "lake" / "schema", ignore_errors=True)
    shutil.rmtree(root / "lake" / "spill", ignore_errors=True)
    number, mac = 0, ""
    if (root / DATABASE).exists():
        with closing(sqlite3.connect(root / DATABASE)) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_head'").fetchone():
                number, mac = database.execute("SELECT number, mac FROM audit_head WHERE id = 1").fetchone() or (0, "")
    return Standing(len(lake.visible().acts), messages, claims, findings, number, mac)


def _zip(path: Path, files: Mapping[str, Path], manifest: Manifest, progress: Progress) -> None:
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for place, (name, each) in enumerate(files.items()):
            progress(_WRITE, place, len(files))
            kind = zipfile.ZIP_STORED if each.suffix == ".parquet" else zipfile.ZIP_DEFLATED
            archive.write(each, name, kind)
        archive.writestr(_MANIFEST, msgspec.json.encode(manifest, order="deterministic"), zipfile.ZIP_DEFLATED)
        archive.comment = b"0" * _SEAL
    digest = hashlib.sha256()
    with path.open("r+b") as file:
        for piece in _pieces(file, path.stat().st_size - _SEAL):
            digest.update(piece)
        file.seek(-_SEAL, os.SEEK_END)
        file.write(digest.hexdigest().encode())
        file.flush()
        os.fsync(file.fileno())


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(_PIECE, size))):
        size -= len(piece)
        yield piece


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_backup(path: Path) -> Manifest:
    """Return what a backup says of itself when every byte of it is as it was written; else raises one sentence."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for piece in _pieces(file, max(0, path.stat().st_size - _SEAL)):
                digest.update(piece)
            if file.read() != digest.hexdigest().encode():
                raise damaged(path)
        with zipfile.ZipFile(path) as archive:
            manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
            if {*archive.namelist()} != {_MANIFEST, *manifest.files}:
                raise damaged(path)
    except OSError as error:
        raise BadInputError(
            Phrase(f"打不开备份（{error.strerror}）", f"cannot open the backup ({error.strerror})"), where=str(path)
        ) from error
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, ValueError) as error:
        raise damaged(path) from error
    if manifest.format > FORMAT:
        raise BadInputError(
            Phrase("这份备份由更新的版本生成", "this backup was made by a newer version"), where=str(path),
            todo=Phrase("升级 qunjian 后再恢复", "upgrade qunjian, then restore it"),
        )  # fmt: skip
    return manifest


def damaged(path: Path) -> BadInputError:
    """Return the sentence for a backup that is not what was written."""
    return BadInputError(
        Phrase("备份损坏或被改动，没有使用", "the backup is damaged or was changed; nothing of it was used"),
        where=str(path),
        todo=Phrase("换一份备份", "take another one"),
    )


def unpack(path: Path, manifest: Manifest, target: Path, progress: Progress = silent) -> None:
    """Write the files of a checked backup into an empty folder, each compared with its hash once more."""
    with zipfile.ZipFile(path) as archive:
        for place, (name, stored) in enumerate(manifest.files.items()):
            progress(_CHECK, place, len(manifest.files))
            where = (target / name).resolve()
            if not where.is_relative_to(target.resolve()):
                raise damaged(path)
            where.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, where.open("wb") as out:
                shutil.copyfileobj(source, out, _PIECE)
            if where.stat().st_size != stored.size or _hash(where) != stored.sha256:
                raise damaged(path)
