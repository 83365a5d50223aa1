"""Times a text model as a check: messages a second of one core, on short messages and on reviews of your own.

    python -m benchmarks.text_models [--model offensive] [--messages 100000] [--texts FILE.txt]

CPU time of one process, medians: the rule alone through the inspector (fold, score, places), and the score alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow as pa

from benchmarks.message_checks import batches, inspected, median_rate, texts
from qunjian.checks.runner import compile_rules
from qunjian.models.text_model import load_model
from qunjian.standards.rules import Rule


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="offensive")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--texts", type=Path, help="one text a line; repeated until there are enough")
    given = parser.parse_args()
    values = texts(given.messages)
    if given.texts:
        lines = given.texts.read_text(encoding="utf-8").splitlines()
        values = (lines * (given.messages // len(lines) + 1))[: given.messages]
    rule = Rule.model_validate({
        "id": "bench.model", "name": "bench", "severity": "notice", "category": "conduct", "hint": "bench",
        "basis": ({"source": "bench"},), "detect": {"kind": "model", "model": given.model},
        "samples": {"hit": ("a", "b", "c"), "pass": ("d", "e", "f")},
    })  # fmt: skip
    inspector, model, column = compile_rules([rule]), load_model(given.model), pa.array(values)
    every = batches(values)
    print(f"{len(values):,} messages, {sum(map(len, values)) / len(values):.1f} characters on average")
    print(f"findings: {inspected(inspector, every):,}")
    print(f"as a rule {median_rate(lambda: inspected(inspector, every), len(values), given.repeats):,.0f} messages/s")
    print(f"score alone {median_rate(lambda: model.margins(column), len(values), given.repeats):,.0f} messages/s")


if __name__ == "__main__":
    main()
