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


def _in_turn(task: tuple[Path, int]) -> tuple[int, int]:
    """Return the task's number and who did it; the first waits until the third is under way."""
    mark, number = task
    if number == 2:
        mark.touch()
    while number == 0 and not mark.exists():
        time.sleep(0.01)
    return number, os.getpid()


def test_results_come_in_the_order_of_the_tasks() -> None:
    with Pool(bytes.upper) as pool:  # sizes differ, so they end out of order
        tasks = [b"%d" % n + b"a" * (n % 3) * 500_000 for n in range(30)]
        assert list(pool.ordered(tasks)) == [task.upper() for task in tasks]
        assert list(pool.ordered([b"x", b"y", b"z"])) == [b"X", b"Y", b"Z"]


def test_this_process_does_tasks_too_and_the_order_stays(tmp_path: Path) -> None:
    with Pool(_in_turn, 1) as pool:
        done = list(pool.ordered(((tmp_path / "mark", number) for number in range(12)), here=True))
    assert [number for number, _ in done] == list(range(12))
    assert (done[0][1] == os.getpid(), done[2][1] == os.getpid()) == (False, True)


def test_few_tasks_wait_when_this_process_works_too() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with Pool(abs, 1) as pool:
        next(pool.ordered(tasks(), here=True))
        assert len(taken) <= 2 * AHEAD


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
