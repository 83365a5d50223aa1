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
