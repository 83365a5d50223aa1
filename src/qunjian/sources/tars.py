"""Lists the plain files of a tar and reads each where it stands; links, devices and sparse files are refused."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.sources import caps
from qunjian.sources.document import Document
from qunjian.sources.packed import seekable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.model.errors import BadInputError
    from qunjian.sources.caps import Budget

MAX_HEADER = 2**20
_Found = tuple[str, int, int, Phrase | None]  # name, where it begins, its size, what it is if no plain file
_LINK = Phrase("链接", "a link")
_DEVICE = Phrase("设备或管道", "a device or a pipe")
_SPARSE = Phrase("稀疏文件", "a sparse file")


def tar_members(plain: Document, budget: Budget, outer: str) -> Iterator[Document]:
    """Yield the members of a tar under the name of the file it came in, the refused ones too."""
    stream = seekable(plain)
    length = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    found: list[_Found] = []
    broken: BadInputError | None = None
    try:
        with tarfile.TarFile(fileobj=cast("Any", _Headers(stream, outer))) as archive:
            for entry in archive:
                if entry.size < 0 or entry.offset_data + entry.size < entry.offset:
                    raise caps.damaged(outer)
                if not entry.isdir():
                    budget.enter(1)
                    found.append((entry.name, entry.offset_data, entry.size, _kind(entry)))
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError, OSError):
        broken = caps.damaged(outer)  # what stands before the damage is read all the same
    for one in sorted(found, key=lambda one: one[:2]):
        yield _member(stream, outer, one, length)
    if broken is not None:
        raise broken


def _kind(entry: tarfile.TarInfo) -> Phrase | None:
    """Return what a member is when it is no plain file."""
    if entry.issym() or entry.islnk():
        return _LINK
    if entry.issparse():
        return _SPARSE
    return None if entry.isreg() else _DEVICE


def _member(stream: BinaryIO, outer: str, one: _Found, length: int) -> Document:
    raw, offset, size, kind = one
    written = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    name, why = caps.member_name(outer, written)
    if why is None and kind is not None:
        why = caps.no_file(name, kind)
    if why is None:
        why = _too_large(name, size) if offset + size <= length else caps.damaged(name)
    if why is not None:
        return caps.refused_member(outer, written, why)
    return Document(name, size, lambda: _Window.opened(stream, offset, size))


def _too_large(name: str, size: int) -> BadInputError | None:
    try:
        caps.check_member(name, size)
    except LimitError as error:
        return error
    return None


class _Headers:
    """The tar file as the library reads its headers: a header that claims megabytes is not held in memory."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of a header."""
        if not 0 <= size <= MAX_HEADER:
            raise caps.damaged(self._name)
        return self._stream.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """Return the place in the file."""
        return self._stream.tell()


class _Window(io.RawIOBase):
    """A window over the tar file; one is read at a time, so each read seeks first."""

    def __init__(self, stream: BinaryIO, offset: int, size: int) -> None:
        self._stream = stream
        self._at = offset
        self._end = offset + size

    @classmethod
    def opened(cls, stream: BinaryIO, offset: int, size: int) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(cls(stream, offset, size), buffer_size=1 << 18))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        self._stream.seek(self._at)
        data = self._stream.read(min(len(view), self._end - self._at))
        self._at += len(data)
        view[: len(data)] = data
        return len(data)
