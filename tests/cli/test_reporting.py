"""A report made by the command counts what a person would count by hand."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command, message, write_chat


def test_messages_of_the_day_the_export_was_made_are_counted(place: Path, qunjian: Command) -> None:
    """The record ends at noon of its only day: that day is not over, and its messages are there all the same."""
    chat = write_chat(place / "chat.json", [message(number, 18, number % 3, f"第{number}条") for number in range(8)])
    assert qunjian("import", chat).code == 0
    assert qunjian("inspect").code == 0
    said = qunjian("report", "--period", "2026-W47", "--format", "json", "--json").json()
    assert (said["communities"], said["messages"]) == (1, 8)


def test_a_period_without_messages_is_said(place: Path, qunjian: Command) -> None:
    chat = write_chat(place / "chat.json", [message(number, 18, number % 3, f"第{number}条") for number in range(8)])
    assert qunjian("import", chat).code == 0
    assert "这一期没有消息" in qunjian("report", "--period", "2025-W10", "--format", "json").out
    assert "这一期没有消息" not in qunjian("report", "--period", "2026-W47", "--format", "json").out


def test_a_standard_in_force_is_what_an_inspection_takes(place: Path, qunjian: Command) -> None:
    """The line that docs/zh/standards.md says to write."""
    chat = write_chat(place / "chat.json", [message(number, 18, number % 3, f"第{number}条") for number in range(8)])
    assert qunjian("import", chat).code == 0
    home = next(place.rglob("qunjian.toml")).parent
    (home / "standards" / "我们的.yaml").write_text("id: ours\nname: 我们的标准\nextends: general\n", encoding="utf-8")
    line = '{"standard": "ours", "version": "1", "starts": "2020-11-16"}\n'
    (home / "decisions" / "standard.jsonl").write_text(line, encoding="utf-8")
    assert qunjian("inspect", "--json").json()["standard"] == "ours"


def test_a_standard_edited_since_the_inspection_is_said(place: Path, qunjian: Command) -> None:
    chat = write_chat(place / "chat.json", [message(number, 18, number % 3, f"第{number}条") for number in range(8)])
    assert qunjian("import", chat).code == 0
    file = next(place.rglob("qunjian.toml")).parent / "standards" / "ours.yaml"
    file.write_text("id: ours\nname: 我们的标准\nextends: general\n", encoding="utf-8")
    version = qunjian("inspect", "--standard", "ours", "--json").json()["version"]
    asked = ("report", "--period", "2026-W47", "--format", "json", "-o", place / "out")
    assert qunjian(*asked).code == 0
    assert "改过" not in next((place / "out").glob("*.json")).read_text(encoding="utf-8")
    file.write_text("id: ours\nname: 我们的标准\nextends: general\nversion: '2'\n", encoding="utf-8")
    assert qunjian(*asked).code == 0
    assert f"质检之后改过：发现按 {version}" in next((place / "out").glob("*.json")).read_text(encoding="utf-8")
