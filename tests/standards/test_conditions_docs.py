"""The page on conditions: every condition stands in its table, its examples work, and rules that use each run."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from tests.conftest import PROJECT

from qunjian.model.written import parse_written
from qunjian.runs.rule_files import check_rule_file
from qunjian.runs.rule_samples import run_samples
from qunjian.standards.conditions import ATOMS, Condition
from qunjian.standards.rules import Exempt, load_pack

RULES = Path(__file__).parent / "conditions"


def page(language: str) -> str:
    return (PROJECT / "docs" / language / "conditions.md").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_condition_has_a_line_and_an_example_that_is_read(language: str) -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|(.+)\|$", page(language), re.M))
    assert tuple(rows) == ATOMS
    for name, row in rows.items():
        examples = re.findall(r"`([a-z_]+: [^`]+)`", row.rpartition("|")[2])
        assert examples, name
        for example in examples:
            condition = parse_written(f"{{{example}}}".encode(), name=name).make(Condition)
            assert [each for each, _ in condition.stated()] == [name]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_longer_examples_are_read(language: str) -> None:
    found = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.+?)```", page(language), re.S)]
    assert [next(iter(each)) for each in found] == ["when", "exempt", "detect", "samples"]
    blocks = re.findall(r"```yaml\n(.+?)```", page(language), re.S)
    for block, key, model in ((blocks[0], "when", Condition), (blocks[1], "exempt", Exempt)):
        inner = "\n".join(line[2:] for line in block.splitlines()[1:])
        assert block.startswith(f"{key}:")
        parse_written(inner.encode(), name=key).make(model)


def test_rules_with_each_condition_run() -> None:
    rules = load_pack(RULES / "packs" / "sample")
    used = {name for rule in rules if rule.when is not None for name, _ in rule.when.everywhere()}
    assert used == set(ATOMS)
    assert [each for each in run_samples(rules) if not each.right] == []
    for path in (RULES / "packs" / "sample").glob("*.yaml"):
        assert check_rule_file(path) == []


def test_an_exemption_past_its_last_day_is_told(tmp_path: Path) -> None:
    text = (RULES / "packs" / "sample" / "by_role.yaml").read_text("utf-8")
    path = tmp_path / "sample" / "by_role.yaml"
    path.parent.mkdir()
    path.write_text(
        text + "exempt:\n  granted:\n    - {reason: 活动, owner: 王芳, expires: 2026-11-20, phrases: [暗号甲班]}\n",
        encoding="utf-8",
    )
    assert check_rule_file(path, dt.date(2026, 11, 20)) == []
    (problem,) = check_rule_file(path, dt.date(2026, 11, 21))
    assert "到期" in problem.what.zh
    assert "王芳" in problem.sentence("zh")
    assert problem.where.startswith("sample/by_role.yaml:")
