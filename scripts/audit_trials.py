"""Tampers with an audit log a thousand times at random and counts how many tampers verification finds.

    python scripts/audit_trials.py [--trials 1000] [--entries 200] [--seed 1]

Each trial writes to a fresh copy of one log; the last lines are one count per way of tampering.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.console.settings"


def main() -> None:
    """Run the trials."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()

    import django

    django.setup()
    from django.test.utils import setup_databases
    from tests.console.audit.tampering import TAMPERS, problems_after, write

    setup_databases(0, interactive=False)
    write(asked.entries)
    draw, tried, missed = random.Random(asked.seed), Counter[str](), Counter[str]()
    while tried.total() < asked.trials:
        tamper = draw.choice(TAMPERS)
        did, problems = problems_after(tamper, draw)
        if did is None:
            continue
        tried[tamper.__name__] += 1
        if not problems:
            missed[tamper.__name__] += 1
            print(f"not found: {did}")
    for name, count in sorted(tried.items()):
        print(f"{name}: {count - missed[name]} of {count} found")
    print(f"{tried.total() - missed.total()} of {tried.total()} tampers found in a log of {asked.entries} entries")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
