"""How every community stands in a period: the album the engine drew, and its portraits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from qunjian.reports.album import Album, Standing
from qunjian.runs import portraying
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from qunjian.model.progress import Progress
    from qunjian.reports.report import Section
    from qunjian_console.language import Language

__all__ = ["Album", "Standing", "album_of", "anything_to_draw", "draw", "portrait_of"]


def album_of(period: str | None) -> tuple[Album | None, bool]:
    """Return the album of a period (None: the newest), and whether it shows the workspace as it stands now."""
    kept = portraying.kept(workspace(), period=period)
    if kept is None:
        return None, False
    try:
        return _read(kept.folder), kept.fresh
    except FileNotFoundError:  # swept away since: another is being drawn
        return None, False


def portrait_of(period: str | None, anchor: str, language: Language) -> Section | None:
    """Return what there is to say of one community; None without messages in the period."""
    kept = portraying.kept(workspace(), period=period)
    return None if kept is None else portraying.read_portrait(kept, anchor, language)


def draw(period: str | None, progress: Progress) -> int:
    """Draw the album of a period as the workspace stands now; return how many communities it shows."""
    return len(portraying.read_album(portraying.portray(workspace(), period=period, progress=progress)).standings)


def anything_to_draw() -> bool:
    """Return whether anything was imported that an album could show."""
    return bool(workspace().lake.acts("import"))


@lru_cache(maxsize=8)
def _read(folder: Path) -> Album:
    return portraying.read_album(portraying.Kept(folder, fresh=True))
