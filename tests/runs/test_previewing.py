"""Looking at a file before it is imported: an export that begins with a long list of members still shows messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qunjian.runs.importing import Wish
from qunjian.runs.previewing import QUICK_BYTES, Looking


@pytest.mark.parametrize("members", [0, 3, 4000])
def test_a_quick_look_goes_on_to_the_first_messages(tmp_path: Path, members: int) -> None:
    listed = [{"platformId": f"u{n}", "accountName": f"成员{n}" * 10} for n in range(members)]
    said = [
        {"sender": f"u{n}", "accountName": "甲", "timestamp": 1790000000 + n, "type": 0, "content": f"第{n}句"}
        for n in range(30)
    ]
    whole = {
        "chatlab": {"version": "0.0.2"},
        "meta": {"name": "读书会", "platform": "qq", "type": "group", "groupId": "7"},
        "members": listed,
        "messages": said,
    }
    path = tmp_path / "export.json"
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    assert (path.stat().st_size > 2 * QUICK_BYTES) == (members == 4000)
    looking = Looking(None, Wish((path,)), quick=True)
    shown = looking.attempt(looking.documents[0], 20)
    assert [row["text"] for row in shown.messages] == [f"第{n}句" for n in range(20)]
