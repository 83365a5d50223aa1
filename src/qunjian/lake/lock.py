"""One writer at a time: an operating-system lock on one file, which a killed writer cannot keep."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import LockedError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> bool:
        try:
            os.lseek(handle, 0, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _seize(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock, for the sentence another writer sees."""

    pid: int
    host: str
    kind: str
    since: dt.datetime


_HERE = threading.Lock()
_HELD: set[str] = set()


@contextmanager
def writing(folder: Path, kind: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the folder's write lock; raises LockedError naming the holder when it is taken for longer than `wait`.

    The lock dies with its process, so nothing has to be cleaned up after a kill; the note beside it only informs.
    """
    path = folder / "write.lock"
    note = folder / "write.holder.json"
    key = str(path.resolve())
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until = time.monotonic() + wait
        while not _take(handle, key):
            if time.monotonic() >= until:
                raise _locked(note)
            time.sleep(0.05)
        try:
            note.write_bytes(
                msgspec.json.encode(Holder(os.getpid(), socket.gethostname(), kind, dt.datetime.now(dt.UTC)))
            )
            yield
        finally:
            note.unlink(missing_ok=True)
            with _HERE:
                _HELD.discard(key)
            _release(handle)
    finally:
        os.close(handle)


def _take(handle: int, key: str) -> bool:
    with _HERE:
        if key in _HELD or not _seize(handle):
            return False
        _HELD.add(key)
        return True


def _locked(note: Path) -> LockedError:
    try:
        holder = msgspec.json.decode(note.read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        who = Phrase("另一个程序", "another process")
    else:
        since = f"{holder.since.astimezone():%H:%M:%S}"
        who = Phrase(
            f"另一个程序（进程 {holder.pid}，{holder.host}，{holder.kind}，始于 {since}）",
            f"another process (pid {holder.pid} on {holder.host}, {holder.kind}, since {since})",
        )
    return LockedError(
        Phrase(f"{who.zh}正在写这个工作区", f"{who.en} is writing to this workspace"),
        todo=Phrase("等它结束后再试", "wait for it to end and try again"),
    )
