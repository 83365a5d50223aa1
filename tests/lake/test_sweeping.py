"""Dropped files stay for readers for a while, then go, under the lock, however often the sweep is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.lake.made import bring, row, state

from qunjian.lake.lake import Lake
from qunjian.lake.sweeping import GRACE_SECONDS
from qunjian.lake.tables import TABLES, files

ROWS = [row(f"m{n}", f"第 {n} 句", minute=n) for n in range(5)]
# Kills itself at the second file it is about to remove.
KILLED = """
import os, signal, sys
from pathlib import Path
from qunjian.lake.lake import Lake
removed = []
unlink = Path.unlink
def dying(path, *more, **also):
    if path.suffix == ".parquet":
        removed.append(path)
        if len(removed) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    unlink(path, *more, **also)
Path.unlink = dying
Lake.open(Path(sys.argv[1])).tidy()
"""


def _unneeded(root: Path) -> set[Path]:
    named = {Path(name) for table in TABLES for name in files(root, table)}
    return {path for table in TABLES for path in (root / table).glob("*.parquet")} - named


def _age(paths: set[Path], seconds: float) -> None:
    for path in paths:
        long_ago = path.stat().st_mtime - seconds
        os.utime(path, (long_ago, long_ago))


def test_a_file_dropped_just_now_stays_and_one_dropped_an_hour_ago_goes(lake: Lake) -> None:
    for one in ROWS:
        bring(lake, [one])
    for path in lake.root.glob("*/*.parquet"):
        os.utime(path, (0, 0))  # written long ago, dropped now
    reader = lake.session()
    lake.compact()
    assert len([path for path in _unneeded(lake.root) if path.parent.name == "message"]) == 5
    assert reader.arrow("SELECT count(*) AS n FROM message").to_pylist() == [{"n": 5}]
    reader.close()
    lake.tidy()
    assert len(_unneeded(lake.root)) >= 5
    _age(_unneeded(lake.root), GRACE_SECONDS + 60)
    before, acts = state(lake), lake.acts()
    lake.tidy()
    assert _unneeded(lake.root) == set()
    assert (state(lake), lake.acts()) == (before, acts)


def test_files_a_killed_import_left_go_too_and_needed_ones_never(lake: Lake) -> None:
    bring(lake, ROWS)
    stray = lake.root / "message" / "20200101-000000-00000000-0000.parquet"
    stray.write_bytes(Path(files(lake.root, "message")[0]).read_bytes())
    for path in lake.root.glob("*/*.parquet"):
        os.utime(path, (0, 0))
    lake.tidy()
    assert not stray.exists()
    assert len(state(lake)) == 5


def test_a_killed_sweep_harms_nothing_and_the_next_one_ends_it(lake: Lake) -> None:
    for one in ROWS:
        bring(lake, [one])
    lake.compact()
    _age(_unneeded(lake.root), GRACE_SECONDS + 60)
    before, left = state(lake), len(_unneeded(lake.root))
    done = subprocess.run([sys.executable, "-c", KILLED, str(lake.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(_unneeded(lake.root)) == left - 1
    assert state(lake) == before
    lake.tidy()
    assert _unneeded(lake.root) == set()
    assert state(lake) == before
