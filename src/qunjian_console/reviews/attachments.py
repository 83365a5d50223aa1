"""Files beside an appeal: few, small, of kinds that are told by their first bytes, never shown in the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.language import say
from qunjian_console.reviews.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

MOST_FILES, MOST_BYTES = 3, 2 * 1024 * 1024
# First bytes, kind, ending: what a file claims to be does not count.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"%PDF-", "application/pdf", ".pdf"),
)


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept."""

    name: str
    kind: str
    content: bytes


def accepted(files: Sequence[UploadedFile[bytes]]) -> list[Upload]:
    """Return the files that may be kept; raises RefusedError for too many, too large, or another kind."""
    if len(files) > MOST_FILES:
        raise RefusedError(str(say("最多 {n} 个附件。", "At most {n} files.", n=MOST_FILES)))
    return [_accepted(file) for file in files]


def _accepted(file: UploadedFile[bytes]) -> Upload:
    if (file.size or 0) > MOST_BYTES:
        raise RefusedError(str(say("附件每个最大 2 MB。", "A file has at most 2 MB.")))
    content = file.read()
    for start, kind, ending in _KINDS:
        if content.startswith(start):
            stem = "".join(char for char in (file.name or "").rpartition(".")[0] if char.isalnum() or char in "-_ ")
            return Upload(f"{stem.strip()[:80] or 'file'}{ending}", kind, content)
    raise RefusedError(str(say("附件只收 PNG、JPEG 和 PDF。", "Files are PNG, JPEG or PDF.")))
