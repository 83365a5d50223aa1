"""Silences between the ledger, which owns them, and the workspace's decision files, which the engine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.beside import replace
from qunjian.model.decisions import Silence
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Silence", "export_silences", "written_silences"]


def written_silences() -> tuple[Silence, ...]:
    """Return what the workspace's files say; asked once, before the ledger owns the silences."""
    return workspace().decisions().silences


def export_silences(silences: Iterable[Silence]) -> None:
    """Write the silences that stand, whole or not at all."""
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in silences)
    folder = workspace().root / "decisions"
    folder.mkdir(exist_ok=True)
    replace(folder / "silence.jsonl", lines)
