"""The table of platforms by rules has no blank without a reason, and names only rules that are shipped."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("platform_matrix", PROJECT / "scripts" / "platform_matrix.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_blank_is_without_a_reason(script: ModuleType) -> None:
    matrix = script.read_matrix()
    assert {"wechat", "wecom", "qq", "feishu", "dingtalk", "discord", "telegram", "slack", "zulip", "discourse"} < {
        platform["id"] for platform in matrix.platforms
    }
    assert script.problems(matrix) == []


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ("v m", ("spam.flooding",)),  # a platform left out
        ("v m n n n n n n n n -", ("spam.flooding",)),  # a blank
        ("v m n n n n n n n n s", ("spam.no_such_rule",)),
        ("v m n n n n n n n n s", ()),  # forbidden, seen by no rule
    ],
)
def test_a_blank_is_told(script: ModuleType, cells: str, rules: tuple[str, ...]) -> None:
    matrix = script.read_matrix()
    row = script.Row({"zh": "某事", "en": "a thing"}, tuple(cells.split()), rules)
    assert len(script.problems(matrix._replace(rows=(row,)))) >= 1


def test_every_reason_is_used_and_every_rule_of_the_platforms_own_is_listed(script: ModuleType) -> None:
    matrix = script.read_matrix()
    cells = {cell for row in matrix.rows for cell in row.cells}
    assert set(matrix.reasons) <= cells
    listed = {rule for row in matrix.rows for ids in script.rules_of(row).values() for rule in ids}
    own = {
        rule.id
        for rules in script.load_packs().values()
        for rule in rules
        if any((basis.source or "").startswith(("微信", "企业微信")) for basis in rule.basis)
    }
    assert own <= listed
