"""Loading: what extends what, which targets apply to whom, and hashes that follow content alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qunjian.model.catalogue import Catalogue
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.runs.standards import catalogue_of, load_packs, open_edition
from qunjian.standards.editions import make_edition
from qunjian.standards.loading import find_standard, list_standards, load_standard
from qunjian.standards.rules import Line, load_rule
from qunjian.standards.schema import Applies, Standard

NAMES = ("active_ratio", "reply_rate", "posts")
CATALOGUE = Catalogue(
    rules={"spam.flooding": ("刷屏", "Flooding"), "fraud.account_trade": ("卖号", "Account trade")},
    packs={"spam": ("spam.flooding",), "fraud": ("fraud.account_trade",)},
    indicators={name: (name, name) for name in NAMES},
)
PARENT = """\
id: base
name: {zh: 基础, en: Base}
version: "3"
goals:
  - {id: lively, name: 活跃, indicators: [active_ratio]}
indicators:
  - {id: active_ratio, part: activity, target: 0.2, floor: 0.02, weight: 60}
  - {id: posts, part: activity, target: 9, floor: 1, weight: 40}
rules: {packs: [spam], severity: {spam.flooding: notice}}
scorecard: {parts: {activity: 100}, least_messages: 9}
review:
  items: [{id: polite, name: 礼貌, weight: 100}]
"""
CHILD = """\
id: special
name: {zh: 专门, en: Special}
extends: base
indicators:
  - {id: active_ratio, part: activity, target: 0.5, floor: 0.1, weight: 10}
  - {id: reply_rate, part: interaction, target: 0.5, floor: 0.1, weight: 5}
rules: {packs: [fraud], off: [fraud.account_trade]}
scorecard: {parts: {activity: 50, interaction: 50}}
review:
  items: [{id: prompt, name: 及时, weight: 100}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(PARENT, encoding="utf-8")
    (tmp_path / "special.yaml").write_text(CHILD, encoding="utf-8")
    return tmp_path


def test_a_child_lies_over_its_parent(folder: Path) -> None:
    found = load_standard("special", CATALOGUE, folders=[folder])
    assert (found.id, found.version, found.extends) == ("special", "1", "base")
    assert [(aim.id, aim.target, aim.weight) for aim in found.indicators] == [
        ("active_ratio", 0.5, 10), ("posts", 9.0, 40), ("reply_rate", 0.5, 5),
    ]  # fmt: skip
    assert found.rules.packs == ("spam", "fraud")
    assert found.rules.severity == {"spam.flooding": "notice"}
    assert [goal.id for goal in found.goals] == ["lively"]
    assert found.scorecard.parts == {"activity": 50, "interaction": 50}
    assert found.scorecard.least_messages == 9
    assert [item.id for item in found.review.items] == ["prompt"]


def test_a_standard_is_found_by_id_name_or_path(folder: Path) -> None:
    for name in ("special", "专门", "Special", folder / "special.yaml", str(folder / "special.yaml")):
        assert find_standard(name, [folder]).name == "special.yaml"
    with pytest.raises(UnknownNameError) as caught:
        find_standard("通用社群运营标淮")
    assert caught.value.nearest[0] == "通用社群运营标准"


def test_a_standard_is_found_by_its_id_whatever_its_file_is_called(folder: Path) -> None:
    (folder / "我们的标准.yaml").write_text(CHILD.replace("id: special", "id: ours", 1), encoding="utf-8")
    assert find_standard("ours", [folder]).name == "我们的标准.yaml"
    (folder / "a.yaml").write_text(CHILD.replace("id: special", "id: base", 1), encoding="utf-8")
    assert find_standard("base", [folder]).name == "base.yaml"  # a file of that very name goes first
    with pytest.raises(UnknownNameError) as caught:
        find_standard("zzzz", [folder])
    assert caught.value.todo == Phrase("qunjian standard list 列出能用的", "qunjian standard list shows those at hand")


def test_the_hash_follows_content_and_not_its_form(tmp_path: Path) -> None:
    def hashed(text: str) -> str:
        (tmp_path / "base.yaml").write_text(text, encoding="utf-8")
        return load_standard(tmp_path / "base.yaml", CATALOGUE).version_hash

    before = hashed(PARENT)
    assert hashed("# a remark\n" + PARENT.replace('version: "3"', "version: '3'   # same")) == before
    assert hashed(PARENT.replace("target: 9", "target: 8")) != before


def test_a_changed_rule_changes_the_version_and_a_changed_sample_does_not() -> None:
    packs = load_packs()
    standard = load_standard("general", catalogue_of(packs))
    before = make_edition(standard, packs)
    rule = packs["spam"][0]
    graver = rule.model_copy(update={"severity": "critical"})
    longer = rule.samples.model_copy(update={"hit": (*rule.samples.hit, "另一条")})
    resampled = rule.model_copy(update={"samples": longer})
    assert make_edition(standard, {**packs, "spam": (graver, *packs["spam"][1:])}).version != before.version
    assert make_edition(standard, {**packs, "spam": (resampled, *packs["spam"][1:])}).version == before.version


def test_the_first_variant_that_covers_a_community_counts() -> None:
    standard = open_edition("general").standard

    def target(members: int | None) -> float | None:
        return next(aim.target for aim in standard.aims(members=members) if aim.id == "active_ratio")

    # From the file: 0.2 by default, 0.12 from 200 members, 0.06 from 1000; an unknown size has no variant.
    assert [target(n) for n in (None, 50, 199, 200, 999, 1000, 50_000)] == [0.2, 0.2, 0.2, 0.12, 0.12, 0.06, 0.06]


def test_what_a_scope_covers() -> None:
    scope = Applies(types=("母婴",), tags=("育儿", "辅食"), max_members=200)
    assert scope.covers("母婴", ("育儿",), 200)
    assert not scope.covers("读书", ("育儿",), 200)
    assert not scope.covers("母婴", ("读书",), 200)
    assert not scope.covers("母婴", ("育儿",), None)
    assert Applies().covers("", (), None)


def test_shipped_standards_name_their_goals_indicators_and_mark_experience() -> None:
    for name in list_standards():
        standard: Standard = open_edition(name).standard
        measured = {aim.id for aim in standard.indicators}
        assert standard.goals
        assert all(set(goal.indicators) & measured for goal in standard.goals)
        assert sum(standard.scorecard.parts.values()) == 100
        scored = {aim.part for aim in standard.indicators if aim.weight} | {"compliance"}
        assert set(standard.scorecard.parts) == scored
        for aim in standard.indicators:
            if aim.target is not None and aim.floor is not None:
                assert (aim.direction == "down") == (aim.target < aim.floor), aim.id


def test_a_sample_line_has_an_instant_in_the_samples_zone() -> None:
    assert Line(at="10:00:05", by="甲").instant == dt.datetime(2026, 11, 16, 2, 0, 5, tzinfo=dt.UTC)
    assert Line(at="2026-11-17 00:30", by="甲").instant == dt.datetime(2026, 11, 16, 16, 30, tzinfo=dt.UTC)


def test_a_rule_cites_its_clauses(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "fault.yaml"
    path.parent.mkdir()
    path.write_text(
        "id: mine.fault\nname: 毛病\nseverity: minor\ncategory: spam\n"
        "basis:\n  - {law: 甲法, article: 第九条, version: 2021-04-29, verified: true}\n"
        "  - {law: 乙法, version: 2020-01-01}\n  - {source: 群规}\n"
        "detect: {kind: phrases, words: [某某某]}\nsamples: {hit: [a, b, c], pass: [d, e, f]}\nhint: 提醒\n",
        encoding="utf-8",
    )
    rule = load_rule(path)
    assert rule.citation == "《甲法》第九条（2021-04-29 版）；《乙法》（2020-01-01 版，条文待核）；群规"
    assert (rule.pack, rule.name.en, rule.is_window) == ("mine", "毛病", False)
