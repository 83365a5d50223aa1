"""Compares the report after hundreds of tiny imports with the report after one import of the same messages.

    python -m benchmarks.many_imports --imports 300 --messages 120000

Reports are made in turns, and the medians of their processor time (which a busy machine lengthens less) are compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.large_exports import _Talk
from benchmarks.measure import Run, run
from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace

QUNJIAN = [sys.executable, "-m", "qunjian"]
_HEAD = {
    "_type": "header",
    "chatlab": {"version": "0.0.2"},
    "meta": {"name": "读书群", "platform": "qq", "type": "group", "groupId": "77"},
}


def _did(*arguments: object) -> Run:
    done = run([*QUNJIAN, *map(str, arguments)], memory=False)
    if done.code:
        raise SystemExit(f"qunjian {arguments[0]} failed: {done.output[-2000:]}")
    return done


def _imported(home: Path, exports: list[Path]) -> list[float]:
    """Import the exports one after the other, each as an act of its own; returns the seconds each took.

    In one process: starting three hundred would be most of the time.
    """
    workspace, spent = Workspace.create(home), []
    for export in exports:
        began = time.perf_counter()
        import_files(workspace, Wish((export,)))
        spent.append(time.perf_counter() - began)
    return spent


def write_parts(folder: Path, parts: int, messages: int) -> Path:
    """Write so many exports that follow each other, and beside their folder one with all; returns that one."""
    folder.mkdir()
    talk, head = _Talk(5), json.dumps(_HEAD, ensure_ascii=False)
    whole = folder.with_suffix(".jsonl")
    with whole.open("w", encoding="utf-8") as out:
        print(head, file=out)
        for part in range(parts):
            lines = [
                json.dumps(
                    {"_type": "message", "sender": str(member), "accountName": f"成员{member}", "timestamp": at,
                     "type": 0, "content": text, "platformMessageId": str(number)}, ensure_ascii=False,
                )
                for number, at, member, text in talk.messages(messages // parts)
            ]  # fmt: skip
            out.write("\n".join(lines) + "\n")
            (folder / f"{part:04d}.jsonl").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imports", type=int, default=300)
    parser.add_argument("--messages", type=int, default=120_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as scratch:
        home = Path(scratch)
        whole = write_parts(home / "parts", given.imports, given.messages)
        for name, exports in (("many", sorted((home / "parts").iterdir())), ("one", [whole])):
            spent = _imported(home / name, exports)
            print(f"{name}: {len(spent)} imports, median {statistics.median(spent):.2f} s, last {spent[-1]:.2f} s",
                  flush=True)  # fmt: skip
            _did("inspect", "-w", home / name)
        made: dict[str, list[Run]] = {"many": [], "one": []}
        for _ in range(given.rounds):
            for name, runs in made.items():
                runs.append(_did("report", "-w", home / name, "-o", home / "out"))
        cpu = {name: statistics.median(each.cpu for each in runs) for name, runs in made.items()}
        wall = {name: statistics.median(each.seconds for each in runs) for name, runs in made.items()}
        print(f"report: {cpu['many']:.2f} s of processor time after {given.imports} imports, {cpu['one']:.2f} s after "
              f"one: ratio {cpu['many'] / cpu['one']:.2f} (wall {wall['many'] / wall['one']:.2f})")  # fmt: skip


if __name__ == "__main__":
    main()
