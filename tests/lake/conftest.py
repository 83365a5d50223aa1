"""A fresh lake per test, with a clock that ticks a second per look."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from qunjian.lake.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    ticks = itertools.count()
    return Lake.create(
        tmp_path / "lake", clock=lambda: dt.datetime(2026, 11, 20, tzinfo=dt.UTC) + dt.timedelta(seconds=next(ticks))
    )
