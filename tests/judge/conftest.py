"""A workspace with one group: a member's spam that a rule finds, and what staff said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace

STANDARD = """\
id: judged
name: 有评审条目的标准
extends: general
judge:
  - {id: promise, name: 承诺, question: 是否承诺了效果或收益}
  - {id: tone, name: 语气, question: 语气是否不耐烦或嘲讽}
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[list[str]], Workspace]:
    """Return a function that makes a workspace in which staff said these texts."""

    def make(texts: list[str]) -> Workspace:
        workspace = Workspace.create(tmp_path / "ws")
        lines = [("spam", "甲", "兼职刷单日结三百，加我微信 brush12345")]
        lines += [(f"s{number}", "小王", text) for number, text in enumerate(texts)]
        export = {
            "chatlab": {"version": "0.0.1", "exportedAt": 1794100000, "generator": "hand"},
            "meta": {"name": "甲群", "platform": "wechat", "type": "group", "groupId": "g1"},
            "members": [{"platformId": "a", "accountName": "甲某某"}, {"platformId": "w", "accountName": "王小明"}],
            "messages": [
                {"sender": "w" if by == "小王" else "a", "accountName": "王小明" if by == "小王" else "甲某某",
                 "timestamp": 1794000000 + number * 60, "type": 0, "content": text, "platformMessageId": name}
                for number, (name, by, text) in enumerate(lines)
            ],
        }  # fmt: skip
        (tmp_path / "chat.json").write_text(json.dumps(export, ensure_ascii=False), encoding="utf-8")
        import_files(workspace, Wish((tmp_path / "chat.json",)))
        community = "wechat:g1"
        role = {"community_id": community, "account_id": "wechat:w", "role": "staff"}
        (workspace.root / "decisions" / "roles.jsonl").write_text(json.dumps(role) + "\n", encoding="utf-8")
        (workspace.standards / "judged.yaml").write_text(STANDARD, encoding="utf-8")
        return workspace

    return make
