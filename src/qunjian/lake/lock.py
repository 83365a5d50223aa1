"""One writer at a time: an operating-system lock on one file, which a killed writer cannot keep."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
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


class Patience(msgspec.Struct, frozen=True):
    """How many seconds to wait for another writer, and whom to tell what is waited for."""

    seconds: float = 0.0
    tell: Callable[[Phrase], None] | None = None


IMPATIENT = Patience()
_SOON = 0.3  # seconds: who waits less need not hear of it
_KINDS = {
    "import": "导入",
    "inspect": "质检",
    "fill": "计算",
    "undo": "撤销",
    "erase": "删除",
    "compact": "整理",
    "pull": "拉取",
    "register": "登记",
    "duty": "排班",
    "backup": "备份",
    "restore": "恢复",
    "serve": "控制台",
}
_HERE = threading.Lock()
_HELD: set[str] = set()


@contextmanager
def writing(folder: Path, kind: str, patience: Patience = IMPATIENT) -> Iterator[None]:
    """Hold the folder's write lock; raises LockedError naming the holder when patience runs out.

    The lock dies with its process, so nothing has to be cleaned up after a kill; the note beside it only informs.
    """
    path = folder / "write.lock"
    note = folder / "write.holder.json"
    key = str(path.resolve())
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(handle, key, note, patience)
        try:
            with suppress(OSError):
                holder = Holder(os.getpid(), socket.gethostname(), kind, dt.datetime.now(dt.UTC))
                note.write_bytes(msgspec.json.encode(holder))
            yield
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)
            with _HERE:
                _HELD.discard(key)
            _release(handle)
    finally:
        os.close(handle)


def _wait(handle: int, key: str, note: Path, patience: Patience) -> None:
    """Take the lock as soon as it is free; tell once for whom one waits, and again when that changes."""
    began = time.monotonic()
    told: Phrase | None = None
    while not _take(handle, key):
        waited = time.monotonic() - began
        if waited >= patience.seconds:
            who = _who(note)
            raise LockedError(
                Phrase(f"{who.zh}正在写这个工作区", f"{who.en} is writing to this workspace"),
                todo=Phrase("等它结束后再试", "wait for it to end and try again"),
            )
        if patience.tell is not None and waited >= _SOON:
            who = _who(note)
            if who != told:
                told = who
                patience.tell(
                    Phrase(
                        f"{who.zh}正在写这个工作区，它结束后自动继续（最多等 {patience.seconds:.0f} 秒，Ctrl+C 放弃）",
                        f"{who.en} is writing to this workspace; this goes on by itself when it ends "
                        f"(waiting at most {patience.seconds:.0f} s, Ctrl+C gives up)",
                    )
                )
        time.sleep(0.05)


def _take(handle: int, key: str) -> bool:
    with _HERE:
        if key in _HELD or not _seize(handle):
            return False
        _HELD.add(key)
        return True


def _who(note: Path) -> Phrase:
    try:
        holder = msgspec.json.decode(note.read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return Phrase("另一个程序", "another process")
    since = f"{holder.since.astimezone():%H:%M:%S}"
    return Phrase(
        f"另一个程序（进程 {holder.pid}，{holder.host}，{_KINDS.get(holder.kind, holder.kind)}，始于 {since}）",
        f"another process (pid {holder.pid} on {holder.host}, {holder.kind}, since {since})",
    )
