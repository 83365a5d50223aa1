"""Unpacks streams (.gz, .zst) and members bit by bit: stops at the caps, and turns damage into a sentence."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import zstandard

from qunjian.sources import caps

if TYPE_CHECKING:
    from qunjian.sources.caps import Budget
    from qunjian.sources.document import Document

ZSTD_WINDOW = 2**27
_SIP = 2048  # packed bytes at a time: a bomb must not unpack to gigabytes before the ratio is looked at
_DAMAGE = (OSError, EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile, ValueError)


def opened_gzip(outer: Document, budget: Budget, seen: list[int]) -> BinaryIO:
    """Return what a .gz document holds; `seen`: how much of it the budget knows already."""
    raw = outer.open()
    return _capped(cast("BinaryIO", gzip.GzipFile(fileobj=raw)), raw, outer, budget, seen)


def opened_zstd(outer: Document, budget: Budget, seen: list[int]) -> BinaryIO:
    """Return what a .zst document holds."""
    raw = outer.open()
    return _capped(cast("BinaryIO", _Frames(raw)), raw, outer, budget, seen)


def _capped(inner: BinaryIO, raw: BinaryIO, outer: Document, budget: Budget, seen: list[int]) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Capped(inner, raw, outer, budget, seen), buffer_size=1 << 18))


class _Frames:
    """Zstandard frames one after another; unlike the library's own reader it notices a file that was cut short."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame: Any = None
        self._ready = b""

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; empty at the end."""
        while not self._ready:
            data = self._raw.read(_SIP)
            if not data:
                if self._frame is not None:
                    raise zstandard.ZstdError("cut short")
                return b""
            self._ready = self._unpacked(data)
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def _unpacked(self, data: bytes) -> bytes:
        out: list[bytes] = []
        while data:
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
            out.append(self._frame.decompress(data))
            data = b""
            if self._frame.eof:
                data, self._frame = self._frame.unused_data, None
        return b"".join(out)

    def close(self) -> None:
        """Nothing to close but the file, which its owner closes."""


class _Capped(io.RawIOBase):
    """A decompressed stream that stops at the caps and turns damage into a sentence."""

    def __init__(self, inner: BinaryIO, raw: BinaryIO, outer: Document, budget: Budget, seen: list[int]) -> None:
        self._inner = inner
        self._raw = raw
        self._outer = outer
        self._budget = budget
        self._seen = seen
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except _DAMAGE as error:
            raise caps.damaged(self._outer.name) from error
        self._given += len(data)
        caps.check_size(self._outer.name, self._given, self._outer.size)
        caps.check_member(self._outer.name, self._given)
        if self._given > self._seen[0]:  # a document is opened more than once
            self._budget.take(self._given - self._seen[0])
            self._seen[0] = self._given
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        self._raw.close()
        super().close()


class Member(io.RawIOBase):
    """A zip member's bytes with damage turned into a sentence."""

    def __init__(self, inner: BinaryIO, name: str) -> None:
        self._inner = inner
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except _DAMAGE as error:
            raise caps.damaged(self._name) from error
        view[: len(data)] = data
        return len(data)


def seekable(outer: Document) -> BinaryIO:
    """Return the archive's bytes as a seekable file, spilling to a temporary file when it is itself compressed."""
    stream = outer.opened()
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO):
        return cast("BinaryIO", stream)
    spill = tempfile.TemporaryFile()  # noqa: SIM115 (the documents keep it open)
    with stream:
        while data := stream.read(1 << 20):
            spill.write(data)
    spill.seek(0)
    return cast("BinaryIO", spill)
