"""The pool: order, laziness, errors, and processes that end with their parent even when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qunjian.model.errors import QunjianError
from qunjian.model.periods import parse_period
from qunjian.runs.pool import AHEAD, Pool


def test_results_come_in_the_order_of_the_tasks() -> None:
    with Pool(bytes.upper) as pool:  # sizes differ, so they end out of order
        tasks = [b"%d" % n + b"a" * (n % 3) * 500_000 for n in range(30)]
        assert list(pool.ordered(tasks)) == [task.upper() for task in tasks]
        assert list(pool.ordered([b"x", b"y", b"z"])) == [b"X", b"Y", b"Z"]


def test_what_is_told_to_every_process_leaves_no_result() -> None:
    with Pool(bytes.upper) as pool:
        pool.tell(b"a")
        pool.tell(b"b")
        assert list(pool.ordered([b"x", b"y", b"z"])) == [b"X", b"Y", b"Z"]
        assert list(pool.ordered([b"x"])) == [b"X"]


def test_tasks_are_taken_only_as_needed() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with Pool(abs) as pool:
        results = pool.ordered(tasks())
        next(results)
        assert len(taken) <= 2 * AHEAD + 1


def test_big_tasks_and_results_do_not_block_each_other() -> None:
    with Pool(bytes.upper) as pool:
        assert sum(len(r) for r in pool.ordered(b"a" * 3_000_000 for _ in range(20))) == 60_000_000


def test_an_error_people_cause_keeps_its_sentence() -> None:
    with Pool(parse_period) as pool, pytest.raises(QunjianError, match="cannot read the period 'never'"):
        list(pool.ordered(["2026-11", "never", "2026-12"]))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_workers_end_when_the_parent_is_killed() -> None:
    script = (
        "import time\nfrom qunjian.runs.pool import Pool\n"
        "pool = Pool(abs)\nlist(pool.ordered([1]))\n"
        "print(*(p.pid for p in pool._processes), flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    until = time.monotonic() + 10
    alive = set(workers)
    while alive and time.monotonic() < until:
        for pid in list(alive):
            try:
                os.kill(pid, 0)
                if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                    alive.discard(pid)
            except (ProcessLookupError, FileNotFoundError):
                alive.discard(pid)
        time.sleep(0.05)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    assert len(workers) == 2
    assert not alive
