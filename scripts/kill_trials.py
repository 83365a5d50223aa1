"""Kills real acts with SIGKILL at random moments and counts messages lost, doubled or half visible.

    python scripts/kill_trials.py 1000 --kinds import,undo,compact,erase --seed 7

Each trial: a process of its own does the act in a small workspace and is killed; what is seen then must be exactly
the state before or after it, as fresh imports of the surviving files give it; the next run must end in the state after.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from pathlib import Path

from acts_on_trial import KINDS, World, copied, in_child


def main() -> int:
    """Run the trials and print the counts of each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", type=int, nargs="?", default=100)
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of act, separated by commas")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so many seconds, whatever was asked")
    parser.add_argument("--messages", type=int, default=120, help="messages in the first export")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    chance, kinds = random.Random(asked.seed), tuple(asked.kinds.split(","))
    told = {kind: {"trials": 0, "killed": 0, "ended": 0, "wrong": 0} for kind in kinds}
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = World(folder, kinds, asked.messages)
        lasts = {kind: _seconds(world, kind, folder) for kind in kinds}
        until = time.monotonic() + asked.seconds
        for number in range(asked.trials):
            if time.monotonic() > until:
                break
            kind = kinds[number % len(kinds)]
            root = copied(world.trials[kind].template, folder / "trial")
            began = time.monotonic()
            wait = chance.uniform(0.0, lasts[kind])
            code, killed = in_child(lambda k=kind, r=root: world.act(k, r), kill_after=wait)  # type: ignore[misc]
            if not killed:  # it ended first: this machine is quicker now
                lasts[kind] = 0.8 * lasts[kind] + 0.2 * (time.monotonic() - began)
            elif wait > 0.9 * lasts[kind]:  # it was still at work near the end: the machine is slower now
                lasts[kind] *= 1.1
            said = folder / "wrong.json"
            said.unlink(missing_ok=True)
            judged, _ = in_child(lambda k=kind, r=root, s=said: _judge(world, k, r, s))  # type: ignore[misc]
            wrong = json.loads(said.read_text(encoding="utf-8")) if judged == 0 else [f"the next run failed ({judged})"]
            if not killed and code:
                wrong.append(f"the act failed by itself ({code})")
            counts = told[kind]
            counts["trials"] += 1
            counts["killed"] += killed
            counts["ended"] += not killed
            counts["wrong"] += bool(wrong)
            faults += [f"{kind} #{number} after {wait:.3f} s: {each}" for each in wrong]
            shutil.rmtree(root)
    wrong_ones = sum(counts["wrong"] for counts in told.values())
    print(
        json.dumps({"seed": asked.seed, "kinds": told, "wrong": wrong_ones, "faults": faults[:20]}, ensure_ascii=False)
    )
    return int(bool(wrong_ones))


def _seconds(world: World, kind: str, folder: Path) -> float:
    """Return how long the act takes when nobody kills it."""
    root = copied(world.trials[kind].template, folder / "warm")
    began = time.monotonic()
    code, _ = in_child(lambda: world.act(kind, root), said=folder / "warm.log")
    took = time.monotonic() - began
    shutil.rmtree(root)
    if code:
        raise RuntimeError(f"{kind}: {(folder / 'warm.log').read_text(encoding='utf-8')}")
    return took


def _judge(world: World, kind: str, root: Path, said: Path) -> None:
    said.write_text(json.dumps(world.judge(kind, root), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
