"""Finds the documents of an import: files, folders, globs and archives, in a stable order."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.archives import is_archive, members
from qunjian.sources.caps import foreign, is_foreign, no_file
from qunjian.sources.document import Document, refused_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Media and program files of an export folder hold no messages.
NOT_TEXT = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".bmp",
        ".heic",
        ".mp3",
        ".m4a",
        ".ogg",
        ".oga",
        ".opus",
        ".wav",
        ".amr",
        ".silk",
        ".mp4",
        ".mov",
        ".avi",
        ".mkv",
        ".webm",
        ".tgs",
        ".pdf",
        ".docx",
        ".pptx",
        ".exe",
        ".apk",
        ".dll",
        ".so",
        ".woff",
        ".woff2",
        ".ttf",
        ".ico",
        ".svg",
        ".css",
        ".js",
        ".pyc",
        ".db",
        ".sqlite",
    ]
)
NOT_NAMES = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX", ".DS_Store", ".git", ".svn"})


def find_documents(paths: Sequence[Path]) -> list[Document]:
    """Return the documents of files, folders, globs and archives, in a stable order; refuses past the caps."""
    found: list[Document] = []
    for path in paths:
        for existing in _existing(path):
            found.extend(_documents(existing))
    family = {document.name: document for document in found}
    for document in found:
        document.family = family
    return found


def _existing(path: Path) -> list[Path]:
    if path.exists():
        return [path]
    if any(sign in str(path) for sign in "*?["):
        hits = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 (absolute patterns too)
        if hits:
            return [Path(hit) for hit in hits]
    raise BadInputError(
        Phrase("没有这个文件或目录", "no such file or folder"),
        where=str(path),
        todo=Phrase("请检查路径", "check the path"),
    )


def _documents(path: Path) -> Iterator[Document]:
    root = path.resolve()
    if root.is_file():
        yield from _expanded(_of_file(root, root.name))
        return
    prefix = root.name
    unread: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unread.append):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        below = Path(folder).relative_to(root)
        for name in sorted(names):
            if _hidden(name) or os.path.splitext(name)[1].lower() in NOT_TEXT:  # noqa: PTH122 (hot)
                continue
            shown = "/".join((prefix, *below.parts, name))
            yield from _expanded(_of_file(Path(folder, name), shown, root))
    for error in unread:
        place = "/".join((prefix, *Path(str(error.filename)).relative_to(root).parts))
        yield refused_document(place, _unopened(place, error))


def _hidden(name: str) -> bool:
    # A leading dot alone hides nothing: Zulip writes the topic "#12" as ".2312".
    return name.startswith(("._", "~$")) or name in NOT_NAMES


def _unopened(name: str, error: OSError) -> BadInputError:
    return BadInputError(
        Phrase(f"打不开文件夹（{error.strerror}）", f"cannot open the folder ({error.strerror})"),
        where=name,
        todo=Phrase("请检查权限", "check its permissions"),
    )


def _no_plain_file(path: Path, name: str, root: Path | None) -> BadInputError | None:
    """Return why a file of a folder is not opened: a pipe would wait for ever, a link may show what is elsewhere."""
    try:
        if root is not None and path.is_symlink() and not path.resolve().is_relative_to(root):
            return no_file(name, Phrase("指向文件夹之外的链接", "a link that leads out of the folder"))
        if path.exists() and not path.is_file():
            return no_file(name, Phrase("设备或管道", "a device or a pipe"))
    except (OSError, RuntimeError):  # a link to itself
        return no_file(name, Phrase("链接", "a link"))
    return None


def _of_file(path: Path, shown: str, root: Path | None = None) -> Document:
    """Return the document of a file; `root` is the folder in which it was found."""
    name = shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    target = str(path)
    if (why := _no_plain_file(path, name, root)) is not None:
        return refused_document(name, why)

    def opener() -> BinaryIO:
        return cast("BinaryIO", open(target, "rb"))  # noqa: PTH123 (hot; the stream closes it)

    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    document = Document(name, size, opener)
    document.path = target
    return document


def _expanded(document: Document) -> Iterator[Document]:
    if document.refusal is None and is_foreign(document.name):
        yield refused_document(document.name, foreign(document.name))
        return
    if document.refusal is not None or not is_archive(document.name):
        yield document
        return
    for member in members(document):
        member.archive = document.path
        parts = member.name.split("/")
        if not any(_hidden(part) for part in parts) and Path(parts[-1]).suffix.lower() not in NOT_TEXT:
            yield member
