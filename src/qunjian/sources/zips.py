"""Lists the members of a zip: names from any Windows, no bombs, no links, nothing that shares bytes with another."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, cast

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources import caps
from qunjian.sources.document import Document
from qunjian.sources.packed import Member, seekable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.caps import Budget

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # LZMA may ask for gigabytes of memory
_END = b"PK\x05\x06"
_END_BYTES = 65_557
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError, EOFError, OSError)
_LINK = Phrase("链接", "a link")
_DEVICE = Phrase("设备或管道", "a device or a pipe")


def zip_members(outer: Document, budget: Budget) -> Iterator[Document]:
    """Yield the members of a zip, the refused ones too; refuses a zip that is hostile as a whole."""
    archive = _opened(outer)
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    budget.enter(len(entries))
    total = sum(entry.file_size for entry in entries)
    caps.check_size(outer.name, total, outer.size)
    budget.take(total)
    _check_places(outer.name, archive.infolist())
    if entries and all(entry.flag_bits & 1 for entry in entries):
        raise caps.encrypted(outer.name)
    for entry in sorted(entries, key=lambda entry: entry.filename):
        yield _member(archive, entry, outer.name)


def _opened(outer: Document) -> zipfile.ZipFile:
    stream = seekable(outer)
    if _directory_bytes(stream) > caps.MAX_DIRECTORY:
        raise LimitError(
            Phrase(
                f"压缩包的目录超过 {caps.MAX_DIRECTORY >> 20} MB",
                f"the archive's list of contents is over {caps.MAX_DIRECTORY >> 20} MB",
            ),
            where=outer.name,
            todo=Phrase("请先自行解压", "unpack it yourself first"),
        )
    try:
        return zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise caps.damaged(outer.name) from error


def _directory_bytes(stream: BinaryIO) -> int:
    """Return the size of the list of contents as the end of the file tells, before anything reads it."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _END_BYTES, 0))
    tail = stream.read(_END_BYTES)
    stream.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        return 0
    (told,) = struct.unpack_from("<L", tail, place + 12)
    begins = tail.rfind(b"PK\x06\x06", 0, place)
    if told == 0xFFFFFFFF and begins >= 0 and begins + 48 <= place:  # zip64 tells it before
        (told,) = struct.unpack_from("<Q", tail, begins + 40)
    return int(told)


def _check_places(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes: each takes its header and its packed bytes, one after the other."""
    for one, following in pairwise(sorted(entries, key=lambda entry: entry.header_offset)):
        if one.header_offset + 30 + one.compress_size > following.header_offset:
            raise caps.overlapping(name)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, outer: str) -> Document:
    written = _name(entry)
    name, why = caps.member_name(outer, written)
    mode = entry.external_attr >> 16
    if why is None and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        why = caps.no_file(name, _LINK if stat.S_ISLNK(mode) else _DEVICE)
    if why is None and entry.flag_bits & 1:
        why = caps.encrypted(name)
    if why is None and entry.compress_type not in _METHODS:
        why = caps.unknown_packing(name)
    if why is None:
        try:
            caps.check_member(name, entry.file_size)
            caps.check_size(name, entry.file_size, entry.compress_size)
        except BadInputError as error:
            why = error
    if why is not None:
        return caps.refused_member(outer, written, why)
    return Document(name, entry.file_size, lambda: _open(archive, entry, name))


def _open(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> BinaryIO:
    try:
        inner = cast("BinaryIO", archive.open(entry))
    except (*_BROKEN, RuntimeError) as error:
        raise caps.damaged(name) from error
    return cast("BinaryIO", io.BufferedReader(Member(inner, name), buffer_size=1 << 18))


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the member's name with "/" between folders; without the UTF-8 flag it is usually GB18030 (Windows)."""
    # The library cuts a name at its first NUL, and so would hide the NUL.
    name = entry.orig_filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
