"""Differences between standards read as sentences."""

from __future__ import annotations

import datetime as dt

from qunjian.runs.standards import load_packs, open_edition
from qunjian.standards.comparing import compare
from qunjian.standards.editions import Edition, make_edition
from qunjian.standards.schema import Standard, Waiver


def changed(edition: Edition, **changes: object) -> Edition:
    return make_edition(edition.standard.model_copy(update=changes), load_packs())


def sentences(before: Edition, after: Edition, language: str = "zh") -> list[str]:
    return [each.said.zh if language == "zh" else each.said.en for each in compare(before, after)]


def test_equal_standards_do_not_differ() -> None:
    assert compare(open_edition("general"), open_edition("general")) == []


def test_a_severity_is_changed() -> None:
    before = open_edition("general")
    rules = before.standard.rules.model_copy(update={"severity": {"spam.flooding": "critical"}})
    after = changed(before, rules=rules)
    assert sentences(before, after) == ["规则 spam.flooding 的严重度由 minor 改为 critical"]
    assert sentences(before, after, "en") == ["the severity of rule spam.flooding changes from minor to critical"]


def test_a_rule_is_switched_off_and_another_waived() -> None:
    before = open_edition("general")
    waiver = Waiver(
        rule="spam.duplicates", communities=("wechat:1",), reason="团购日", owner="王芳", expires=dt.date(2026, 12, 31)
    )
    rules = before.standard.rules.model_copy(update={"off": ("spam.flooding",), "exceptions": (waiver,)})
    after = changed(before, rules=rules)
    assert sentences(before, after) == [
        "规则 spam.flooding 已停用",
        "规则 spam.duplicates 新增例外：wechat:1，至 2026-12-31，负责人 王芳，理由：团购日",
    ]
    assert sentences(after, before) == ["规则 spam.flooding 新启用", "规则 spam.duplicates 取消例外：wechat:1"]


def test_targets_weights_goals_and_words() -> None:
    before = open_edition("general")
    standard: Standard = before.standard
    first, *others = standard.indicators
    aims = (first.model_copy(update={"target": 0.3, "weight": 50}), *others)
    goal, *goals = standard.goals
    fewer = (goal.model_copy(update={"indicators": ("speakers", "posts")}), *goals)
    parts = standard.scorecard.model_copy(update={"parts": {**standard.scorecard.parts, "activity": 30, "content": 0}})
    after = changed(before, indicators=aims, goals=fewer, scorecard=parts)
    assert sentences(before, after) == [
        "目标 lively 的指标：增加 posts，删去 active_ratio、posts_per_speaker、gini_speakers",
        "指标 active_ratio 的目标值由 0.2 改为 0.3",
        "指标 active_ratio 的权重由 40 改为 50",
        "评分部分 activity 的权重由 25 改为 30",
        "评分部分 content 的权重由 5 改为 0",
    ]
    assert sentences(before, after, "en")[0] == (
        "the indicators of goal lively gains posts and loses active_ratio, posts_per_speaker, gini_speakers"
    )
