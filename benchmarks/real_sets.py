"""The seven public chat sets, imported, inspected and reported: seconds and peak memory each, counts beside them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import run

SETS = (
    "forum_s1_zh", "gitter_freecodecamp", "weibo_ced_zh", "irc_raku", "irc_ubuntu_threads", "discord_meshcore",
    "zulip_lean",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the unpacked sets")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    given = parser.parse_args()
    qunjian = [sys.executable, "-m", "qunjian"]
    inspected = 0.0
    for name in given.sets:
        with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as scratch:
            home = Path(scratch) / "workspace"
            run([*qunjian, "init", str(home)])
            steps = {
                "import": [*qunjian, "import", str(given.data / name), "-w", str(home), "--json"],
                "again": [*qunjian, "import", str(given.data / name), "-w", str(home), "--json"],
                "inspect": [*qunjian, "inspect", "-w", str(home), "--json"],
                "report": [*qunjian, "report", "-w", str(home), "-o", str(Path(scratch) / "report"), "--json"],
            }
            shown = []
            for step, command in steps.items():
                done = run(command)
                shown.append(f"{step} {done.seconds:.1f} s {done.peak_mib:.0f} MiB")
                if step in ("inspect", "report"):
                    inspected += done.seconds
                if done.code not in (0, 1):
                    shown.append(f"FAILED: {done.output[-400:]}")
                elif step in ("import", "again"):
                    counts = json.loads(done.output.splitlines()[-1])
                    shown.append(f"(read {counts['read']} kept {counts['kept']} duplicate {counts['duplicate']} "
                                 f"rejected {counts['rejected']})")  # fmt: skip
            print(f"{name}: " + "  ".join(shown), flush=True)
    print(f"inspect + report, all sets: {inspected:.1f} s")


if __name__ == "__main__":
    main()
