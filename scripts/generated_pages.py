"""Writes the pages that are made from the program, one in each language, or says which are not current."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from qunjian.model.language import Language

DOCS = Path(__file__).resolve().parents[1] / "docs"


def keep(name: str, page: Callable[[Language], str], problems: Callable[[], list[str]] = list) -> int:
    """Write docs/zh/NAME and docs/en/NAME, or with --check only compare; returns the exit code.

    `problems` are sentences that forbid to write at all.
    """
    script = Path(sys.argv[0]).name
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the pages are current")
    check = parser.parse_args().check
    wrong = problems()
    languages: tuple[Language, ...] = () if wrong else ("zh", "en")
    for language in languages:
        path, text = DOCS / language / name, page(language)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text("utf-8") != text:
            wrong.append(f"not current, run scripts/{script}: docs/{language}/{name}")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0
