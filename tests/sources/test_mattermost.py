"""What samples of Mattermost cannot say: edits between exports, twins, and whom a reply answers, once in the lake."""

from __future__ import annotations

import json
from pathlib import Path

from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace


def post(text: str, at: int, **more: object) -> dict[str, object]:
    post = {"team": "t", "channel": "c", "user": "ann", "message": text, "create_at": at, **more}
    return {"type": "post", "post": post}


def written(path: Path, created: str, *lines: dict[str, object]) -> Path:
    head = {"type": "version", "version": 1, "info": {"created": created}}
    path.write_text("\n".join(json.dumps(line) for line in (head, *lines)), "utf-8")
    return path


def test_an_edited_post_stays_one_twins_stay_two_and_replies_find_their_post(tmp_path: Path) -> None:
    reply = {"user": "bo", "message": "yes", "create_at": 1714550403000}
    twins = [post("twin", 1714550404000), post("twin", 1714550404000)]
    first = written(tmp_path / "a.jsonl", "2024-05-02T00:00:00Z", post("befor", 1714550402000), *twins)
    second = written(
        tmp_path / "b.jsonl", "2024-05-03T00:00:00Z",
        post("before", 1714550402000, edit_at=1714550405000, replies=[reply]), *twins,
    )  # fmt: skip
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((second,)))
    import_files(workspace, Wish((first,)))
    rows = workspace.lake.session().connection.sql(
        "SELECT m.text, o.text FROM message m LEFT JOIN message o ON o.message_id = m.reply_to ORDER BY 1"
    )
    assert rows.fetchall() == [("before", None), ("twin", None), ("twin", None), ("yes", "before")]
