"""The examples in the documentation are files that work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import PROJECT

from qunjian.runs.rule_files import check_rule_file, check_standard_file
from qunjian.runs.rule_samples import run_samples
from qunjian.standards.rules import DETECT_KINDS, load_rule


@pytest.mark.parametrize("language", ["zh", "en"])
def test_examples_work(language: str, tmp_path: Path) -> None:
    text = (PROJECT / "docs" / language / "standards.md").read_text("utf-8")
    standard, rule = re.findall(r"```yaml\n(.+?)```", text, re.S)
    (tmp_path / "ours.yaml").write_text(standard, encoding="utf-8")
    assert check_standard_file(tmp_path / "ours.yaml") == []
    path = tmp_path / "packs" / "mine" / "price_quarrel.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(rule, encoding="utf-8")
    assert check_rule_file(path) == []
    assert [each for each in run_samples([load_rule(path)]) if not each.right] == []
    assert all(f"`{kind}`" in text for kind in DETECT_KINDS)
