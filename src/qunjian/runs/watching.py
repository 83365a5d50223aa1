"""Watches a folder that exporters write into: waits until an export is finished, imports it once, remembers it.

An export is one entry of the folder, a file or a whole folder: some formats keep names in files beside the messages.
What was imported is remembered by content, so that an export moved or written again is not read again. A kill between
an import and its note only makes the next run read it again: the lake keeps nothing twice.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import BadInputError, LockedError
from qunjian.model.language import Phrase
from qunjian.model.records import UNREADABLE_FILE
from qunjian.runs.importing import import_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qunjian.lake.records import ImportCounts
    from qunjian.runs.importing import Wish
    from qunjian.workspace import Workspace

# Names that writers give to what they have not finished.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".draft", ".swp")
Stamp = tuple[tuple[str, int, int], ...]


class Memory(msgspec.Struct):
    """What was imported from watched folders: digest of an export → the import that brought it."""

    done: dict[str, str] = {}


class Watch(msgspec.Struct, frozen=True):
    """Which folder, how long a file must lie still, how often to look, and whether to look once only."""

    folder: Path
    steady: float = 5.0
    every: float = 2.0
    once: bool = False


class Told(msgspec.Struct, frozen=True):
    """One thing that happened: an export imported, known already, refused, or put off (`counts` and `why` say more)."""

    name: str
    state: str
    counts: ImportCounts | None = None
    why: Phrase | None = None


def watch(workspace: Workspace, wish: Wish, wanted: Watch, tell: Callable[[Told], None]) -> int:
    """Import what is finished, again and again, or once; returns how many exports were refused."""
    if not wanted.folder.is_dir():
        raise BadInputError(Phrase("没有这个目录", "no such folder"), where=str(wanted.folder))
    path = workspace.cache / "watched.json"
    memory = _remembered(path, set(workspace.lake.visible().of("import")))
    still: dict[Path, tuple[Stamp, float]] = {}
    settled: dict[Path, Stamp] = {}
    refused = 0
    began = time.monotonic()
    while True:
        waiting = 0
        for entry in sorted(wanted.folder.iterdir()):
            stamp = _stamp(entry)
            if stamp is None or settled.get(entry) == stamp:
                continue
            now = time.monotonic()
            seen, since = still.get(entry, (None, now))
            if seen != stamp:
                still[entry] = (stamp, now)
            if seen != stamp or now - since < wanted.steady:
                waiting += 1
                continue
            told = _taken(workspace, wish, entry, stamp, memory)
            if told is None:  # another process is writing, or the export changed: at the next look
                waiting += 1
                continue
            settled[entry] = stamp
            refused += told.state == "refused"
            tell(told)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(path.name + ".draft")
            draft.write_bytes(msgspec.json.encode(memory))
            draft.replace(path)
        # Once: whatever goes on growing for longer than a few looks is left for the next run.
        if wanted.once and (not waiting or time.monotonic() - began > 4 * wanted.steady + 60):
            return refused
        time.sleep(min(wanted.every, wanted.steady or wanted.every))


def _remembered(path: Path, visible: set[str]) -> Memory:
    """Return what is remembered; an import that was undone is forgotten."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Memory)
        return Memory({digest: act for digest, act in found.done.items() if act in visible})
    except (OSError, msgspec.MsgspecError):
        return Memory()


def _taken(workspace: Workspace, wish: Wish, entry: Path, stamp: Stamp, memory: Memory) -> Told | None:
    """Import one finished export; None when it must be tried again."""
    try:
        digest = _digest(entry, stamp)
        if _stamp(entry) != stamp:
            return None
        if digest in memory.done:
            return Told(entry.name, "known")
        counts = import_files(workspace, msgspec.structs.replace(wish, paths=(entry,)))
    except LockedError:
        return None
    except BadInputError as error:
        return Told(entry.name, "refused", why=Phrase(error.sentence("zh"), error.sentence("en")))
    except FileNotFoundError:
        return None
    if UNREADABLE_FILE in counts.total.rejected or counts.total.fruitless:
        return Told(entry.name, "refused", counts)
    memory.done[digest] = counts.act_id
    return Told(entry.name, "imported", counts)


def _stamp(entry: Path) -> Stamp | None:
    """Return name, size and time of every file of an export; None while a name says that it is being written."""
    found = []
    for path in (entry,) if entry.is_file() else sorted(path for path in entry.rglob("*") if path.is_file()):
        if path.name.lower().endswith(_UNFINISHED) or path.name.startswith(("~$", ".~")):
            return None
        try:
            stat = path.stat()
        except OSError:
            return None
        found.append((os.fspath(path.relative_to(entry.parent)), stat.st_size, stat.st_mtime_ns))
    hidden = entry.name.startswith(".")
    return tuple(found) if found and not hidden else None


def _digest(entry: Path, stamp: Stamp) -> str:
    """Return the digest of an export's contents: of a file alone, whatever its name; of a folder, with names within."""
    whole = hashlib.sha256()
    for name, _, _ in stamp:
        with (entry.parent / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        inside = "" if entry.is_file() else name.split(os.sep, 1)[-1]
        whole.update(f"{inside}\0{digest}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
