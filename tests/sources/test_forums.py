"""What samples of Zulip and Discourse cannot say: files apart from their export, one post from two sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qunjian.model.errors import BadInputError
from qunjian.runs.importing import Wish, import_files
from qunjian.sources.document import memory_document
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks
from qunjian.workspace import Workspace


def test_zulip_messages_without_their_realm_are_refused_since_private_talks_look_alike() -> None:
    row = {"id": 1, "sender": 2, "recipient": 3, "subject": "t", "content": "c", "date_sent": 1714550400.0}
    document = memory_document("messages-000001.json", json.dumps({"zerver_message": [row]}).encode())
    detection = detect(document)
    assert detection.format == "zulip"
    with pytest.raises(BadInputError) as error:
        list(tasks([(0, document, detection)]))
    assert "realm.json" in error.value.sentence("zh")


def test_many_zulip_files_read_alike_together_and_singly(tmp_path: Path) -> None:
    realm = {
        "zerver_realm": [{"id": 1, "string_id": "r"}],
        "zerver_stream": [{"id": 7, "name": "s"}],
        "zerver_recipient": [{"id": 3, "type": 2, "type_id": 7}],
    }
    (tmp_path / "realm.json").write_text(json.dumps(realm), "utf-8")
    for n in range(1, 4):
        text = "\u0007odd" if n == 2 else "plain"  # one file has something to clean
        row = {"id": n, "sender": 2, "recipient": 3, "subject": "t", "content": text, "date_sent": 1714550400.0 + n}
        (tmp_path / f"messages-00000{n}.json").write_text(json.dumps({"zerver_message": [row]}), "utf-8")
    options = Options(zone="UTC")
    found = [(n, one, detect(one, None, (), options)) for n, one in enumerate(find_documents([tmp_path]))]
    together = [run_task(task) for task in tasks(found)]
    assert len(together) == 1
    cleaned = {found[part.document][1].name.rpartition("/")[2]: dict(part.cleaned) for part in together[0].parts}
    assert [name for name, counts in cleaned.items() if counts] == ["messages-000002.json"]
    assert together[0].messages is not None
    assert together[0].messages.column("message_id").to_pylist() == ["1", "2", "3"]


def test_a_post_from_the_interface_and_from_an_archive_is_one_and_replies_find_it(tmp_path: Path) -> None:
    avatar = "/user_avatar/forum.example.com/ann/{size}/1.png"
    posts = [
        {"id": 5, "username": "Ann", "avatar_template": avatar, "topic_id": 9, "post_number": 1, "raw": "ask",
         "cooked": "<p>ask</p>", "created_at": "2024-05-01T08:00:00.000Z"},
        {"id": 6, "username": "bo", "topic_id": 9, "post_number": 2, "cooked": "<p>answer</p>",
         "reply_to_post_number": 1, "created_at": "2024-05-01T08:01:00.000Z"},
    ]  # fmt: skip
    folder = tmp_path / "forum"
    folder.mkdir()
    (folder / "9.json").write_text(json.dumps({"post_stream": {"posts": posts}, "id": 9}), "utf-8")
    (folder / "user-archive-ann-240502-080000.csv").write_text(
        "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at\n"
        "T,C,No,ask,<p>ask</p>,0,0,https://forum.example.com/t/t/9/1,2024-05-01 08:00:00 UTC\n",
        "utf-8",
    )
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((folder,)))
    rows = workspace.lake.session().connection.sql(
        "SELECT m.text, m.account_id, o.text FROM message m LEFT JOIN message o "
        "ON o.scope = m.scope AND o.message_id = m.reply_to ORDER BY m.message_id"
    )
    assert rows.fetchall() == [("ask", "discourse:ann", None), ("answer", "discourse:bo", "ask")]
