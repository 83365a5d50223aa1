"""Where uploaded files lie until they are imported: names made safe, caps, and what is left behind swept away."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    import uuid

MOST_FILES = 50_000
MOST_FILE_BYTES = 16 * 2**30
MOST_BYTES = 64 * 2**30
SPARE_BYTES = 256 * 2**20  # what an upload leaves free on the disk
_MOST_NAME, _MOST_DEPTH, _MOST_PATH = 180, 12, 700  # bytes, folders, bytes
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def home() -> Path:
    """Return the folder of all uploads."""
    return Path(settings.WORKSPACE) / "console" / "staging"


def folder_of(upload: uuid.UUID) -> Path:
    """Return the folder of one upload."""
    return home() / str(upload)


def arriving(upload: uuid.UUID) -> Path:
    """Return the folder of files that are still coming in; made when there is none."""
    folder = folder_of(upload) / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tree(upload: uuid.UUID) -> Path:
    """Return the folder of the files as they were handed in."""
    return folder_of(upload) / "tree"


def clear(upload: uuid.UUID) -> None:
    """Remove the files of an upload."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)


def room_for(size: int) -> bool:
    """Return whether the disk has room for so many bytes more."""
    home().mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(home()).free > size + SPARE_BYTES


def safe_path(written: str) -> str:
    """Return a path that leads nowhere else and that every file system takes, as like the written one as can be."""
    parts = [_safe_name(part) for part in written.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    parts = [part for part in parts if part] or ["file"]
    path = "/".join([*parts[: _MOST_DEPTH - 1], parts[-1]] if len(parts) > _MOST_DEPTH else parts)
    return path if len(path.encode()) <= _MOST_PATH else parts[-1]


def _safe_name(name: str) -> str:
    kept = "".join("" if unicodedata.category(char) in _HIDDEN else char for char in unicodedata.normalize("NFC", name))
    kept = _FORBIDDEN.sub("_", kept).strip(" .")
    if _RESERVED.match(kept):
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, dot, ending = kept, "", ""
    return f"{_cut(stem, _MOST_NAME - len(dot + ending))}{dot}{ending}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")


def folded(path: str) -> str:
    """Return the path by which two are the same on a file system that knows no case."""
    return unicodedata.normalize("NFC", path.casefold())


def other_name(path: str, number: int) -> str:
    """Return the path of another file of that name."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    return f"{folder}{slash}{stem} ({number}){ending}"
