"""Questions from the command line: drawn, masked, the same every time, and never a finding."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import typer
from tests.checks.rules import messages
from typer.testing import CliRunner

from qunjian.checks.questions import Draw
from qunjian.cli import inspecting, questions
from qunjian.lake.records import DocumentEntry
from qunjian.workspace import Workspace

RULE = {
    "id": "mine.notice", "name": "通知待核", "severity": "notice", "category": "compliance", "hint": "核对",
    "basis": [{"source": "群规"}], "samples": {"hit": ["一", "二", "三"], "pass": ["四", "五", "六"]},
    "detect": {"kind": "question", "question": {"zh": "有出处吗？", "en": "Is there a source?"},
               "draw": {"patterns": ["网传.{0,6}通知"]}},
    "exempt": {"patterns": ["辟谣"]},
}  # fmt: skip
TEXTS = ["早上好", "网传放假通知，打13912345678问", "辟谣：网传放假通知不实", None, "网传停水通知", "商场出售整件大衣"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    workspace = Workspace.create(tmp_path / "w", clock=lambda: dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC))
    path = workspace.standards / "packs" / "mine" / "notice.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(RULE, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (workspace.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    with workspace.lake.importing() as act:
        document = act.open_document(DocumentEntry("made.json", format="made"))
        act.add(document, messages(TEXTS))
        act.reading(document).include(read=len(TEXTS))
        act.close_document(document)
        act.commit()
    return workspace.root


def asked(*arguments: object) -> list[dict]:
    app = typer.Typer()
    questions.register(app)
    inspecting.register(app)
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_questions_are_drawn_masked_and_no_findings(home: Path) -> None:
    rows = asked("questions", "-w", home, "--standard", "team", "--json")
    assert [row["message_id"] for row in rows] == ["1", "4"]
    assert rows[0]["zh"] == "有出处吗？"
    assert rows[0]["excerpt"].startswith("【网传放假通知】")
    assert "13912345678" not in json.dumps(rows)
    assert asked("questions", "-w", home, "--standard", "team", "--json") == rows
    assert asked("questions", "-w", home, "--standard", "team", "--to", "2026-11-01", "--json") == []
    (found,) = asked("inspect", "-w", home, "--standard", "team", "--json")
    assert found["findings"]["rule"] == {}


def test_what_may_be_a_disguise_or_chance_is_asked_and_no_finding(home: Path) -> None:
    words = {**RULE, "id": "mine.papers", "name": "买卖证件", "detect": {"kind": "phrases", "words": ["出售证件"]}}
    path = home / "standards" / "packs" / "mine" / "papers.yaml"
    path.write_text(json.dumps(words | {"exempt": {}}, ensure_ascii=False), encoding="utf-8")
    rows = asked("questions", "-w", home, "--standard", "team", "--json")
    (row,) = (each for each in rows if each["rule"] == "mine.papers")
    assert (row["message_id"], row["excerpt"]) == ("5", "商场【出售整件】大衣")
    assert row["zh"] == "标出的词是不是换了字写的“买卖证件”？照字面也讲得通"
    (found,) = asked("inspect", "-w", home, "--standard", "team", "--json")
    assert found["findings"]["rule"] == {}


def test_a_share_is_drawn_by_the_message_alone() -> None:
    draw = Draw(phrases=("网传通知",), share=0.3)
    drawn = {str(number) for number in range(10_000) if draw.takes("x.y", "t:g", str(number))}
    assert 2_800 < len(drawn) < 3_200
    assert {each for each in drawn if draw.takes("x.y", "t:g", each)} == drawn
    assert drawn != {str(number) for number in range(10_000) if draw.takes("x.z", "t:g", str(number))}
