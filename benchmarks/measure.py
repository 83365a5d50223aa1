"""Runs a command and measures its wall time and the peak proportional memory (PSS) of its process tree (Linux)."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Run:
    """One finished run: seconds of wall time, peak PSS of the tree in MiB (0: not watched), exit code, output.

    `cpu`: seconds of processor time of the tree, which a busy machine lengthens less.
    """

    seconds: float
    peak_mib: float
    code: int
    output: str
    cpu: float = 0.0


def _children(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text().split():
                found += _children(int(child))
    except OSError:
        pass
    return found


def _pss_kib(pid: int) -> int:
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: list[str], *, cwd: Path | None = None, every: float = 0.05, memory: bool = True) -> Run:
    """Run `command`; with `memory` sample its process tree every `every` seconds.

    Reading a process's PSS walks its page tables and holds it up: a watched run takes a quarter longer, so time
    and memory are measured in runs of their own.
    """
    before = _spent()
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(every):
            peak = max(peak, sum(_pss_kib(pid) for pid in _children(process.pid)))

    watcher = threading.Thread(target=watch, daemon=True)
    if memory:
        watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - began
    done.set()
    if memory:
        watcher.join()
    return Run(seconds, peak / 1024, process.returncode, output, _spent() - before)
