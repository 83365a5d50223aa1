"""`starters` from the command line: keys as documented, people's table, the report's section, unknown names."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat

KEYS = {
    "community_id", "family", "group", "n", "started", "share", "low", "high", "difference", "difference_low",
    "difference_high", "q", "verdict",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, qunjian: Command) -> Path:
    """Twenty-five questions that somebody joins and twenty-five statements that nobody does, each a day apart."""
    said = []
    for day in range(1, 26):
        said.append(message(1000 * day, day, 1, f"第{day}章讲的是什么呢"))
        said[-1]["date_unixtime"] = str(1_793_534_400 + day * 86_400)
        said.append(message(1000 * day + 1, day, 2, "讲海边的小镇"))
        said[-1]["date_unixtime"] = str(1_793_534_400 + day * 86_400 + 300)
        said.append(message(1000 * day + 2, day, 1, "今天读到结尾了"))
        said[-1]["date_unixtime"] = str(1_793_534_400 + day * 86_400 + 600 + 3600)
    path = write_chat(tmp_path / "chat.json", said)
    assert qunjian("init", tmp_path / "w").code == 0
    assert qunjian("import", path, "-w", tmp_path / "w").code == 0
    return tmp_path / "w"


def test_json_table_and_report(home: Path, qunjian: Command):
    rows = qunjian("starters", "-w", home, "--json").lines()
    assert all(set(row) == KEYS for row in rows)
    (question,) = (row for row in rows if row["group"] == "question")
    assert (question["n"], question["started"]) == (25, 25)
    (text,) = (row for row in rows if row["family"] == "kind")
    assert (text["n"], text["started"], text["verdict"]) == (49, 25, "few")  # the last one's silence is not over
    shown = qunjian("starters", "-w", home)
    assert shown.code == 0
    assert "提问" in shown.out
    wide = qunjian("starters", "-w", home, "--silence", 90, "--json").lines()
    assert {row["n"] for row in wide if row["family"] == "kind"} == {25}
    assert qunjian("report", "-w", home, "--period", "2026-W47", "--format", "json").code == 0
    (report,) = (home / "reports").glob("*.json")
    assert "什么开得起讨论" in report.read_text(encoding="utf-8")


def test_bad_input_is_told_in_a_sentence(home: Path, qunjian: Command):
    assert qunjian("starters", "-w", home, "--silence", 0).code == 2
    unknown = qunjian("starters", "-w", home, "--community", "读书")
    assert (unknown.code, "读书会" in unknown.err) == (2, True)
