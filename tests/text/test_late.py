"""Patterns of readers are compiled when they are first used, and serve as compiled ones do."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import PROJECT

from qunjian.text.late import late, late_re2


def test_a_late_pattern_serves_as_a_compiled_one() -> None:
    pattern = late(r"(?P<who>\w+):", re.MULTILINE)
    found = pattern.search("a b:\nc:")
    assert found is not None
    assert (found["who"], pattern.findall("a b:\nc:"), pattern.sub("-", "x:y")) == ("b", ["b", "c"], "-y")
    assert (pattern.pattern, pattern.flags & re.MULTILINE, late(b"x").match(b"xy") is not None) == (
        r"(?P<who>\w+):", re.MULTILINE, True,
    )  # fmt: skip
    assert late_re2("(a+)b").match("aab")[1] == "aa"


def test_no_reader_compiles_at_import() -> None:
    """Every start pays for what is compiled then: a module of patterns cost up to 19 ms."""
    told = (
        "import re, re2, sys, csv, zoneinfo, yaml, pydantic, python_calamine, zstandard, tarfile, zipfile, html\n"
        "from importlib.resources import files\nimport qunjian.text.cleaning, qunjian.model.problems\n"
        "made = []\nreal = re.compile\n"
        "def watched(form, flags=0):\n"
        "    name = sys._getframe(1).f_globals.get('__name__', '')\n"
        "    name.startswith('qunjian.sources') and made.append(name)\n"
        "    return real(form, flags)\n"
        "re.compile = watched\nimport qunjian.sources.registry\nprint(sorted(set(made)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
