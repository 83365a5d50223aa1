"""What the samples of Feishu cannot say: the trap of topics, and a message recalled between two exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qunjian.runs.importing import Wish, import_files
from qunjian.sources.document import memory_document
from qunjian.sources.registry import detect, run_task, tasks
from qunjian.workspace import Workspace


def message(number: int, **more: object) -> dict[str, object]:
    return {
        "message_id": f"om_{number}", "msg_type": "text", "create_time": str(1767225600000 + number),
        "chat_id": "oc_1", "sender": {"id": "ou_1", "sender_type": "user"},
        "body": {"content": json.dumps({"text": f"第{number}条"})}, **more,
    }  # fmt: skip


def warnings(*records: dict[str, object]) -> tuple[str, ...]:
    document = memory_document("a.json", json.dumps(records).encode())
    (outcome,) = [run_task(task) for task in tasks([(0, document, detect(document))])]
    return outcome.parts[0].warnings


def test_topics_without_their_replies_are_warned_of() -> None:
    (warning,) = warnings(message(1, thread_id="omt_1"))
    assert "container_id_type=thread" in warning
    assert warnings(message(1)) == ()
    replied = message(2, thread_id="omt_1", root_id="om_1", parent_id="om_1")
    assert warnings(message(1, thread_id="omt_1"), replied) == ()


def test_a_message_recalled_later_is_a_recall(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps([message(1)]), "utf-8")
    gone = message(1, deleted=True, update_time="1767225700000", body={"content": "This message was recalled"})
    second.write_text(json.dumps([gone]), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((second, first)))
    rows = workspace.lake.session().connection.sql("SELECT message_id, kind FROM message ORDER BY 1").fetchall()
    assert rows == [("om_1", "recall")]


@pytest.mark.parametrize("content", ["null", "[]", "3", '"a"', "{}", '{"text": 5}', "", "[" * 5000])
def test_odd_contents_are_read(content: str) -> None:
    for kind in ("text", "post", "interactive", "system", "vote", "todo", "file", "unheard_of"):
        assert len(warnings(message(1, msg_type=kind, body={"content": content}))) == 0
