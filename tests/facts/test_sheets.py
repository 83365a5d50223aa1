"""A fact sheet as written: what is refused and in which words, what differs at once, and sheets of Excel and CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from qunjian.runs.rule_files import validate
from qunjian.runs.sheet_import import import_sheets
from qunjian.runs.standards import open_edition

HEAD = "id: ours\nname: 我们\nextends: general\nfacts:\n"


def problems(tmp_path: Path, *facts: str) -> list[str]:
    path = tmp_path / "ours.yaml"
    path.write_text(HEAD + "".join(f"  - {{{fact}}}\n" for fact in facts), encoding="utf-8")
    return [problem.sentence("zh") for problem in validate([path]).problems]


GOOD = "id: a, subject: 基础班, kind: price, attribute: 现价, value: 99元, source: 价目表"


def test_a_right_sheet_is_right(tmp_path: Path) -> None:
    assert (
        problems(tmp_path, GOOD, "id: b, subject: 进阶班, kind: policy, attribute: 退款, value: 否, source: 协议") == []
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("id: a, subject: 基础班, kind: price, attribute: 现价, value: 看情况, source: 表", "看不懂值“看情况”"),
        ("id: a, subject: 基础班, kind: spec, attribute: 节数, value: 12, source: 表", "看不懂值“12”"),
        ("id: a, subject: 基础班, kind: price, attribute: 现价, value: 7天, source: 表", "不是金额或折扣"),
        ("id: a, subject: 基础班, kind: date, attribute: 开课, value: 99元, source: 表", "看不懂"),
        ("id: a, subject: 班, kind: price, attribute: 现价, value: 99元, source: 表", "subject"),
        ("id: a, subject: 基础班, kind: price, attribute: 现价, value: 99元", "source"),
        ("id: a, subject: 基础班, kind: price, attribute: 现价, value: 99元, source: 表, form: 2026-01-01", "from"),
        (GOOD + ", from: 2026-12-01, to: 2026-01-01", "to 早于 from"),
        (GOOD + ", from: 2026-13-01", "from"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    found = problems(tmp_path, written)
    assert found
    assert said in "\n".join(found)
    assert all(each.startswith("ours.yaml:5") for each in found)


def test_two_values_at_once_are_refused_and_two_in_turn_are_not(tmp_path: Path) -> None:
    other = GOOD.replace("id: a", "id: b").replace("99元", "129元")
    assert "同时有效而值不同" in "\n".join(problems(tmp_path, GOOD, other))
    assert problems(tmp_path, GOOD + ", to: 2026-11-30", other + ", from: 2026-12-01") == []
    assert problems(tmp_path, GOOD, GOOD.replace("id: a", "id: b").replace("99元", "九十九块")) == []


def test_one_name_stands_for_one_subject(tmp_path: Path) -> None:
    other = "id: b, subject: 进阶班, aliases: [基础班], kind: price, attribute: 现价, value: 9元, source: 表"
    assert "同属" in "\n".join(problems(tmp_path, GOOD, other))


def test_a_childs_fact_replaces_its_parents(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(HEAD + f"  - {{{GOOD}}}\n", encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(
        f"id: child\nname: 子\nextends: ours\nfacts:\n  - {{{GOOD.replace('99元', '79元')}}}\n", encoding="utf-8"
    )
    assert [fact.shown for fact in open_edition(child).standard.facts] == ["79元"]


ROWS = [
    ("产品", "别名", "属性", "值", "单位", "生效日期", "失效日期", "来源", "负责人"),
    ("基础班", "入门班、基础课", "现价", "99", "元", "2026-01-01", "2026年11月30日", "价目表", "王芳"),
    ("", "", "退款", "7天内", "", "", "", "协议", ""),
    ("进阶班", "", "名额", "看情况", "", "", "", "价目表", ""),
    ("直播课", "", "开播时间", "20:00", "", "", "", "排课表", ""),
]


def test_a_table_becomes_facts_and_says_which_row_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "事实.csv"
    path.write_text("\n".join(",".join(row) for row in ROWS), encoding="utf-8")
    book = xlsxwriter.Workbook(str(tmp_path / "事实.xlsx"))
    sheet = book.add_worksheet()
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    book.close()
    for source in (path, tmp_path / "事实.xlsx"):
        made = import_sheets([source], tmp_path / f"{source.suffix[1:]}_made.yaml")
        assert made.facts == 3
        skipped = next(each.said.zh for each in made.notes if each.kind == "skipped")
        assert skipped.startswith("第 4 行“进阶班”未收")
        standard = open_edition(tmp_path / f"{source.suffix[1:]}_made.yaml").standard
        assert [(fact.subject, fact.attribute, fact.shown, str(fact.last)) for fact in standard.facts] == [
            ("基础班", "现价", "99元", "2026-11-30"), ("基础班", "退款", "7天内", "None"),
            ("直播课", "开播时间", "20:00", "None"),
        ]  # fmt: skip
        assert "facts" in standard.rules.packs
