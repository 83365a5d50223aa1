"""Back-testing two standards: what is new, gone and graver, counted by hand on five messages; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat

TEXTS = ("大家早上好", "今天晚上老地方吃饭吗", "这个群里有人刷广告", "刷广告的请出去", "老地方不去了，换新地方")


def rule(pack: str, name: str, severity: str, words: list[str]) -> dict:
    return {
        "id": f"{pack}.{name}", "name": name, "severity": severity, "category": "spam", "hint": "提醒",
        "basis": [{"source": "群规"}], "detect": {"kind": "phrases", "words": words},
        "samples": {"hit": [words[0]] * 3, "pass": ["一", "二", "三"]},
    }  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, qunjian: Command) -> Path:
    root = tmp_path / "w"
    assert qunjian("init", root).code == 0
    rules = {
        "old": [rule("old", "place", "minor", ["老地方"]), rule("old", "greeting", "notice", ["早上好"])],
        "new": [rule("new", "advert", "major", ["刷广告"])],
    }
    for pack, each in rules.items():
        for one in each:
            path = root / "standards" / "packs" / pack / f"{one['id'].partition('.')[2]}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
    standards = {
        "before": {"packs": ["old"]},
        "after": {"packs": ["old", "new"], "severity": {"old.place": "major"}, "off": ["old.greeting"]},
    }
    for name, use in standards.items():
        text = json.dumps({"id": name, "name": name, "rules": use}, ensure_ascii=False)
        (root / "standards" / f"{name}.yaml").write_text(text, encoding="utf-8")
    chat = write_chat(tmp_path / "result.json", [message(n, 1 + n, 1, text) for n, text in enumerate(TEXTS, start=1)])
    assert qunjian("import", chat, "-w", root).code == 0
    return root


def test_new_gone_and_graver_findings_are_counted(home: Path, qunjian: Command) -> None:
    found = qunjian("standard", "backtest", "before", "after", "-w", home, "--json").json()
    assert (found["messages"], found["newly_hit"], found["newly_missed"], found["changed_severity"]) == (5, 2, 1, 2)
    assert (found["alarms_before"], found["alarms_after"]) == (600.0, 800.0)  # 3 and 4 findings on 5 messages
    rules = {each["rule"]: each for each in found["rules"]}
    assert set(rules) == {"new.advert", "old.greeting", "old.place"}
    assert (rules["old.place"]["severity_before"], rules["old.place"]["severity_after"]) == ("minor", "major")
    assert [each["text"] for each in rules["new.advert"]["examples_hit"]] == list(TEXTS[2:4])
    assert [each["text"] for each in rules["old.greeting"]["examples_missed"]] == [TEXTS[0]]
    assert found["review_hours"] == round(2 * 30 / 3600, 2)
    assert found["communities"][0]["newly_hit"] == 2


def test_the_same_standard_twice_differs_in_nothing_and_nothing_is_written(home: Path, qunjian: Command) -> None:
    found = qunjian("standard", "backtest", "after", "after", "-w", home, "--json").json()
    assert (found["newly_hit"], found["newly_missed"], found["changed_severity"], found["rules"]) == (0, 0, 0, [])
    assert qunjian("findings", "-w", home, "--json").lines() == []


def test_days_bound_what_is_looked_at(home: Path, qunjian: Command) -> None:
    found = qunjian("standard", "backtest", "before", "after", "--from", "2026-11-05", "-w", home, "--json").json()
    assert (found["messages"], found["newly_hit"]) == (2, 1)


def test_an_unknown_standard_is_told_with_the_nearest_name(home: Path, qunjian: Command) -> None:
    said = qunjian("standard", "backtest", "befor", "after", "-w", home)
    assert said.code == 2
    assert "before" in said.err
