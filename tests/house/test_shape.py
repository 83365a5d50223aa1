"""The shape of the house: docstrings, sizes, names, layers' borders, and nothing of a machine in the tree."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import PROJECT

SOURCE = PROJECT / "src"
MODULES = sorted(SOURCE.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(["git", "ls-files", *patterns], cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: the list of tracked files is unknown")
    return [PROJECT / line for line in done.stdout.splitlines() if (PROJECT / line).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_opens_with_one_sentence_of_purpose(path: Path) -> None:
    text = ast.get_docstring(parsed(path))
    assert text, "no docstring"
    assert text.splitlines()[0].rstrip().endswith((".", ",", ":", ";", "-")) or len(text.splitlines()) > 1
    assert len(text.split()) >= 4


def test_sizes_of_files_and_functions() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not [f"{p.relative_to(SOURCE)} {n}" for p, n in lines.items() if n > 600]
    assert statistics.quantiles(lines.values(), n=10)[-1] <= 300
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert sum(n > 60 for n in functions) / len(functions) < 0.02


def test_no_junk_drawers() -> None:
    assert not [p for p in MODULES if p.stem in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}]


def test_the_lake_alone_writes_delta_tables() -> None:
    writers = {p.relative_to(SOURCE / "qunjian").parts[0] for p in MODULES if "write_deltalake" in p.read_text("utf-8")}
    assert writers <= {"lake"}


def test_django_is_not_in_the_engine() -> None:
    assert not [
        p
        for p in (SOURCE / "qunjian").rglob("*.py")
        if re.search(r"^\s*(import|from) django", p.read_text("utf-8"), re.M)
    ]


def test_no_path_of_a_machine_in_the_tree() -> None:
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(tmp|work|farm|root|home)/[A-Za-z0-9]")
    found = []
    for path in tracked("*.py", "*.md", "*.yaml", "*.toml", "*.html", "*.js", "*.css", "Makefile", ".ci/*"):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line) and "noqa: machine path" not in line:
                found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:80]}")
    assert not found


def test_requirements_are_pinned_by_hash_without_addresses() -> None:
    for name in ("requirements.txt", "requirements-console.txt", "requirements-dev.txt"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([a-z0-9.-]+)==\S+", text, re.M)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text


def test_runtime_and_dev_requirements_agree() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for package, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", (PROJECT / name).read_text("utf-8"), re.M):
            found.setdefault(package, set()).add(version)
        return found

    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: v for name, v in runtime.items() if dev.get(name) != v} == {}
