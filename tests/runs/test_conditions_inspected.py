"""Conditions on earlier messages through a whole inspection: gathered with the texts, in one run or by days."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from tests.checks.rules import messages

from qunjian.checks.windows import conditional
from qunjian.lake.records import DocumentEntry
from qunjian.runs.findings import Filters, findings
from qunjian.runs.inspecting import inspect
from qunjian.runs.inspection import chosen_edition
from qunjian.workspace import Workspace

WHEN = {
    "often": {"count": {"hits": 2, "within_minutes": 60}},
    "near": {"near": {"words": ["加我"], "messages": 1, "within_minutes": 60}},
    "plain": {"replies": False},
}
# The eves of two days in Shanghai: the second message of each account comes after midnight.
TEXTS = ["兼职刷单", "加我", "今天天气好", "兼职刷单", "兼职刷单", "早"]
AT = ["15:50", "15:51", "15:52", "16:05", "16:06", "16:07"]  # UTC; midnight there is 16:00
WHO = ["t:1", "t:2", "t:3", "t:1", "t:2", "t:3"]


def made(path: Path) -> Workspace:
    workspace = Workspace.create(path, clock=lambda: dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC))
    for name, when in WHEN.items():
        rule = {
            "id": f"mine.{name}", "name": name, "severity": "minor", "category": "spam", "hint": "核对",
            "basis": [{"source": "群规"}], "samples": {"hit": ["一", "二", "三"], "pass": ["四", "五", "六"]},
            "detect": {"kind": "phrases", "words": ["兼职刷单"]}, "when": when,
        }  # fmt: skip
        file = workspace.standards / "packs" / "mine" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rule, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (workspace.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    moments = [dt.datetime.fromisoformat(f"2026-11-16T{clock}:00+00:00") for clock in AT]
    with workspace.lake.importing() as act:
        document = act.open_document(DocumentEntry("made.json", format="made"))
        act.add(document, messages(TEXTS, sent_at=moments, account_id=WHO))
        act.reading(document).include(read=len(TEXTS))
        act.close_document(document)
        act.commit()
    return workspace


def told(workspace: Workspace, first: dt.date | None = None, last: dt.date | None = None) -> set[tuple[str, str]]:
    inspect(workspace, "team", first=first, last=last)
    return {(each.rule, each.message_id) for each in findings(workspace, Filters())}


def test_hits_are_asked_for_in_the_order_in_which_they_are_searched_for(tmp_path: Path) -> None:
    workspace = made(tmp_path / "w")
    rules = chosen_edition(workspace, "team", workspace.decisions(), dt.date(2026, 11, 20)).rules
    assert [rule.id for rule in rules if conditional.is_searched(rule)] == ["mine.near", "mine.often"]
    for order in (rules, rules[::-1]):
        # The two rules, then what stands near the first: the words of its condition.
        assert [rule.id for rule in conditional.asked_for(order)] == ["mine.near", "mine.often", "mine.near"]


def test_a_whole_inspection_and_one_by_days_find_the_same(tmp_path: Path) -> None:
    workspace = made(tmp_path / "w")
    whole = told(workspace)
    # By hand: t:1 says it a second time in message 3; t:2 says it in 4, its only message before being 加我 (1).
    assert {each for each in whole if each[0] != "mine.plain"} == {("mine.often", "3"), ("mine.near", "4")}
    eve, day = dt.date(2026, 11, 16), dt.date(2026, 11, 17)
    assert told(workspace, eve, eve) | told(workspace, day, day) == whole
    rows = {each.rule: each for each in findings(workspace, Filters()) if each.rule != "mine.plain"}
    assert rows["mine.near"].related == ("1",)
    assert rows["mine.near"].spans == ((0, 4),)
    assert rows["mine.near"].check == "phrases"
