"""Finds the file of an attachment beside the messages of its export, and opens it again later; never one outside."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast
from urllib.parse import unquote

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.sources.archives import members
from qunjian.sources.document import Document
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

# Kinds of attachment that a check may open; of the others only the size is noted.
OPENED = frozenset(("image", "sticker", "file"))
MAX_BYTES = 32 << 20
# By a document's path and a folder beside it: whether the folder holds anything.
Folders: TypeAlias = dict[tuple[str, str], bool]
_STEP = 1 << 20
_ELSEWHERE = late(r"\A(?:[A-Za-z]:|/|[a-z]{2,10}:)")


class Found(msgspec.Struct, frozen=True):
    """A file that is there (root, path, size, digest of what may be opened), or why there is none."""

    root: str | None
    path: str
    size: int | None = None
    digest: bytes | None = None
    absent: str | None = None


def find(document: Document, kind: str, written: str, folders: Folders | None = None) -> Found:
    """Return where the file lies that an attachment of this document names.

    `folders` remembers from call to call of one import which folders hold anything.
    """
    place = _place(written)
    if place is None:
        return Found(None, PurePosixPath(written.replace("\\", "/")).name, absent="elsewhere")
    folders = {} if folders is None else folders
    for path in dict.fromkeys(_candidates(place)):
        found = _within(document, path, folders)
        if found is not None:
            return _looked_at(*found, opened=kind in OPENED)
    return Found(None, place, absent="absent")


def data_of(root: str, path: str) -> bytes | None:
    """Return the bytes of a file noted at an import; None when it is gone, or larger than is read."""
    try:
        opened = _opened(root, path)
        if opened is None:
            return None
        with opened as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, BadInputError, ValueError):
        return None
    return data if len(data) <= MAX_BYTES else None


def digest_of(data: bytes) -> bytes:
    """Return the digest a file is known by."""
    return hashlib.sha256(data).digest()


def _place(written: str) -> str | None:
    """Return the written place with "/" between folders; None for an address or a path that is not within."""
    plain = written.replace("\\", "/").removeprefix("./")
    parts = plain.split("/")
    if not plain or len(plain) > 1024 or "\0" in plain or ".." in parts or _ELSEWHERE.search(plain):
        return None
    return plain


def _candidates(place: str) -> Iterator[str]:
    yield place
    if "%" in place:
        plain = _place(unquote(place))
        if plain is not None:
            yield plain
    yield f"data/{place}"  # Mattermost


def _within(document: Document, path: str, folders: Folders) -> tuple[str, str] | None:
    if document.archive:
        inner = document.name.removeprefix(f"{Path(document.archive).name}/").rpartition("/")[0]
        full = f"{inner}/{path}" if inner else path
        return (document.archive, full) if full in _members(document.archive) else None
    if not document.path or not _peopled(document.path, path.rpartition("/")[0], folders):
        return None
    folder = Path(document.path).parent
    return (str(folder), path) if _inside(folder, path) else None


def _peopled(beside: str, place: str, folders: Folders) -> bool:
    """Return whether there is anything in that folder: many an export came without its files, and is long."""
    known = folders.get((beside, place))
    if known is None:
        try:
            with os.scandir(Path(beside).parent / place) as entries:
                known = next(entries, None) is not None
        except (OSError, ValueError):
            known = False
        folders[beside, place] = known
    return known


def _inside(folder: Path, path: str) -> bool:
    """Return whether there is a plain file of that name, really within the folder (a link may lead out of it)."""
    try:
        target = (folder / path).resolve()
        return target.is_relative_to(folder.resolve()) and target.is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def _opened(root: str, path: str) -> BinaryIO | None:
    place = Path(root)
    if place.is_dir():
        return cast("BinaryIO", (place / path).open("rb")) if _inside(place, path) else None
    member = _members(root).get(path) if place.is_file() else None
    return None if member is None or member.size > MAX_BYTES else member.opened()


def _looked_at(root: str, path: str, *, opened: bool) -> Found:
    place = Path(root)
    size = (place / path).stat().st_size if place.is_dir() else _members(root)[path].size
    if not opened or size > MAX_BYTES:
        return Found(root, path, size)
    try:
        stream = _opened(root, path)
        if stream is None:
            return Found(None, path, absent="absent")
        mark = hashlib.sha256()
        with stream:
            while step := stream.read(_STEP):
                mark.update(step)
    except (OSError, BadInputError):
        return Found(None, path, absent="unreadable")
    return Found(root, path, size, mark.digest())


@lru_cache(maxsize=2)
def _members(archive: str) -> dict[str, Document]:
    """Return the plain members of an archive by their names within it."""
    place = Path(archive)
    outer = Document(place.name, place.stat().st_size, lambda: cast("BinaryIO", place.open("rb")))
    outer.path = archive
    prefix = f"{place.name}/"
    return {one.name.removeprefix(prefix): one for one in members(outer) if one.refusal is None}
