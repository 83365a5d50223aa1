"""Imports: those on record with their reports, bringing files in, and taking an import back."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.lock import Patience
from qunjian.lake.records import Counts, DocumentCounts, ImportCounts
from qunjian.model.rejections import REASONS, REPAIRS, in_words
from qunjian.runs.importing import import_files
from qunjian.runs.registering import take_in, take_in_duties
from qunjian_console.bridge.opening import workspace
from qunjian_console.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qunjian.model.progress import Progress
    from qunjian.model.records import Act
    from qunjian_console.bridge.glances import Manner

__all__ = ["Counts", "DocumentCounts", "ImportCounts"]
_PATIENCE = 600.0


class Line(msgspec.Struct, frozen=True):
    """One import of the list; `undone`: it was taken back."""

    import_id: str
    at: dt.datetime
    undone: bool
    files: int
    names: tuple[str, ...]
    formats: tuple[str, ...]
    total: Counts
    communities: tuple[str, ...]
    mark: str = ""

    @property
    def rejected(self) -> int:
        """Return how many records were refused."""
        return sum(self.total.rejected.values())


class _Told(msgspec.Struct):
    total: Counts = msgspec.field(default_factory=Counts)
    communities: dict[str, Counts] = {}
    files: int = 0
    formats: list[str] = []


class Brought(msgspec.Struct, frozen=True):
    """What an import brought; no id where there were only tables of decisions. `tables`: what each of them changed."""

    import_id: str = ""
    read: int = 0
    kept: int = 0
    duplicate: int = 0
    edited: int = 0
    rejected: int = 0
    communities: int = 0
    tables: tuple[str, ...] = ()


def imports() -> list[Line]:
    """Return every import, the newest first, undone ones too."""
    visible = workspace().lake.visible()
    return [_line(act, act.act_id in visible.hidden) for act in reversed(visible.acts) if act.kind == "import"]


def one_import(import_id: str) -> Line | None:
    """Return one import, if there is one of that id."""
    visible = workspace().lake.visible()
    act = visible.get(import_id)
    return _line(act, import_id in visible.hidden) if act is not None and act.kind == "import" else None


def _line(act: Act, undone: bool) -> Line:
    told = msgspec.convert(act.counts, _Told, strict=False)
    paths = act.parameters.get("paths")
    names = tuple(map(str, paths)) if isinstance(paths, list) else ()
    return Line(
        act.act_id, act.at, undone, told.files, names, tuple(told.formats), told.total, tuple(sorted(told.communities)),
        str(act.parameters.get("mark", "")),
    )  # fmt: skip


def report(import_id: str) -> ImportCounts:
    """Return the whole report of an import; what it said does not change, but undone ones lose their files' lines."""
    return _report(import_id, str(workspace().root), len(workspace().lake.visible().acts))


@lru_cache(maxsize=4)
def _report(import_id: str, _root: str, _acts: int) -> ImportCounts:
    return workspace().lake.import_report(import_id)[1]


def known_files(digests: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return which of these digests a visible import brought already: its id, and the name the file had."""
    opened = workspace()
    known = _files(str(opened.root), tuple(opened.lake.visible().of()))
    return {one: known[one] for one in digests if one in known}


@lru_cache(maxsize=2)
def _files(_root: str, _state: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    session = workspace().lake.session()
    try:
        rows = session.connection.execute("SELECT digest, act_id, name FROM document WHERE digest <> ''").fetchall()
    finally:
        session.close()
    return {digest: (act, name) for digest, act, name in rows}


def bring(
    paths: tuple[Path, ...],
    tables: Iterable[tuple[str, Path]],
    manner: Manner,
    mark: str,
    only: tuple[str, ...] | None,
    progress: Progress,
) -> Brought:
    """Import the files and take in the tables; what was brought under the same mark is not brought again."""
    opened = workspace()
    opened.patience = Patience(_PATIENCE, lambda _: None)
    taken = tuple(_take_in(kind, path) for kind, path in tables)
    found = next((line for line in imports() if line.mark == mark), None)
    if found is not None:
        total, import_id, communities = found.total, found.import_id, len(found.communities)
    elif not paths:
        return Brought(tables=taken)
    else:
        wish = msgspec.structs.replace(manner.wish(paths), mark=mark, only=only)
        counts = import_files(opened, wish, progress)
        total, import_id, communities = counts.total, counts.act_id, len(counts.communities)
    return Brought(
        import_id, total.read, total.kept, total.duplicate, total.edited, sum(total.rejected.values()), communities,
        taken,
    )  # fmt: skip


def _take_in(kind: str, path: Path) -> str:
    opened = workspace()
    taken = take_in(opened, path) if kind == "register" else take_in_duties(opened, path)
    return f"{kind}:{taken.added}:{taken.changed}:{taken.unchanged}"


def take_back(import_id: str) -> tuple[int, int]:
    """Undo an import; returns how many rows vanished and how many other imports still claim. Done twice, once."""
    opened = workspace()
    opened.patience = Patience(_PATIENCE, lambda _: None)
    if import_id in opened.lake.visible().hidden:
        return 0, 0
    undone = opened.lake.undo(import_id)
    return undone.removed, undone.copied


def reason_said(code: str) -> str:
    """Return why a record was refused, in words."""
    said = in_words(code, REASONS)
    return say(said.zh, said.en)


def repair_said(code: str) -> str:
    """Return what was put right in texts, in words."""
    said = in_words(code, REPAIRS)
    return say(said.zh, said.en)
