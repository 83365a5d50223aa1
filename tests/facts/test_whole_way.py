"""From an export and a fact sheet to findings: by role, by local day, in answers, each citing its fact."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from qunjian.runs.findings import Filters, findings
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.workspace import Workspace

STANDARD = """\
id: ours
name: 我们
extends: general
facts:
  - {id: old, subject: 基础班, kind: price, attribute: 现价, value: 99元, to: 2026-11-30, source: 秋季价目表}
  - {id: new, subject: 基础班, kind: price, attribute: 现价, value: 129元, from: 2026-12-01, source: 冬季价目表}
"""
# sender, UTC time, text, what it replies to
LINES = [
    ("w", "2026-11-18T02:00:00", "基础班现价89元，欢迎报名", None),
    ("w", "2026-11-18T02:01:00", "基础班现价九十九块", None),
    ("a", "2026-11-18T02:02:00", "基础班现价59元", None),  # a member's mistake is none
    ("w", "2026-11-30T15:59:00", "基础班现价99元", None),
    ("w", "2026-11-30T16:01:00", "基础班现价99元", None),  # already 1 December in Shanghai
    ("a", "2026-12-02T02:00:00", "基础班多少钱呀？", None),
    ("w", "2026-12-02T02:01:00", "99哦", "m5"),
    ("w", "2026-12-02T02:02:00", "129", "m5"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    home = Workspace.create(tmp_path / "ws")
    messages = [
        {"sender": who, "accountName": who, "type": 0, "content": text, "platformMessageId": f"m{number}",
         "timestamp": int(dt.datetime.fromisoformat(f"{at}+00:00").timestamp()),
         **({"replyToMessageId": to} if to else {})}
        for number, (who, at, text, to) in enumerate(LINES)
    ]  # fmt: skip
    export = {
        "chatlab": {"version": "0.0.2", "exportedAt": 1797000000, "generator": "hand"},
        "meta": {"name": "甲群", "platform": "wechat", "type": "group", "groupId": "g1"},
        "members": [{"platformId": "w", "accountName": "小王"}, {"platformId": "a", "accountName": "甲"}],
        "messages": messages,
    }
    (tmp_path / "chat.json").write_text(json.dumps(export, ensure_ascii=False), encoding="utf-8")
    import_files(home, Wish((tmp_path / "chat.json",)))
    role = {"community_id": "wechat:g1", "account_id": "wechat:w", "role": "staff"}
    (home.root / "decisions" / "roles.jsonl").write_text(json.dumps(role) + "\n", encoding="utf-8")
    (home.standards / "ours.yaml").write_text(STANDARD, encoding="utf-8")
    return home


def told(home: Workspace) -> list[tuple[str, str, str, str]]:
    return sorted(
        (each.message_id, each.rule, LINES[int(each.message_id[1:])][2][slice(*each.spans[0])], each.detail)
        for each in findings(home, Filters())
        if each.rule.startswith("facts.")
    )


AUTUMN = "基础班·现价：99元（～2026-11-30；来源：秋季价目表）"
WINTER = "基础班·现价：129元（2026-12-01～；来源：冬季价目表）"


def test_staff_are_held_to_the_facts_of_their_day(workspace: Workspace) -> None:
    inspect(workspace, "ours")
    assert told(workspace) == [
        ("m0", "facts.contradicted", "89元", AUTUMN),
        ("m4", "facts.contradicted", "99元", WINTER),
        ("m6", "facts.contradicted_in_answer", "99", WINTER),
    ]


def test_without_a_sheet_nothing_is_found(workspace: Workspace) -> None:
    inspect(workspace, "general")
    assert told(workspace) == []


def test_a_part_of_the_days_finds_what_the_whole_finds_there(workspace: Workspace) -> None:
    inspect(workspace, "ours", first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 31))
    assert [each[0] for each in told(workspace)] == ["m4", "m6"]
