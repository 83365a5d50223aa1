"""Documents: every file, or member of an archive, that an import is asked to read, opened as a plain byte stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Document:
    """One readable thing: `name` as people see it ("export.zip/chats/result.json"), decompressed when opened."""

    name: str
    size: int

    def open(self) -> BinaryIO:
        """Return the decompressed bytes from the start."""
        raise NotImplementedError

    def digest(self) -> str:
        """Return the sha256 of the decompressed bytes in hex (free after a full sequential read)."""
        raise NotImplementedError


def find_documents(paths: Sequence[Path]) -> list[Document]:
    """Return the documents of files, folders, globs and archives, in a stable order; refuses past the caps."""
    raise NotImplementedError
