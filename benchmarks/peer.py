"""The main job against a peer in the same run: 500,000 Telegram messages to a report, four cold commands of ours
(init, import, inspect, report) against one of chat-analytics; prints medians, the ratio, and the tree's peak memory.

Needs Node and the npm package `chat-analytics` (give its folder with --peer, or it is installed by name into a scratch
folder). Without Node only our side is measured.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, run
from benchmarks.telegram_export import write_export

STEPS = ("init", "import", "inspect", "report")


def ours(export: Path, folder: Path, *, memory: bool = False) -> dict[str, Run]:
    """Run the four commands in a new workspace, for time or for memory; ends the benchmark when one fails."""
    qunjian = [sys.executable, "-m", "qunjian"]
    home = folder / "workspace"
    commands = {
        "init": [*qunjian, "init", str(home)],
        "import": [*qunjian, "import", str(export), "-w", str(home)],
        "inspect": [*qunjian, "inspect", "-w", str(home)],
        "report": [*qunjian, "report", "-w", str(home), "-o", str(folder / "report")],
    }
    runs: dict[str, Run] = {}
    for name in STEPS:
        runs[name] = run(commands[name], memory=memory)
        if runs[name].code:
            raise SystemExit(f"{name} failed: {runs[name].output[-2000:]}")
    return runs


def peer_command(given: Path | None, folder: Path) -> Path | None:
    """Return the peer's entry file, installing the package by name when no folder is given."""
    if shutil.which("node") is None:
        return None
    if given is None:
        given = folder / "peer"
        given.mkdir()
        subprocess.run(["npm", "install", "--silent", "--prefix", str(given), "chat-analytics"], check=True)
    return given / "node_modules" / "chat-analytics" / "dist" / "lib" / "CLI.js"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", type=Path, help="folder with node_modules/chat-analytics")
    parser.add_argument("--export", type=Path, help="use this export instead of writing one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as name:
        folder = Path(name)
        export = given.export or folder / "result.json"
        if not given.export:
            write_export(export, given.messages)
        print(f"export: {export.stat().st_size / 1e6:.0f} MB, {given.messages} records, {given.rounds} rounds")
        cli = peer_command(given.peer, folder)
        watched = folder / "watched"
        watched.mkdir()
        peaks = ours(export, watched, memory=True)
        print(
            "peak memory of the tree: " + "  ".join(f"{k} {r.peak_mib:.0f} MiB" for k, r in peaks.items()), flush=True
        )
        totals: list[float] = []
        ratios: list[float] = []
        for number in range(given.rounds):
            scratch = folder / f"round{number}"
            scratch.mkdir()
            runs = ours(export, scratch)
            total = sum(r.seconds for r in runs.values())
            totals.append(total)
            parts = "  ".join(f"{k} {r.seconds:.2f} s" for k, r in runs.items())
            print(f"round {number + 1}: ours {total:.2f} s  ({parts})", flush=True)
            if cli:
                command = ["node", str(cli), "-p", "telegram", "-i", str(export), "-o", str(scratch / "peer.html")]
                peer = run(command, memory=False)
                ratios.append(peer.seconds / total)
                print(f"         peer {peer.seconds:.2f} s  ratio {ratios[-1]:.1f}", flush=True)
            shutil.rmtree(scratch)
        print(f"median: ours {statistics.median(totals):.2f} s", end="")
        print(f", 1/{statistics.median(ratios):.1f} of the peer's time" if ratios else " (no Node: peer not run)")


if __name__ == "__main__":
    main()
