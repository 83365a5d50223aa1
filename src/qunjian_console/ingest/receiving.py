"""Takes files in as they are sent: piece by piece onto the disk, hashed on the way, stopped at the caps."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from qunjian_console.ingest.staging import MOST_FILE_BYTES, room_for

if TYPE_CHECKING:
    from pathlib import Path

_ROOM_EVERY = 64 * 2**20


class Arrived(UploadedFile):  # type: ignore[type-arg]
    """A file that lies on the disk under a name of our own; `written` is what its sender called it."""

    def __init__(self, path: Path, written: str, size: int, digest: str) -> None:
        super().__init__(None, written, "application/octet-stream", size)
        self.path = path
        self.length = size
        self.written = written
        self.digest = digest


class ToDisk(FileUploadHandler):
    """Writes every file of a request below one folder; what is too large is dropped and told of in `refused`."""

    chunk_size = 256 * 1024

    def __init__(self, folder: Path, *, most: int = MOST_FILE_BYTES) -> None:
        super().__init__()
        self._folder = folder
        self._most = most
        self.refused: list[str] = []
        self.arrived: list[Arrived] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._path = self._folder / secrets.token_hex(12)
        self._hash = hashlib.sha256()
        self._out = self._path.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        beyond = start + len(raw_data) > self._most
        if beyond or (start % _ROOM_EVERY < len(raw_data) and not room_for(len(raw_data))):
            self._drop()
            self.refused.append(str(self.file_name))
            raise SkipFile
        self._hash.update(raw_data)
        self._out.write(raw_data)

    def file_complete(self, file_size: int) -> Arrived | None:
        """End a file."""
        if self._out.closed:
            return None
        self._out.close()
        file = Arrived(self._path, str(self.file_name), file_size, self._hash.hexdigest())
        self.arrived.append(file)
        return file

    def upload_interrupted(self) -> None:
        """Drop what came of a file whose sender went away."""
        self._drop()

    def _drop(self) -> None:
        self._out.close()
        self._path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove whatever arrived and was not taken over."""
        for file in self.arrived:
            file.path.unlink(missing_ok=True)
