"""The commands of standards: their JSON keys, their exit codes, their sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from qunjian.cli import standard as group

RULE_KEYS = {"id", "name", "severity", "category", "check", "basis", "hint", "lifecycle"}


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    found = typer.Typer()
    group.register(found)
    found.callback()(lambda: None)
    return found


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["standard", *arguments])


def test_list(app: typer.Typer) -> None:
    done = run(app, "list", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["general", "mother_baby", "paid_course"]
    assert set(rows[0]) == {"id", "name", "version", "extends", "rules", "indicators", "shipped"}
    assert "通用社群运营标准" in run(app, "list").stdout


def test_show(app: typer.Typer) -> None:
    document = json.loads(run(app, "show", "general", "--json").stdout)
    assert {
        "id",
        "name",
        "version",
        "goals",
        "indicators",
        "rules",
        "duties",
        "scorecard",
        "review",
        "guidance",
    } <= set(document)
    assert set(document["rules"][0]) == RULE_KEYS
    assert "@" in document["version"]
    assert "首次响应" in run(app, "show").stdout


def test_validate(app: typer.Typer, tmp_path: Path) -> None:
    good = run(app, "validate", "--json")
    assert good.exit_code == 0
    assert set(json.loads(good.stdout)) == {"ok", "standards", "rules", "problems"}
    (tmp_path / "bad.yaml").write_text("id: bad\nname: 坏\nrules: {packs: [spm]}\n", encoding="utf-8")
    bad = run(app, "validate", str(tmp_path / "bad.yaml"), "--json")
    assert bad.exit_code == 2
    assert json.loads(bad.stdout)["problems"] == [
        {"where": "bad.yaml:3", "what": "没有名为“spm”的规则包", "todo": "最接近的是：spam"}
    ]


def test_validate_reads_the_packs_beside_a_standard(app: typer.Typer, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "mine"
    pack.mkdir(parents=True)
    (pack / "word.yaml").write_text(
        "id: mine.word\nname: 词\nseverity: minor\ncategory: spam\nbasis: [{source: 群规}]\n"
        "detect: {kind: phrases, wrods: [某某优品]}\n"
        "samples: {hit: [某某优品, 某某优品好, 某某良品], pass: [早, 午, 晚]}\nhint: 提醒\n",
        encoding="utf-8",
    )
    (tmp_path / "ours.yaml").write_text("id: ours\nname: 我们的\nrules: {packs: [mine]}\n", encoding="utf-8")
    found = run(app, "validate", str(tmp_path / "ours.yaml"), "--json")
    assert found.exit_code == 2
    document = json.loads(found.stdout)
    assert (document["standards"], document["rules"]) == (1, 1)
    assert [(each["where"].rsplit(":", 1)[1], each["what"]) for each in document["problems"]] == [
        ("6", "缺少“words”"), ("6", "没有名为“wrods”的项"),
    ]  # fmt: skip


def test_test(app: typer.Typer, tmp_path: Path) -> None:
    done = run(app, "test", "general", "--rule", "spam.padding", "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert set(document) == {"standard", "version", "rules", "samples", "wrong"}
    assert (document["rules"], document["wrong"]) == (1, [])
    pack = tmp_path / "packs" / "mine"
    pack.mkdir(parents=True)
    (pack / "word.yaml").write_text(
        "id: mine.word\nname: 词\nseverity: minor\ncategory: spam\nbasis: [{source: 群规}]\n"
        "detect: {kind: phrases, words: [某某优品]}\n"
        "samples: {hit: [某某优品, 某某优品好, 某某良品], pass: [早, 午, 买了某某优品]}\nhint: 提醒\n",
        encoding="utf-8",
    )
    (tmp_path / "ours.yaml").write_text("id: ours\nname: 我们的\nrules: {packs: [mine]}\n", encoding="utf-8")
    done = run(app, "test", str(tmp_path / "ours.yaml"), "--json")
    assert done.exit_code == 2
    wrong = json.loads(done.stdout)["wrong"]
    assert [(each["sample"], each["expected"], each["fired"]) for each in wrong] == [
        ("某某良品", True, False), ("买了某某优品", False, True),
    ]  # fmt: skip
    assert set(wrong[0]) == {"rule", "number", "expected", "fired", "sample", "because"}


def test_diff(app: typer.Typer) -> None:
    done = run(app, "diff", "general", "paid_course", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(rows[0]) == {"kind", "id", "zh", "en"}
    assert "规则 education.pass_guarantee 的严重度由 major 改为 critical" in [row["zh"] for row in rows]
    assert run(app, "diff", "general", "general").stdout.strip() == "两份标准没有差别"


@pytest.mark.parametrize("what", ["standard", "rule"])
def test_schema(app: typer.Typer, what: str) -> None:
    document = json.loads(run(app, "schema", what).stdout)
    assert document["type"] == "object"
    assert document["additionalProperties"] is False


def test_import(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "词.csv").write_text("违禁词,类别,等级\n某某优品,竞品,高\n", encoding="utf-8")
    done = run(app, "import", str(tmp_path / "词.csv"), "-o", str(tmp_path / "ours.yaml"), "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert set(document) == {"standard", "version", "written", "words", "rules", "items", "facts", "notes"}
    assert (document["standard"], document["words"], document["rules"]) == ("ours", 1, 1)
    assert set(document["notes"][0]) == {"kind", "where", "said"}
