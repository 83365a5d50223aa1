"""Lets each of the first calls that change a file fail (disk full, input/output error) in every kind of act.

    python scripts/fault_trials.py --kinds import,undo,compact,erase --errors ENOSPC,EIO --most 500

The n-th write, open for writing, fsync, truncation, rename, link, unlink or mkdir of an act fails, for n = 1, 2, …
Then: the old state whole (or the new one, where the act could do without that call), one sentence and exit code 2,
never a traceback, and the next run ends well. Needs Linux and a C compiler (`cc`) for the few lines that are loaded
before everything else.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from acts_on_trial import KINDS, Trial, World, anonymous, copied, in_child, seen, shim

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the trials and print the counts of each kind and error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of act, separated by commas")
    parser.add_argument("--errors", default="ENOSPC,EIO", help="names of errors, separated by commas")
    parser.add_argument("--most", type=int, default=500, help="calls of an act that fail, at most")
    parser.add_argument("--sample", type=int, help="only so many of them, drawn by the seed")
    parser.add_argument("--seconds", type=float, default=1e9, help="seconds for each kind and error, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="a folder that keeps what is done, to go on after a stop")
    asked = parser.parse_args()
    if "QUNJIAN_SHIM" not in os.environ:
        return _again_with_shim()
    told: dict[str, dict[str, object]] = {}
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = World(folder, tuple(asked.kinds.split(",")), 60)
        every = {kind: _calls(world, trial, folder) for kind, trial in world.trials.items()}
        for error in asked.errors.split(","):
            for kind, trial in world.trials.items():
                calls = every[kind]
                places = list(range(1, min(calls, asked.most) + 1))
                random.Random(asked.seed).shuffle(places)
                places = places[: asked.sample]
                counts = {"calls": calls, "failed": 0, "exit_2": 0, "done_without": 0, "not_reached": 0, "wrong": 0}
                places, counts = _left(asked.state, f"{kind} {error}", places, counts)
                until = time.monotonic() + asked.seconds
                for place in places:
                    if time.monotonic() > until:
                        break
                    wrong = _one(world, trial, folder, place, error, counts)
                    counts["wrong"] += bool(wrong)
                    if asked.state:
                        kept = {"counts": counts, "left": places[places.index(place) + 1 :]}
                        (asked.state / f"{kind} {error}.json").write_text(json.dumps(kept), encoding="utf-8")
                    faults += [f"{kind} {error} {each}" for each in wrong]
                    for each in wrong:
                        print(kind, error, each, file=sys.stderr, flush=True)
                told[f"{kind} {error}"] = dict(counts)
                print(kind, error, counts, file=sys.stderr, flush=True)
    wrong_ones = [counts for counts in told.values() if counts["wrong"]]
    print(json.dumps({"seed": asked.seed, "trials": told, "faults": faults[:40]}, ensure_ascii=False))
    return int(bool(wrong_ones))


def _left(state: Path | None, name: str, places: list[int], counts: dict[str, int]) -> tuple[list[int], dict[str, int]]:
    """Return the calls still to be tried and the counts so far."""
    if state is None:
        return places, counts
    state.mkdir(parents=True, exist_ok=True)
    path = state / f"{name}.json"
    if not path.is_file():
        return places, counts
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["left"], kept["counts"]


def _again_with_shim() -> int:
    """Compile the few lines of C and start again with them loaded first."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "failing_calls.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "failing_calls.c", "-ldl"], check=True)
        settings = os.environ | {"LD_PRELOAD": str(library), "QUNJIAN_SHIM": "1", "QUNJIAN_LANG": "en"}
        return subprocess.run([sys.executable, *sys.argv], env=settings, check=False).returncode


def _calls(world: World, trial: Trial, folder: Path) -> int:
    """Return how many such calls the act makes when all goes well."""
    root, told = copied(trial.template, folder / "count"), folder / "count.txt"

    def count() -> None:
        shim().fault_arm(-1, 0)
        try:
            world.act(trial.kind, root)
        except SystemExit as end:
            if end.code:
                raise
        number = shim().fault_count()
        shim().fault_arm(0, 0)
        told.write_text(str(number))

    code, _ = in_child(count)
    shutil.rmtree(root)
    if code:
        raise RuntimeError(f"{trial.kind} failed by itself ({code})")
    return int(told.read_text())


def _one(world: World, trial: Trial, folder: Path, place: int, error: str, counts: dict[str, int]) -> list[str]:
    root, log, told = copied(trial.template, folder / "trial"), folder / "said.txt", folder / "wrong.json"
    told.unlink(missing_ok=True)

    def fail_and_judge() -> None:
        library = shim()
        library.fault_arm(place, getattr(errno, error))
        code = _code(world, trial.kind, root)
        name = ctypes.string_at(library.fault_name()).decode() if library.fault_name() else ""
        library.fault_arm(0, 0)
        raw = seen(root)
        now = raw if trial.kind != "erase" else anonymous(raw)
        judged = world.judge(trial.kind, root, raw)
        told.write_text(json.dumps([code, name, now == trial.after, judged], ensure_ascii=False), encoding="utf-8")

    ended, _ = in_child(fail_and_judge, said=log)
    shutil.rmtree(root)
    said = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    if ended or not told.exists():
        return [f"#{place}: the process ended with {ended}: {said[-1:]}"]
    code, name, done, wrong = json.loads(told.read_text(encoding="utf-8"))
    counts["failed" if name else "not_reached"] += 1
    counts["exit_2"] += code == 2
    counts["done_without"] += code == 0 and bool(name)
    where = f"#{place} {name}: "
    if code == 0 and not done:
        wrong.append("ended well, but the act is not done")
    if code not in (0, 2):
        wrong.append(f"exit code {code}: {said[-1:]}")
    if any("Traceback" in line or "panicked" in line for line in said):
        wrong.append(f"a traceback: {said[:3]}")
    return [where + each for each in wrong]


def _code(world: World, kind: str, root: Path) -> int:
    """Return the exit code of the act, as the command line gives it."""
    try:
        world.act(kind, root)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as problem:
        return int(getattr(problem, "exit_code", 3))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
