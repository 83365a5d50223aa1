"""inspect, findings and check from the command line: the documented keys, exit codes, masking, silences."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
import typer
from tests.checks.rules import messages
from typer.testing import CliRunner, Result

from qunjian.cli import inspecting
from qunjian.model.errors import QunjianError
from qunjian.workspace import Workspace

TEXTS = [
    "大家早上好",
    "加我微信 abc_12345，稳赚不赔",
    "身份证11010519491231002X 帮我登记",
    None,
    "今天的直播几点开始？",
]
RULES = {
    "mine/leak.yaml": {
        "id": "mine.leak", "name": "泄露身份证号", "severity": "critical", "category": "privacy", "hint": "撤回",
        "basis": [{"law": "个人信息保护法", "article": "第二十八条", "version": "2021-08-20", "verified": True}],
        "detect": {"kind": "personal_data", "types": ["id_card"]},
    },
    "mine/diversion.yaml": {
        "id": "mine.diversion", "name": "引流", "severity": "major", "category": "spam", "hint": "提醒",
        "basis": [{"source": "群规"}], "detect": {"kind": "contact", "channels": ["wechat"]},
        "scope": {"exempt_roles": ["staff"]},
    },
    "mine/repeats.yaml": {
        "id": "mine.repeats", "name": "刷屏", "severity": "minor", "category": "spam", "hint": "提醒",
        "basis": [{"source": "群规"}], "detect": {"kind": "flood", "messages": 3, "seconds": 5},
    },
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    clock = iter(range(10**6))
    start = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
    workspace = Workspace.create(tmp_path / "w", clock=lambda: start + dt.timedelta(seconds=next(clock)))
    for name, rule in RULES.items():
        path = workspace.standards / "packs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        samples: dict[str, object] = {"hit": ["一", "二", "三"], "pass": ["四", "五", "六"]}
        if rule["id"] == "mine.repeats":
            samples = {each: [[{"at": "10:00:00", "by": "甲"}]] * 3 for each in ("hit", "pass")}
        path.write_text(json.dumps({**rule, "samples": samples}, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (workspace.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    with workspace.lake.importing() as act:
        from qunjian.lake.records import DocumentEntry

        document = act.open_document(DocumentEntry("made.json", format="made"))
        act.add(document, messages(TEXTS, kind=["text", "text", "text", "image", "text"]))
        act.reading(document).include(read=len(TEXTS))
        act.close_document(document)
        act.commit()
    return workspace.root


def run(*arguments: object, text: str | None = None) -> Result:
    app = typer.Typer()
    inspecting.register(app)
    return CliRunner().invoke(app, [str(each) for each in arguments], input=text)


def lines(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_inspect_says_the_documented_keys(home: Path) -> None:
    (found,) = lines(run("inspect", "-w", home, "--standard", "team", "--json"))
    assert set(found) == {"run_id", "standard", "version", "messages", "findings", "coverage", "media", "scores"}
    assert found["standard"] == "team"
    assert found["messages"] == 5
    assert found["findings"]["severity"] == {"critical": 1, "major": 1, "minor": 0, "notice": 0}
    assert found["findings"]["rule"] == {"mine.diversion": 1, "mine.leak": 1}
    assert found["coverage"]["inspected"] == 4
    assert found["coverage"]["not_inspected"] == {"image": 1}
    assert found["scores"]["t:g"]["n"] == 4


def test_fail_on_exits_with_one_when_met(home: Path) -> None:
    assert run("inspect", "-w", home, "--standard", "team", "--fail-on", "critical").exit_code == 1
    early = ("--to", "2026-11-01")
    assert run("inspect", "-w", home, "--standard", "team", "--fail-on", "notice", *early).exit_code == 0


def test_findings_are_masked_filtered_and_of_the_newest_run(home: Path) -> None:
    assert lines(run("findings", "-w", home, "--json")) == []
    first, second = (lines(run("inspect", "-w", home, "--standard", "team", "--json"))[0] for _ in range(2))
    rows = lines(run("findings", "-w", home, "--json"))
    assert [row["rule"] for row in rows] == ["mine.leak", "mine.diversion"]
    assert {row["run_id"] for row in rows} == {second["run_id"]}
    assert "11010519491231002X" not in json.dumps(rows)
    assert rows[0]["excerpt"].startswith("身份证【110")
    assert rows[1]["spans"] == [[0, 4], [2, 14]] or rows[1]["spans"] == [[0, 14]]
    again = lines(run("findings", "-w", home, "--json", "--run", first["run_id"], "--severity", "critical"))
    assert [row["finding_id"] for row in again] == [rows[0]["finding_id"]]
    assert lines(run("findings", "-w", home, "--json", "--rule", "mine.none")) == []


def test_findings_show_accounts_and_contacts_only_when_asked_and_note_it(home: Path) -> None:
    run("inspect", "-w", home, "--standard", "team")
    accounts = {row["rule"]: row["account_id"] for row in lines(run("findings", "-w", home, "--json"))}
    shown = run("findings", "-w", home).stdout
    for secret in ("abc_12345", "bc_1234", "11010519491231002X", *accounts.values()):
        assert secret not in shown
    assert not (home / "access.jsonl").exists()
    bare = run("findings", "-w", home, "--rule", "mine.diversion", "--unmask").stdout
    assert "abc_12345" in bare
    assert accounts["mine.diversion"] in bare
    (row,) = lines(run("findings", "-w", home, "--rule", "mine.leak", "--unmask", "--json"))
    assert "11010519491231002X" in row["excerpt"]
    noted = [json.loads(line)["what"] for line in (home / "access.jsonl").read_text("utf-8").splitlines()]
    assert noted == ["findings unmasked: rule=mine.diversion", "findings unmasked: rule=mine.leak"]


def test_findings_name_the_rule_and_the_local_time_and_severities_may_be_chinese(home: Path) -> None:
    (home / "standards" / "team.yaml").rename(home / "standards" / "我们的标准.yaml")  # still `team`: its id
    run("inspect", "-w", home, "--standard", "team")
    (row,) = lines(run("findings", "-w", home, "--json", "--severity", "致命"))
    at = dt.datetime.fromisoformat(row["sent_at"]).astimezone(dt.timezone(dt.timedelta(hours=8)))
    shown = run("findings", "-w", home, "--severity", "致命").stdout
    assert shown.startswith(f"致命  mine.leak  泄露身份证号  {at:%Y-%m-%d %H:%M}  ")
    wrong = run("findings", "-w", home, "--severity", "很重").exception
    assert isinstance(wrong, QunjianError)
    assert "critical 致命" in wrong.sentence()


def test_a_silenced_finding_is_shown_with_its_reason_and_does_not_fail(home: Path) -> None:
    silence = {"rule": "mine.leak", "reason": "示例号码", "owner": "王", "expires": "2026-12-31"}
    (home / "decisions" / "silence.jsonl").write_bytes(msgspec.json.encode(silence) + b"\n")
    result = run("inspect", "-w", home, "--standard", "team", "--fail-on", "critical", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["findings"]["silenced"] == {"critical": 1}
    (row, _) = lines(run("findings", "-w", home, "--json"))
    assert row["silenced"] == {"reason": "示例号码", "owner": "王", "expires": "2026-12-31"}


def test_check_answers_each_text_in_order(home: Path) -> None:
    texts = "大家好\n\n加Ｖ：abc12345 😀\n"
    rows = lines(run("check", "-w", home, "--standard", "team", "--json", text=texts))
    assert [row["text"] for row in rows] == ["大家好", "", "加Ｖ：abc12345 😀"]
    assert [row["findings"] for row in rows[:2]] == [[], []]
    finding = rows[2]["findings"][-1]
    assert {"rule", "severity", "span", "matched", "transformations", "confidence", "basis"} <= set(finding)
    assert (finding["rule"], finding["span"], finding["matched"]) == ("mine.diversion", [1, 11], "Ｖ：abc12345")
    assert finding["transformations"] == ["width"]
    assert rows[2]["text"][slice(*finding["span"])] == finding["matched"]


def test_explain_says_why_a_rule_did_not_fire(home: Path) -> None:
    (row,) = lines(run("check", "加我微信", "-w", home, "--standard", "team", "--role", "staff", "--explain", "--json"))
    assert row["findings"] == []
    assert {each["rule"] for each in row["explained"]} == {"mine.leak", "mine.diversion", "mine.repeats"}
    assert not any(each["fired"] for each in row["explained"])
    assert all(each["why"] for each in row["explained"])


def test_unknown_names_are_bad_input(home: Path) -> None:
    for arguments in (
        ("inspect", "-w", home, "--standard", "teem"),
        ("inspect", "-w", home, "--standard", "team", "--community", "t:x"),
        ("inspect", "-w", home, "--standard", "team", "--fail-on", "criticl"),
        ("inspect", "-w", home, "--standard", "team", "--from", "2026-11-20", "--to", "2026-11-01"),
        ("findings", "-w", home, "--run", "nope"),
    ):
        result = run(*arguments)
        assert isinstance(result.exception, QunjianError), arguments
        assert result.exception.exit_code == 2
