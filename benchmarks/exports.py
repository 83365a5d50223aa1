"""Writes a workspace of two million messages out in every format: messages a second, and the peak memory of the tree.

    python -m benchmarks.exports --messages 2000000

Each format is exported twice, once for time and once watched for memory, since watching takes time of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.large_exports import _Talk
from benchmarks.measure import Run, run

QUNJIAN = [sys.executable, "-m", "qunjian"]
FORMATS = ("jsonl", "csv", "parquet", "chatlab")
GROUPS = 4


def did(*arguments: object, memory: bool = False) -> Run:
    """Run a command of ours; ends the benchmark when it fails."""
    done = run([*QUNJIAN, *map(str, arguments)], memory=memory)
    if done.code:
        raise SystemExit(f"qunjian {arguments[0]} failed: {done.output[-2000:]}")
    return done


def write_group(path: Path, group: int, messages: int) -> None:
    """Write a ChatLab export of one group; every fifth message replies to the one before."""
    talk = _Talk(group)
    meta = {"name": f"群{group}", "platform": "qq", "type": "group", "groupId": str(group)}
    with path.open("w", encoding="utf-8") as out:
        print(json.dumps({"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": meta}), file=out)
        for number, at, member, text in talk.messages(messages):
            reply = f', "replyToMessageId": "{number - 1}"' if number % 5 == 0 else ""
            out.write(
                f'{{"_type": "message", "sender": "{member}", "accountName": "成员{member}", "timestamp": {at}, '
                f'"type": 0, "content": "{text}", "platformMessageId": "{number}"{reply}}}\n'
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000_000)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as scratch:
        home, sources = Path(scratch) / "workspace", Path(scratch) / "sources"
        sources.mkdir()
        for group in range(1, GROUPS + 1):
            write_group(sources / f"{group}.jsonl", group, given.messages // GROUPS)
        did("init", home)
        did("import", sources, "-w", home)
        shutil.rmtree(sources)
        for name in given.formats:
            target = Path(scratch) / "out"
            target.mkdir()
            place = target if name == "chatlab" else target / f"all.{name}"
            timed = did("export", "--format", name, "-o", place, "-w", home)
            size = sum(file.stat().st_size for file in target.iterdir())
            watched = did("export", "--format", name, "-o", place, "-w", home, "--force", memory=True)
            shutil.rmtree(target)
            print(
                f"{name}: {given.messages / timed.seconds:,.0f} messages/s of wall, "
                f"{given.messages / timed.cpu:,.0f} of processor time ({timed.cpu:.1f} s), {size / 1e6:,.0f} MB, "
                f"peak memory of the tree {watched.peak_mib:.0f} MiB",
                flush=True,
            )


if __name__ == "__main__":
    main()
