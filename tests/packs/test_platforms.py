"""The table of platforms by rules has no blank without a reason, and names only rules that are shipped."""

from __future__ import annotations

import platform_matrix
import pytest


def test_no_blank_is_without_a_reason() -> None:
    matrix = platform_matrix.read_matrix()
    assert {"wechat", "wecom", "qq", "feishu", "dingtalk", "discord", "telegram", "slack", "zulip", "discourse"} < {
        platform["id"] for platform in matrix.platforms
    }
    assert platform_matrix.problems(matrix) == []


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ("v m", ("spam.flooding",)),  # a platform left out
        ("v m n n n n n n n n -", ("spam.flooding",)),  # a blank
        ("v m n n n n n n n n s", ("spam.no_such_rule",)),
        ("v m n n n n n n n n s", ()),  # forbidden, seen by no rule
    ],
)
def test_a_blank_is_told(cells: str, rules: tuple[str, ...]) -> None:
    matrix = platform_matrix.read_matrix()
    row = platform_matrix.Row({"zh": "某事", "en": "a thing"}, tuple(cells.split()), rules)
    assert len(platform_matrix.problems(matrix._replace(rows=(row,)))) >= 1


def test_every_reason_is_used_and_every_rule_of_the_platforms_own_is_listed() -> None:
    matrix = platform_matrix.read_matrix()
    cells = {cell for row in matrix.rows for cell in row.cells}
    assert set(matrix.reasons) <= cells
    listed = {rule for row in matrix.rows for ids in platform_matrix.rules_of(row).values() for rule in ids}
    own = {
        rule.id
        for rules in platform_matrix.load_packs().values()
        for rule in rules
        if any((basis.source or "").startswith(("微信", "企业微信")) for basis in rule.basis)
    }
    assert own <= listed
