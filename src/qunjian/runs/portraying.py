"""Use case: how every group stands in a period, drawn once for each state of the workspace and kept in its cache."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian import __version__
from qunjian.model.progress import Progress, silent
from qunjian.reports.album import Album, album
from qunjian.reports.report import Section
from qunjian.runs.report_scope import Wish
from qunjian.runs.reporting import DRAW, GATHER, gather
from qunjian.runs.surveying import standing_on

if TYPE_CHECKING:
    from qunjian.model.language import Language
    from qunjian.workspace import Workspace

KEPT = 6  # albums; each is some kilobytes for a group
_INDEX = "album.json"


class Kept(msgspec.Struct, frozen=True):
    """An album that was drawn: where it lies, and whether it shows the workspace as it stands now."""

    folder: Path
    fresh: bool


def portray(
    workspace: Workspace, *, preset: str = "weekly", period: str | None = None, progress: Progress = silent
) -> Kept:
    """Draw the album of a period (default: the newest that a report would take), unless it stands already."""
    folder = _folder(workspace, preset, period)
    if (folder / _INDEX).is_file():
        return Kept(folder, fresh=True)
    progress(GATHER, 0, 2)
    material = gather(workspace, Wish(preset, period, every=True))
    progress(DRAW, 1, 2)
    made, portraits = album(material)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".drawing-") as draft:
        for (anchor, language), section in portraits.items():
            Path(draft, f"{anchor}.{language}.json").write_bytes(msgspec.json.encode(section))
        Path(draft, _INDEX).write_bytes(msgspec.json.encode(made))
        shutil.rmtree(folder, ignore_errors=True)
        Path(draft).rename(folder)
    _sweep(folder.parent)
    progress(DRAW, 2, 2)
    return Kept(folder, fresh=True)


def kept(workspace: Workspace, *, preset: str = "weekly", period: str | None = None) -> Kept | None:
    """Return the album of a period as it stands now, else the newest drawn of an earlier state, else None."""
    folder = _folder(workspace, preset, period)
    if (folder / _INDEX).is_file():
        return Kept(folder, fresh=True)
    earlier = _newest_first(folder.parent, f"{_asked(preset, period)}-*")
    return Kept(earlier[0], fresh=False) if earlier else None


def read_album(kept: Kept) -> Album:
    """Return the album itself."""
    return msgspec.json.decode((kept.folder / _INDEX).read_bytes(), type=Album)


def read_portrait(kept: Kept, anchor: str, language: Language) -> Section | None:
    """Return what there is to say of one group; None where it had no message in the period."""
    path = kept.folder / f"{anchor}.{language}.json"
    return msgspec.json.decode(path.read_bytes(), type=Section) if path.is_file() else None


def _folder(workspace: Workspace, preset: str, period: str | None) -> Path:
    texts = sorted(path for path in workspace.standards.rglob("*") if path.is_file())
    state = [__version__, *standing_on(workspace)]
    state += (f"{path.relative_to(workspace.standards)}:{path.stat().st_mtime_ns}" for path in texts)
    digest = hashlib.sha256("\n".join(state).encode()).hexdigest()[:16]
    return workspace.cache / "albums" / f"{_asked(preset, period)}-{digest}"


def _asked(preset: str, period: str | None) -> str:
    return f"{preset}-{period or 'newest'}"


def _newest_first(albums: Path, pattern: str) -> list[Path]:
    found = [path.parent for path in albums.glob(f"{pattern}/{_INDEX}")]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _sweep(albums: Path) -> None:
    for old in _newest_first(albums, "*")[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
