"""The docs are current: pages made from the program equal the program, and the changelog and recipes are there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.conftest import PROJECT

GENERATED = ("commands_page.py", "indicators_page.py", "rules_page.py", "law_matrix.py", "platform_matrix.py")


@pytest.mark.parametrize("script", GENERATED)
def test_generated_page_is_current(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr or done.stdout


def test_the_changelog_tells_this_version() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    version = re.search(r'^version = "(.+)"', (PROJECT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version
    assert f"## {version[1]}" in text


@pytest.mark.parametrize("thing", ["rule", "check kind", "indicator", "source", "mapping", "page"])
def test_the_recipe_stands_in_contributing(thing: str) -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    section = re.search(rf"^## Add an? {thing}\n(.+?)(?=^## |\Z)", text, re.M | re.S)
    assert section, f"no recipe for a {thing}"
    for path in re.findall(r"`((?:src|tests|scripts|docs)/[^`*<> ]+)`", section[1]):
        assert (PROJECT / path).exists(), f"the recipe for a {thing} names {path}, which is not there"
