"""What an import tells people: messages apart from events and lists, reasons in words, and failure as failure."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from tests.cli.conftest import Command

import qunjian.sources
from qunjian.model.rejections import REASONS

TALK = ["2026/11/16 09:00 - Ann created group \"Books\"", "2026/11/16 09:01 - Ann added Bob",
        "2026/11/16 09:02 - Bob: hello", "2026/11/16 09:03 - Bob left"]  # fmt: skip
TIMELESS = {"sender": "1", "accountName": "甲", "timestamp": None, "type": 0, "content": "好"}
META = {"name": "群", "platform": "qq", "type": "group", "groupId": "1"}


def chat(path: Path, rows: list[dict], members: list[dict] | None = None) -> Path:
    whole = {"chatlab": {"version": "0.0.2"}, "meta": META, "members": members or [], "messages": rows}
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return path


def test_an_import_of_which_all_was_rejected_is_no_success(place: Path, qunjian: Command) -> None:
    path = chat(place / "a.json", [TIMELESS, TIMELESS])
    told = qunjian("import", path)
    assert told.code == 2
    assert "一条也没有收下" in told.out
    assert "没有时间 2" in told.out
    assert "no_time" not in told.out
    machine = qunjian("import", path, "--json")
    assert (machine.code, machine.json()["rejected"]) == (2, {"no_time": 2})
    report = qunjian("imports", machine.json()["import_id"])
    assert report.code == 0
    assert "第 1 行/条：没有时间" in report.out
    assert qunjian("messages", "--json").lines() == []
    good = chat(place / "b.json", [TIMELESS, {**TIMELESS, "timestamp": 1763600000}])
    assert qunjian("import", good).code == 0


def test_events_and_lists_are_told_apart_from_messages(place: Path, qunjian: Command) -> None:
    (place / "WhatsApp Chat with Books.txt").write_text("\n".join(TALK) + "\n", "utf-8")
    told = qunjian("import", place / "WhatsApp Chat with Books.txt", "--as", "whatsapp", "--json").json()
    assert told["read"] == told["kept"] == 4
    events = told["events"]
    assert 2 <= events < 4  # Bob came and went; what the group's making is stands in the reader's own tests
    said = qunjian("imports", told["import_id"]).out
    assert f"消息 {4 - events}，进出等事件 {events}" in said
    assert "Asia/Shanghai" in said
    (place / "roster.csv").write_text("群,账号,昵称,角色\n读书群,10001,甲,群主\n读书群,10002,乙,成员\n", "utf-8")
    listed = qunjian("import", place / "roster.csv", "--community", "qq:1")
    assert listed.code == 0, listed.err
    assert "成员名单 2 行" in listed.out


def test_a_dry_run_needs_no_workspace(place: Path, qunjian: Command, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = chat(tmp_path / "a.json", [{**TIMELESS, "timestamp": 1763600000}, TIMELESS])
    (tmp_path / "bare").mkdir()
    monkeypatch.chdir(tmp_path / "bare")
    monkeypatch.delenv("QUNJIAN_WORKSPACE", raising=False)
    told = qunjian("import", path, "--dry-run")
    assert told.code == 0, told.err
    assert "没有时间 1" in told.out
    assert list((tmp_path / "bare").iterdir()) == []
    assert qunjian("import", path).code == 2  # but an import does


def test_a_chat_is_no_list_of_words(place: Path, qunjian: Command) -> None:
    path = chat(place / "a.json", [{**TIMELESS, "timestamp": 1763600000}])
    told = qunjian("standard", "import", path, "-o", place / "own.yaml")
    assert told.code == 2
    assert "这是聊天记录（chatlab），不是词表" in told.err
    assert not (place / "own.yaml").exists()


def test_every_reason_a_reader_names_has_words() -> None:
    named: set[str] = set()
    for path in Path(qunjian.sources.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reject":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    named.add(str(first.value))
    assert len(named) > 15
    assert named <= set(REASONS)
    samples = Path(qunjian.sources.__file__).parent.rglob("*expected.json")
    told = {word for path in samples for word in REASONS if f'"{word}"' in path.read_text("utf-8")}
    assert told
