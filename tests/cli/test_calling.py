"""A call that cannot be meant gets one sentence with the nearest that can; help is one sentence a command."""

from __future__ import annotations

import re

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
