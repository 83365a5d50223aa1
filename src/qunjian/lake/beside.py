"""What stands beside the lake and may name an erased account: caches are emptied, decisions name it no more."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.decisions import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

_WRITTEN = (".jsonl", ".json", ".csv", ".tsv", ".txt", ".yaml", ".yml")


class Beside(msgspec.Struct, frozen=True):
    """The folders an erasure has to clear: of decision files, and of things that can be made again."""

    decisions: Path | None = None
    caches: tuple[Path, ...] = ()


NOTHING = Beside()


def clear(beside: Beside, account_id: str, instead: Mapping[str, str]) -> None:
    """Empty the caches; in decision files let what stands instead of each word. Sheets of Excel are left to people."""
    for folder in beside.caches:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    if beside.decisions is None:
        return
    _part(beside.decisions / "identity.jsonl", account_id)
    for path in sorted(beside.decisions.rglob("*")):
        if path.suffix.lower() in _WRITTEN and path.is_file():
            content = path.read_bytes()
            coding = _coding(content)
            text = _spelled(content.decode(coding), path.suffix.lower())
            for word, new in instead.items():
                whole = rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])"
                text = re.sub(whole, new, text)
            if text != content.decode(coding):
                replace(path, text.encode(coding))


def _part(path: Path, account_id: str) -> None:
    """Drop what was decided of whose account it is: it would say whose the rows under the alias are."""
    if not path.is_file():
        return
    lines = path.read_bytes().splitlines(keepends=True)
    gone: set[str] = set()
    kept: list[bytes] = []
    for line in lines:
        try:
            entry = msgspec.json.decode(line, type=Identity)
        except (msgspec.DecodeError, UnicodeDecodeError):
            kept.append(line)
            continue
        if account_id in entry.accounts or entry.of in gone:
            gone.add(entry.id)
        else:
            kept.append(line)
    if gone:
        replace(path, b"".join(kept))


def _spelled(text: str, suffix: str) -> str:
    """Return JSON with its letters spelled out: behind "\\u4e0e" a name would look like the end of a longer word."""
    if "\\u" not in text or suffix not in (".jsonl", ".json"):
        return text
    lines = text.split("\n") if suffix == ".jsonl" else [text]
    return "\n".join(map(_spelled_value, lines))


def _spelled_value(text: str) -> str:
    try:
        return msgspec.json.encode(msgspec.json.decode(text)).decode() if "\\u" in text else text
    except (msgspec.DecodeError, UnicodeError):
        return text


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
