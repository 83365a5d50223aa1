"""Turns labels into shares with Wilson 95 % intervals: precision by severity and by rule, the missed share, and recall.

    python scripts/label_figures.py evaluation/forum_s1_zh.draw1.jsonl
    python scripts/label_figures.py evaluation/forum_s1_zh.draw3.jsonl \\
        --also evaluation/forum_s1_zh.draw3_other_majors.jsonl \\
        --findings critical=24,major=294,minor=219,notice=1595 --unflagged 397234 --texts 399603

Labels: one JSON line per item: {kind, scope, message_id, rule?, severity?, verdict, fault?, graver?}. `graver`: the
post also has a fault of that severity which no rule of that severity named. With the numbers that `draw_labels.py`
printed (all findings by severity, all unflagged posts) and all posts checked, the shares are weighted by severity into
false alarms per 1,000 posts and an estimated recall; --also names labels beyond the draw, which count with it.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from qunjian.model.records import SEVERITIES, Severity
from qunjian.statistics.intervals import wilson

GRAVE: tuple[Severity, ...] = ("critical", "major")
Estimate = tuple[float, float, float]


def said(hits: int, of: int) -> str:
    """Return a share with its interval, or that there is none."""
    if not of:
        return "none judged"
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.3f} [{float(low):.3f}, {float(high):.3f}]"


def scaled(hits: int, of: int, population: int) -> Estimate:
    """Return how many of a population have what `hits` of `of` had: estimate, low, high; exact when all were judged."""
    if of >= population:
        return hits, hits, hits
    low, high = wilson(hits, of) if of else (0.0, 1.0)
    return population * hits / max(of, 1), population * float(low), population * float(high)


def total(parts: list[Estimate]) -> Estimate:
    """Return the sum of estimates, every low with every low: wider than 95 %, never narrower."""
    return sum(p[0] for p in parts), sum(p[1] for p in parts), sum(p[2] for p in parts)


def weighted(rows: list[dict[str, Any]], found: dict[str, int], unflagged: int, texts: int) -> None:
    """Print false alarms per 1,000 posts and recall, each severity weighted by how many findings there were."""
    by = {s: [r for r in rows if r["kind"] == "finding" and r["severity"] == s] for s in SEVERITIES}
    rest = [r for r in rows if r["kind"] == "unflagged"]
    for name, inside in (("major or higher", GRAVE), ("any severity", SEVERITIES)):
        right = total([scaled(sum(r["verdict"] == "right" for r in by[s]), len(by[s]), found[s]) for s in inside])
        false = total([scaled(sum(r["verdict"] != "right" for r in by[s]), len(by[s]), found[s]) for s in inside])
        missed = sum(r["verdict"] == "missed" and r.get("severity") in inside for r in rest)
        lost = [scaled(missed, len(rest), unflagged)]
        lower = [s for s in SEVERITIES if s not in inside]
        lost += [scaled(sum(r.get("graver") in inside for r in by[s]), len(by[s]), found[s]) for s in lower]
        gone = total(lost)
        print(f"\n{name}: true findings {right[0]:.0f} [{right[1]:.0f}, {right[2]:.0f}]")
        print("  false alarms per 1,000 posts: " + "{:.2f} [{:.2f}, {:.2f}]".format(*(1000 * f / texts for f in false)))
        print(f"  missed, unflagged posts: {said(missed, len(rest))}")
        print("  missed in all: {:.0f} [{:.0f}, {:.0f}]".format(*gone))
        low, high = right[1] / (right[1] + gone[2]), right[2] / (right[2] + gone[1])
        print(f"  recall: {right[0] / (right[0] + gone[0]):.3f} [{low:.3f}, {high:.3f}]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--also", type=Path, help="labels beyond the draw")
    parser.add_argument("--findings", help="all findings by severity: critical=24,major=294,…")
    parser.add_argument("--unflagged", type=int, help="all unflagged posts the draw was made from")
    parser.add_argument("--texts", type=int, help="all posts checked")
    given = parser.parse_args()
    files = [given.labels, *([given.also] if given.also else [])]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
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
    if given.findings and given.unflagged and given.texts:
        found = dict.fromkeys(SEVERITIES, 0) | {k: int(v) for k, v in (p.split("=") for p in given.findings.split(","))}
        weighted(rows, found, given.unflagged, given.texts)


if __name__ == "__main__":
    main()
