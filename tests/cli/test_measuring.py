"""qunjian indicators, qunjian measure: documented keys, tables in both languages, errors that name the nearest."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from qunjian.indicators.registry import INDICATORS
from qunjian.model.schemas import INDICATOR_VALUE


def test_indicators_as_lines(qunjian: Command):
    rows = qunjian("indicators", "--json").lines()
    assert [row["id"] for row in rows] == list(INDICATORS)
    assert set(rows[0]) == {
        "id", "title", "definition", "denominator", "unit", "direction", "family", "needs", "needs_any", "parts",
    }  # fmt: skip
    assert rows[0]["title"] == {"zh": "发言人数", "en": "Speakers"}


def test_indicators_as_text(qunjian: Command):
    said = qunjian("indicators")
    assert said.code == 0
    assert "活跃度" in said.out
    assert "speakers  发言人数 [人]" in said.out


def test_measure_as_lines(qunjian: Command, chat: Path):
    assert qunjian("import", chat).code == 0
    rows = qunjian("measure", "posts", "speakers", "active_ratio", "--by", "month", "--json").lines()
    assert set(rows[0]) == set(INDICATOR_VALUE.names)
    found = {row["indicator"]: (row["period"], row["value"], row["unknown"]) for row in rows}
    assert found == {
        "posts": ("2026-11", 6, None), "speakers": ("2026-11", 3, None), "active_ratio": ("2026-11", None, "no_roster"),
    }  # fmt: skip


def test_measure_filters(qunjian: Command, chat: Path):
    qunjian("import", chat)
    asked = ("measure", "posts", "--by", "day", "--from", "2026-11-02", "--to", "2026-11-03", "--json")
    assert [(row["period"], row["value"]) for row in qunjian(*asked).lines()] == [("2026-11-02", 1), ("2026-11-03", 1)]
    assert qunjian(*asked, "--community", "读书会").lines() == qunjian(*asked).lines()


def test_measure_as_a_table(qunjian: Command, chat: Path):
    qunjian("import", chat)
    said = qunjian("measure", "posts", "active_ratio", "--by", "month")
    assert "消息数" in said.out
    assert "没有成员名单，也没有群人数记录" in said.out
    assert "…" not in said.out


def test_errors_name_the_nearest(qunjian: Command, chat: Path):
    qunjian("import", chat)
    said = qunjian("measure", "speaker")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == "没有名为“speaker”的指标。最接近的是：speakers、new_speakers、gini_speakers"
    said = qunjian("measure", "posts", "--community", "读书")
    assert said.code == 2
    assert "读书会" in said.err
    said = qunjian("measure", "posts", "--from", "2026-11-03", "--to", "2026-11-01")
    assert said.code == 2
    assert "起始日在结束日之后" in said.err


def test_table_in_english(qunjian: Command, chat: Path, monkeypatch: pytest.MonkeyPatch):
    qunjian("import", chat)
    command = importlib.import_module("qunjian.cli.measuring")
    monkeypatch.setattr(command, "LANGUAGE", "en")
    assert "no roster and no record of the group's size" in qunjian("measure", "members").out
