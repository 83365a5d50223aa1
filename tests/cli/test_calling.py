"""A call that cannot be meant gets one sentence with the nearest that can; help is one sentence a command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command

CALLS = {
    "report --frm html": "--format",
    "reprot": "report",
    "standard lst": "list",
    "measure posts --from 2026": "2026-11-16",
    "measure posts --by year": "week",
    "erase": "ACCOUNT",
    "init a b c": "b c",
    "report --format": "--format",
    "messages --limit many": "--limit",
    "findings --limit 0": "1",
    "check --role x a": "x",
}


@pytest.mark.parametrize(("call", "named"), CALLS.items(), ids=CALLS)
def test_a_call_that_cannot_be_meant_is_answered_in_one_sentence(qunjian: Command, call: str, named: str) -> None:
    said = qunjian(*call.split())
    assert said.code == 2
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert named in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("call", ["", "standard", "judge"])
def test_a_group_without_a_command_shows_its_help(qunjian: Command, call: str) -> None:
    said = qunjian(*call.split())
    assert said.code == 2
    assert said.err == ""
    assert "--help" in said.out


def test_the_list_of_commands_is_one_language_and_no_sentence_is_cut_in_the_middle(qunjian: Command) -> None:
    from qunjian.cli.console import LANGUAGE

    said = qunjian("--help")
    assert said.code == 0
    if LANGUAGE == "zh":
        assert not re.search(r"Show this|Install completion|Usage|Commands|Options ", said.out)
    assert "…" not in said.out


def test_an_added_command_that_is_half_removed_leaves_the_others(tmp_path: Path) -> None:
    broken = tmp_path / "broken-1.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (broken / "entry_points.txt").write_text("[qunjian.commands]\nbroken = a_part_that_is_gone.commands:register\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "QUNJIAN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "qunjian", "--help"], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    assert "report" in done.stdout
    (told,) = done.stderr.strip().splitlines()
    assert "'broken'" in told
    assert "a_part_that_is_gone" in told
