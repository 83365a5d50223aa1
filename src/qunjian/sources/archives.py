"""Opens zip, tar, .gz and .zst as the documents inside them, under caps on entries, depth, size and ratio."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import zstandard

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_ENTRIES = 500_000
MAX_DEPTH = 3
MAX_RATIO = 250
FREE_BYTES = 64 * 2**20  # below this size the ratio is not looked at
MAX_UNPACKED = 64 * 2**30
ZSTD_WINDOW = 2**27
_SIP = 2048  # packed bytes at a time: a bomb must not unpack to gigabytes before the ratio is looked at

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.zst")
STREAM_SUFFIXES = (".gz", ".zst")
ARCHIVE_SUFFIXES = (".zip", *TAR_SUFFIXES, *STREAM_SUFFIXES)


def is_archive(name: str) -> bool:
    """Return whether the name says archive or compressed stream."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def members(outer: Document, depth: int = 1) -> Iterator[Document]:
    """Yield the documents inside an archive, nested archives included."""
    if depth > MAX_DEPTH:
        raise LimitError(
            Phrase(f"压缩包嵌套超过 {MAX_DEPTH} 层", f"archives nested more than {MAX_DEPTH} deep"), where=outer.name
        )
    lower = outer.name.lower()
    inner: Iterator[Document]
    if lower.endswith(".zip"):
        inner = _zip_members(outer)
    elif lower.endswith(TAR_SUFFIXES):
        inner = _tar_members(outer)
    else:
        inner = iter([unpacked(outer)])
    for member in inner:
        if is_archive(member.name):
            yield from members(member, depth + 1)
        else:
            yield member


def unpacked(outer: Document) -> Document:
    """Return the document inside a .gz or .zst file; other documents as they are."""
    lower = outer.name.lower()
    if lower.endswith((".gz", ".tgz")):
        return Document(_stem(outer.name), outer.size, lambda: _capped(outer, _gunzip))
    if lower.endswith(".zst"):
        return Document(_stem(outer.name), outer.size, lambda: _capped(outer, _unzstd))
    return outer


def _stem(name: str) -> str:
    lower = name.lower()
    return name[:-4] + ".tar" if lower.endswith(".tgz") else name[: name.rindex(".")]


def _gunzip(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw))


def _unzstd(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", _Frames(raw))


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


def _capped(outer: Document, opener: Callable[[BinaryIO], BinaryIO]) -> BinaryIO:
    raw = outer.open()
    return cast("BinaryIO", io.BufferedReader(_Capped(opener(raw), raw, outer), buffer_size=1 << 18))


class _Capped(io.RawIOBase):
    """A decompressed stream that stops at the caps and turns damage into a sentence."""

    def __init__(self, inner: BinaryIO, raw: BinaryIO, outer: Document) -> None:
        self._inner = inner
        self._raw = raw
        self._outer = outer
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise damaged(self._outer.name) from error
        self._given += len(data)
        check_size(self._outer.name, self._given, self._outer.size)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        self._raw.close()
        super().close()


def check_size(name: str, given: int, stored: int) -> None:
    """Refuse what unpacks to more than the caps allow."""
    if given > MAX_UNPACKED or (given > FREE_BYTES and given > MAX_RATIO * max(stored, 1)):
        raise LimitError(
            Phrase(
                f"解压后的大小超过上限（{MAX_RATIO} 倍或 {MAX_UNPACKED >> 30} GB），像是压缩炸弹",
                f"unpacks to more than {MAX_RATIO} times its size or {MAX_UNPACKED >> 30} GB, like a zip bomb",
            ),
            where=name,
            todo=Phrase("如确认无误，请先自行解压", "if it is genuine, unpack it yourself first"),
        )


def damaged(name: str) -> BadInputError:
    """Return the error for an archive that cannot be unpacked."""
    return BadInputError(
        Phrase("压缩包已损坏或不完整", "the archive is damaged or incomplete"),
        where=name,
        todo=Phrase("请重新导出或重新下载", "export or download it again"),
    )


def _too_many(name: str) -> LimitError:
    return LimitError(
        Phrase(f"压缩包内文件超过 {MAX_ENTRIES} 个", f"more than {MAX_ENTRIES} files in the archive"), where=name
    )


def _seekable(outer: Document) -> BinaryIO:
    """Return the archive's bytes as a seekable file, spilling to a temporary file when it is itself compressed."""
    stream = outer.opened()
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO):
        return cast("BinaryIO", stream)
    spill = tempfile.TemporaryFile()  # noqa: SIM115 (the documents keep it open)
    given = 0
    with stream:
        while data := stream.read(1 << 20):
            given += len(data)
            check_size(outer.name, given, outer.size)
            spill.write(data)
    spill.seek(0)
    return cast("BinaryIO", spill)


def _zip_members(outer: Document) -> Iterator[Document]:
    try:
        archive = zipfile.ZipFile(_seekable(outer))
    except zipfile.BadZipFile as error:
        raise damaged(outer.name) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise _too_many(outer.name)
    check_size(outer.name, sum(entry.file_size for entry in entries), outer.size)
    for entry in sorted(entries, key=lambda entry: entry.filename):
        if entry.flag_bits & 1:
            raise BadInputError(
                Phrase("压缩包有密码", "the archive is encrypted"),
                where=outer.name,
                todo=Phrase("请先解压", "unpack it first"),
            )
        name = f"{outer.name}/{_zip_name(entry)}"
        yield Document(name, entry.file_size, lambda entry=entry: _zip_open(archive, entry, outer))  # type: ignore[misc]


def _zip_open(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, outer: Document) -> BinaryIO:
    try:
        inner = cast("BinaryIO", archive.open(entry))
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(outer.name) from error
    return cast("BinaryIO", io.BufferedReader(_ZipMember(inner, outer.name), buffer_size=1 << 18))


class _ZipMember(io.RawIOBase):
    """A member's bytes with damage turned into a sentence."""

    def __init__(self, inner: BinaryIO, name: str) -> None:
        self._inner = inner
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except (zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise damaged(self._name) from error
        view[: len(data)] = data
        return len(data)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return the member's name; names without the UTF-8 flag are usually GB18030 from Chinese Windows."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _tar_members(outer: Document) -> Iterator[Document]:
    plain = outer if outer.name.lower().endswith(".tar") else unpacked(outer)
    stream = _seekable(plain)
    found: list[tuple[str, int, int]] = []
    try:
        with tarfile.TarFile(fileobj=stream) as archive:
            for entry in archive:
                if entry.isreg():
                    found.append((entry.name, entry.offset_data, entry.size))
                if len(found) > MAX_ENTRIES:
                    raise _too_many(outer.name)
    except tarfile.TarError as error:
        raise damaged(outer.name) from error
    for name, offset, size in sorted(found):
        shown = f"{outer.name}/{name.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')}"
        yield Document(shown, size, lambda offset=offset, size=size: _TarMember.opened(stream, offset, size))  # type: ignore[misc]


class _TarMember(io.RawIOBase):
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
