"""`value` from the command line: keys as documented, reasons in words, unknown is null, numbers masked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat

KEYS = {
    "community_id", "scope", "message_id", "sent_at", "kind", "excerpt", "characters", "numbers", "dates", "links",
    "question", "filler", "information", "novel", "new", "relevance", "topics", "own", "own_words", "people", "thanks",
    "reactions", "expected", "usefulness", "unknown",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, qunjian: Command) -> Path:
    """Seventy lines about books a day for four days, then a question that is answered, and one at the very end."""
    said = [message(100 * day + n, day, n % 3, f"今天读书会读第{n}章") for day in range(1, 5) for n in range(70)]
    said += [message(100 * day + 80, day, 1, "海边小镇的结局") for day in range(1, 5)]
    said += [
        message(900, 5, 1, "毫米波掌机 13912345678 怎么样"), message(901, 5, 2, "谢谢推荐", reply_to_message_id=900),
        message(902, 5, 2, "打卡"), message(1000, 8, 1, "最后一句，海边小镇见"),
    ]  # fmt: skip
    path = write_chat(tmp_path / "chat.json", said)
    assert qunjian("init", tmp_path / "w").code == 0
    assert qunjian("import", path, "-w", tmp_path / "w").code == 0
    return tmp_path / "w"


def test_json(home: Path, qunjian: Command):
    rows = qunjian("value", "-w", home, "--from", "2026-11-06", "--json").lines()
    assert all(set(row) == KEYS for row in rows)
    by_id = {row["message_id"]: row for row in rows}
    first = rows[0]
    assert first["message_id"] == "900"
    assert "毫米波掌机" in first["new"]
    assert "13912345678" not in str(first)
    assert (first["people"], first["thanks"], first["question"]) == (1, 1, True)
    assert by_id["1000"]["usefulness"] is None
    assert set(by_id["1000"]["unknown"]) == {"usefulness"}
    assert by_id["1000"]["own_words"] == ["海边小镇"]
    filler = qunjian("value", "-w", home, "--by", "filler", "--json").lines()
    assert [(row["message_id"], row["filler"]) for row in filler] == [("902", "bump")]
    useful = qunjian("value", "-w", home, "--by", "usefulness", "--top", 1, "--json").lines()
    assert [row["message_id"] for row in useful] == ["900"]
    everything = qunjian("value", "-w", home, "--top", 0, "--from", "2026-11-06", "--json").lines()
    assert len(everything) == 4


def test_reasons_are_words(home: Path, qunjian: Command):
    shown = qunjian("value", "-w", home, "--from", "2026-11-06", "--top", 3)
    assert shown.code == 0
    assert "毫米波掌机" in shown.out.partition("本群之前没说过：")[2]
    assert "1 人回复" in shown.out


def test_an_unknown_measure_names_the_nearest(home: Path, qunjian: Command):
    done = qunjian("value", "-w", home, "--by", "usefullness")
    assert (done.code, "usefulness" in done.err) == (2, True)
