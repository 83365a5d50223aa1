"""Writes one demo world into a folder: exports, rosters, register, duty table, mapping files and truths.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.runs.demo.records import DEFAULT_SEED, Truths

if TYPE_CHECKING:
    from pathlib import Path


def generate(folder: Path, *, seed: int = DEFAULT_SEED, effect: float = 1.0) -> Truths:
    """Write the demo world for `seed` under `folder`; `effect` 0 plants nothing, 1 plants everything in full."""
    raise NotImplementedError(folder, seed, effect)
