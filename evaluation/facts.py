"""Measures the check of facts on hand-written sentences of staff: precision and recall with Wilson intervals.

Run: python evaluation/facts.py [facts.tsv …]. A finding is right when it overlaps a span that a person marked.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import NamedTuple

from qunjian.checks.claims import Sheet
from qunjian.checks.fact_sheets import contradictions
from qunjian.runs.standards import open_edition
from qunjian.statistics.intervals import wilson

HERE = Path(__file__).parent


class Outcome(NamedTuple):
    """What one sentence brought: marked spans found and missed, findings on nothing marked."""

    day: dt.date
    text: str
    found: int
    missed: int
    false: int


def sheet() -> Sheet:
    """Return the sheet of the evaluation."""
    return Sheet(open_edition(HERE / "facts_sheet.yaml").standard.facts)


def outcomes(path: Path, facts: Sheet) -> list[Outcome]:
    """Return the outcome of every sentence of a file."""
    results = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        day, text, marked = (*line.split("\t"), "")[:3]
        text = text.replace("\\n", "\n")
        places = [(text.index(span), text.index(span) + len(span)) for span in filter(None, marked.split("|"))]
        told = [(match.start, match.end) for match in contradictions(facts, text, dt.date.fromisoformat(day))]
        hit = [place for place in places if any(_overlap(place, each) for each in told)]
        false = [each for each in told if not any(_overlap(place, each) for place in places)]
        results.append(Outcome(dt.date.fromisoformat(day), text, len(hit), len(places) - len(hit), len(false)))
    return results


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def main(names: list[str]) -> None:
    """Print the figures of each file, and every sentence that came out wrong."""
    facts = sheet()
    for name in names or ["facts.tsv", "facts_held_out.tsv"]:
        results = outcomes(HERE / name, facts)
        found, missed, false = (sum(getattr(each, part) for each in results) for part in ("found", "missed", "false"))
        print(f"{name}: {len(results)} sentences, {found + missed} marked spans")
        for word, part, whole in (("precision", found, found + false), ("recall", found, found + missed)):
            low, high = map(float, wilson(part, whole))
            print(f"  {word} {part}/{whole} = {part / whole:.3f} (95 % {low:.3f}–{high:.3f})")
        for each in results:
            if each.missed or each.false:
                print(f"  missed {each.missed}, false {each.false}: {each.day} {each.text!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
