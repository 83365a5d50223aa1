"""Turns labels into shares with Wilson 95 % intervals: precision by severity and by rule, and the missed share.

    python scripts/label_figures.py evaluation/forum_s1_zh.draw1.jsonl

Labels: one JSON line per item: {kind, scope, message_id, rule?, severity?, verdict, fault?}.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from qunjian.model.records import SEVERITIES
from qunjian.statistics.intervals import wilson


def said(hits: int, of: int) -> str:
    """Return a share with its interval, or that there is none."""
    if not of:
        return "none judged"
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.2f} [{float(low):.2f}, {float(high):.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.labels.read_text("utf-8").splitlines() if line.strip()]
    findings = [row for row in rows if row["kind"] == "finding"]
    for name, groups in (("severity", SEVERITIES), ("rule", sorted({row["rule"] for row in findings}))):
        print(f"\nprecision by {name} (strict: unsure is wrong | lenient: unsure left out)")
        for group in groups:
            verdicts = [row["verdict"] for row in findings if row[name] == group]
            right, unsure = verdicts.count("right"), verdicts.count("unsure")
            print(f"  {group}: {said(right, len(verdicts))} | {said(right, len(verdicts) - unsure)}")
    rest = [row for row in rows if row["kind"] == "unflagged"]
    missed = [row for row in rest if row["verdict"] == "missed"]
    print(f"\nmissed share of unflagged posts: {said(len(missed), len(rest))}")
    faults: dict[str, int] = defaultdict(int)
    for row in missed:
        faults[f"{row.get('severity', '?')} {row.get('fault', '?')}"] += 1
    for fault, count in sorted(faults.items(), key=lambda item: -item[1]):
        print(f"  {fault}: {count}")


if __name__ == "__main__":
    main()
