"""Opens zip, tar, .gz and .zst as the documents inside them; what is hostile is refused by itself, the rest is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.errors import BadInputError
from qunjian.sources import caps
from qunjian.sources.caps import Budget
from qunjian.sources.document import Document, refused_document
from qunjian.sources.packed import opened_gzip, opened_zstd
from qunjian.sources.tars import tar_members
from qunjian.sources.zips import zip_members

if TYPE_CHECKING:
    from collections.abc import Iterator

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.zst")
STREAM_SUFFIXES = (".gz", ".zst")
ARCHIVE_SUFFIXES = (".zip", *TAR_SUFFIXES, *STREAM_SUFFIXES)


def is_archive(name: str) -> bool:
    """Return whether the name says archive or compressed stream."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def members(outer: Document) -> Iterator[Document]:
    """Yield the documents inside an archive, nested archives included; those that are refused say why."""
    yield from _members(outer, Budget(outer), 1)


def _members(outer: Document, budget: Budget, depth: int) -> Iterator[Document]:
    try:
        if depth > caps.MAX_DEPTH:
            raise caps.too_deep(outer.name)
        for member in _opened(outer, budget):
            if member.refusal is None and is_archive(member.name):
                yield from _members(member, budget, depth + 1)
            elif member.refusal is None and caps.is_foreign(member.name):
                yield refused_document(member.name, caps.foreign(member.name))
            else:
                yield member
    except BadInputError as error:
        yield refused_document(outer.name, error)


def _opened(outer: Document, budget: Budget) -> Iterator[Document]:
    lower = outer.name.lower()
    if lower.endswith(".zip"):
        return zip_members(outer, budget)
    if lower.endswith(TAR_SUFFIXES):
        return tar_members(outer if lower.endswith(".tar") else unpacked(outer, budget), budget, outer.name)
    return iter([unpacked(outer, budget)])


def unpacked(outer: Document, budget: Budget | None = None) -> Document:
    """Return the document inside a .gz or .zst file; other documents as they are."""
    lower = outer.name.lower()
    opener = opened_gzip if lower.endswith((".gz", ".tgz")) else opened_zstd if lower.endswith(".zst") else None
    if opener is None:
        return outer
    budget = budget or Budget(outer)
    seen = [0]
    return Document(_stem(outer.name), outer.size, lambda: opener(outer, budget, seen))


def _stem(name: str) -> str:
    lower = name.lower()
    return name[:-4] + ".tar" if lower.endswith(".tgz") else name[: name.rindex(".")]
