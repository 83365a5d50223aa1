"""Kills real imports with SIGKILL at random moments and counts messages lost, doubled or half visible.

    python scripts/kill_trials.py 100

Each trial: a workspace holds export A; an import of the overlapping export B is killed; what is visible must be
exactly A or exactly A and B; then B is imported to its end and what is visible must be exactly A and B.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qunjian.lake.lake import Lake
from qunjian.workspace import Workspace

OVERLAP = 500


def write_export(path: Path, first: int, after: int) -> None:
    """Write a Telegram export of the messages [first, after) of one endless chat."""
    chance = random.Random(first)
    words = ["今天", "团购", "收到", "谢谢", "老师", "宝宝", "手机", "第三章", "打卡", "哈哈哈", "好的", "请问"]
    messages = [
        {
            "id": n,
            "type": "message",
            "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_760_000_000 + n * 20)),
            "date_unixtime": str(1_760_000_000 + n * 20),
            "from": f"成员{n % 300}",
            "from_id": f"user{n % 300}",
            "text": " ".join(chance.choices(words, k=5)),
            "text_entities": [],
        }
        for n in range(first, after)
    ]
    chat = {"name": "终极群", "type": "private_supergroup", "id": 4242, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")


def seen(root: Path) -> tuple[int, set[int]]:
    """Return the number of visible messages and their ids."""
    session = Lake.open(root / "lake").session()
    ids = [int(one) for (one,) in session.connection.execute("SELECT message_id FROM message").fetchall()]
    session.close()
    return len(ids), set(ids)


def run_import(root: Path, export: Path) -> subprocess.Popen[bytes]:
    """Start a real import."""
    command = [sys.executable, "-m", "qunjian", "import", "-w", str(root), str(export)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for an import and insist that it went well."""
    _, said = process.communicate()
    if process.returncode:
        raise RuntimeError(said.decode())


def main() -> int:
    """Run the trials and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", type=int, nargs="?", default=100)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    told = {"trials": 0, "killed": 0, "before": 0, "after": 0, "lost": 0, "doubled": 0, "half_visible": 0}
    with tempfile.TemporaryDirectory() as folder:
        a, b = Path(folder) / "a.json", Path(folder) / "b.json"
        write_export(a, 0, 2 * OVERLAP)
        write_export(b, OVERLAP, asked.messages + OVERLAP)
        ids_a, ids_b = set(range(2 * OVERLAP)), set(range(asked.messages + OVERLAP))
        template = Path(folder) / "template"
        Workspace.create(template)
        finish(run_import(template, a))
        trial = Path(folder) / "warm"
        shutil.copytree(template, trial)
        began = time.monotonic()
        finish(run_import(trial, b))
        whole = time.monotonic() - began
        for number in range(asked.trials):
            trial = Path(folder) / f"trial{number}"
            shutil.copytree(template, trial)
            process = run_import(trial, b)
            time.sleep(chance.uniform(0.2, 1.05) * whole)
            killed = process.poll() is None
            if killed:
                os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            rows, ids = seen(trial)
            told["before" if ids == ids_a else "after" if ids == ids_b else "half_visible"] += 1
            told["doubled"] += rows - len(ids)
            finish(run_import(trial, b))
            rows, ids = seen(trial)
            told["lost"] += len(ids_b - ids)
            told["doubled"] += rows - len(ids)
            told["trials"] += 1
            told["killed"] += killed
            shutil.rmtree(trial)
    print(json.dumps({"seed": asked.seed, "seconds_unkilled": round(whole, 2), **told}))
    return int(bool(told["lost"] or told["doubled"] or told["half_visible"]))


if __name__ == "__main__":
    raise SystemExit(main())
