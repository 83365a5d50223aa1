"""What stands beside the lake and may name an erased account: caches are emptied, decisions name it no more."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_WRITTEN = (".jsonl", ".json", ".csv", ".tsv", ".txt", ".yaml", ".yml")


class Beside(msgspec.Struct, frozen=True):
    """The folders an erasure has to clear: of decision files, and of things that can be made again."""

    decisions: Path | None = None
    caches: tuple[Path, ...] = ()


NOTHING = Beside()


def clear(beside: Beside, words: Iterable[str], alias: str) -> None:
    """Empty the caches; in decision files let the alias stand for the account. Sheets of Excel are left to people."""
    for folder in beside.caches:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    if beside.decisions is None:
        return
    native = alias.split(":", 1)[-1]
    for path in sorted(beside.decisions.rglob("*")):
        if path.suffix.lower() in _WRITTEN and path.is_file():
            content = path.read_bytes()
            coding = _coding(content)
            text = content.decode(coding)
            for word in words:
                whole = rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])"
                text = re.sub(whole, alias if ":" in word else native, text)
            if text != content.decode(coding):
                replace(path, text.encode(coding))


def _coding(content: bytes) -> str:
    for coding in ("utf-16", "utf-8", "gb18030"):
        if coding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            content.decode(coding)
        except UnicodeDecodeError:
            continue
        return coding
    return "latin-1"


def replace(path: Path, content: bytes) -> None:
    """Exchange the content of a file in one atomic step."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
