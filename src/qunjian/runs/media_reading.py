"""Use case: read the media files that were not read yet, newest first, within limits, and store what they say."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.lake.media import readings
from qunjian.media.ocr import installed
from qunjian.media.reading import READER, Reading, read
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.progress import Progress, silent
from qunjian.model.schemas import MEDIA_READING
from qunjian.sources.media import data_of, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.workspace import Workspace

READING_STEP = Phrase("读取图片和文件", "reading pictures and files")
_TOGETHER = 500  # files read and committed at once: what was read is kept when the run is ended
_THREADS = 2  # decoders of pictures and codes let go of Python's lock
_encode = msgspec.json.Encoder().encode


class Limits(msgspec.Struct, frozen=True):
    """How much one run may read; what is left is read by the next."""

    files: int | None = 20_000
    seconds: float | None = 300.0


class MediaRead(msgspec.Struct):
    """What a run read: files by content, those with codes, those unread by reason; `left`: past the limits."""

    read: int = 0
    with_codes: int = 0
    unread: dict[str, int] = {}
    gone: set[bytes] = set()
    left: int = 0
    seconds: float = 0.0


class _Wanted(msgspec.Struct, frozen=True):
    digest: bytes
    places: list[tuple[str, str]]


def read_media(
    workspace: Workspace, *, ocr: bool = False, limits: Limits | None = None, progress: Progress = silent
) -> MediaRead:
    """Read what was not read yet (with OCR: whose text was not); raises when OCR is asked for and not there."""
    if ocr and not installed():
        raise BadInputError(
            Phrase("没有安装文字识别（OCR）", "text recognition (OCR) is not installed"),
            todo=Phrase(
                "运行 pip install 'qunjian[ocr]'，或不加 --ocr", "pip install 'qunjian[ocr]', or leave --ocr out"
            ),
        )
    limits = limits or Limits()
    done = MediaRead()
    if not (workspace.lake.root / "media").is_dir():
        return done
    wanted = _wanted(workspace, ocr)
    most = len(wanted) if limits.files is None else min(limits.files, len(wanted))
    began = time.monotonic()
    with ThreadPoolExecutor(_THREADS) as pool:
        for first in range(0, most, _TOGETHER):
            if limits.seconds is not None and time.monotonic() - began > limits.seconds:
                most = first
                break
            chosen = wanted[first : min(first + _TOGETHER, most)]
            found = list(pool.map(lambda one: (one.digest, _read(one, ocr)), chosen))
            _keep(workspace, found)
            _count(done, found)
            progress(READING_STEP, min(first + _TOGETHER, most), most)
    done.left = len(wanted) - most
    done.seconds = time.monotonic() - began
    return done


def _wanted(workspace: Workspace, ocr: bool) -> list[_Wanted]:
    with closing(workspace.lake.session()) as session:
        readings(session, READER)
        known = "SELECT digest FROM reading WHERE ocr OR unread IS NOT NULL" if ocr else "SELECT digest FROM reading"
        rows = session.connection.execute(
            "SELECT digest, list(DISTINCT {'root': root, 'path': path}) FROM media "  # noqa: S608 (no value in it)
            f"WHERE digest IS NOT NULL AND digest NOT IN ({known}) GROUP BY digest ORDER BY max(sent_at) DESC, digest"
        ).fetchall()
    return [_Wanted(digest, sorted((each["root"], each["path"]) for each in places)) for digest, places in rows]


def _read(one: _Wanted, ocr: bool) -> Reading | None:
    """Return what a file says; None when no place holds it any more as it was imported."""
    for root, path in one.places:
        data = data_of(root, path)
        if data is not None and digest_of(data) == one.digest:
            return read(data, ocr=ocr)
    return None


def _keep(workspace: Workspace, found: Sequence[tuple[bytes, Reading | None]]) -> None:
    rows = [
        {
            "digest": digest, "reader": READER, "ocr": one.ocr, "content": one.content, "width": one.width,
            "height": one.height, "codes": _encode(one.codes).decode() if one.codes else None,
            "likeness": one.likeness, "text": one.text or None, "unread": one.unread,
        }
        for digest, one in found
        if one is not None
    ]  # fmt: skip
    if not rows:
        return
    batch = pa.RecordBatch.from_pylist(rows, schema=MEDIA_READING)
    reader = pa.RecordBatchReader.from_batches(MEDIA_READING, _one(batch))
    workspace.lake.append("fill", {"media": READER}, {"media_reading": reader})


def _one(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield batch


def _count(done: MediaRead, found: Sequence[tuple[bytes, Reading | None]]) -> None:
    for digest, one in found:
        if one is None:
            done.gone.add(digest)
        elif one.unread is None:
            done.read += 1
            done.with_codes += bool(one.codes)
        else:
            done.unread[one.unread] = done.unread.get(one.unread, 0) + 1
