"""Documents: every file, or member of an archive, that an import is asked to read, opened as a plain byte stream."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

HEAD_BYTES = 64 * 1024


class Document:
    """One readable thing: `name` as people see it ("export.zip/chats/result.json"), decompressed when opened.

    `size` is the number of decompressed bytes, or of stored bytes where a stream does not say (.gz, .zst).
    `path`: the file whose bytes are the document's, where there is one. `archive`: the file it is a member of.
    `family`: all documents found together, by name; some exports keep their names in one beside the messages.
    `refusal`: why it is not read at all (an encrypted archive, a name that leads elsewhere); opening it raises that.
    """

    __slots__ = ("_digest", "_held", "_opener", "archive", "family", "name", "path", "refusal", "size")

    def __init__(self, name: str, size: int, opener: Callable[[], BinaryIO]) -> None:
        self.name = name
        self.size = size
        self.family: Mapping[str, Document] = {}
        self.path = ""
        self.archive = ""
        self.refusal: BadInputError | None = None
        self._opener = opener
        self._digest = ""
        self._held: bytes | None = None

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {self.size})"

    def open(self) -> BinaryIO:
        """Return the decompressed bytes from the start; a full sequential read also yields the digest."""
        if self._held is not None:
            held, self._held = self._held, None
            return io.BytesIO(held)
        return cast("BinaryIO", io.BufferedReader(_Hashing(self.opened(), self), buffer_size=1 << 16))

    def beside(self, name: str) -> Document | None:
        """Return the document of that whole name found together with this one."""
        return self.family.get(name)

    def opened(self) -> BinaryIO:
        """Return the bytes without watching them; a plain file can be sought in."""
        try:
            return self._opener()
        except OSError as error:
            raise BadInputError(
                Phrase(f"打不开文件（{error.strerror}）", f"cannot open the file ({error.strerror})"), where=self.name
            ) from error

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """Return the first bytes, 64 KB at most; a document no larger is read this once, and then from memory."""
        if self._held is None:
            with self.opened() as stream:
                data = stream.read(HEAD_BYTES + 1)
            if len(data) > HEAD_BYTES:
                return data[: min(size, HEAD_BYTES)]
            self._held = data
            self._digest = hashlib.sha256(data).hexdigest()
        return self._held[:size]

    def content(self, cap: int) -> bytes:
        """Return all bytes of a document that must be read whole (XLSX, YAML); refuses past `cap`."""
        with self.open() as stream:
            data = stream.read(cap + 1)
        if len(data) > cap:
            megabytes = cap // 2**20
            raise BadInputError(
                Phrase(f"文件超过 {megabytes} MB，无法整体读入", f"the file is larger than {megabytes} MB"),
                where=self.name,
                todo=Phrase("请拆分，或另存为 CSV", "split it, or save it as CSV"),
            )
        return data

    def digest(self) -> str:
        """Return the sha256 of the decompressed bytes in hex (free after a full sequential read)."""
        if not self._digest:
            with self.open() as stream:
                while stream.read(1 << 20):
                    pass
        return self._digest

    def finished(self, digest: str) -> None:
        """Remember the digest of a full read."""
        self._digest = digest


class _Hashing(io.RawIOBase):
    """A raw stream that hashes what passes and tells the document at the end."""

    def __init__(self, raw: BinaryIO, document: Document) -> None:
        self._raw = raw
        self._into = getattr(raw, "readinto", None)
        self._document = document
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self._into is not None:
            count: int = self._into(view)
        else:
            data = self._raw.read(len(view))
            count = len(data)
            view[:count] = data
        if not count:
            self._document.finished(self._hash.hexdigest())
        self._hash.update(view[:count])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def memory_document(name: str, data: bytes) -> Document:
    """Return a document of bytes already in memory (a paste, an upload, a test)."""
    return Document(name, len(data), lambda: io.BytesIO(data))


def refused_document(name: str, error: BadInputError) -> Document:
    """Return a document that was found but will not be read."""

    def opener() -> BinaryIO:
        raise error

    document = Document(name, 0, opener)
    document.refusal = error
    return document
