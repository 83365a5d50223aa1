"""Rules as a workbook: what goes out comes back the same; what is wrong in it is told with its cell."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from qunjian.model.errors import BadInputError
from qunjian.model.problems import WrittenError
from qunjian.runs.rule_book import BookImport, export_rules, import_rules, rule_grid
from qunjian.runs.standards import load_packs
from qunjian.standards.rule_sheet import COLUMNS, SHEET, read_rows, rows_of
from qunjian.standards.rules import Rule, load_pack

CONDITIONS = Path(__file__).parent / "conditions" / "packs" / "sample"
PLACE = {column.heading: number for number, column in enumerate(COLUMNS, 1)}
STANDARD = "id: ours\nname: 我们的\nrules: {packs: [mine]}\n"
RULE = """\
id: mine.price
name: {zh: 价格争吵, en: Prices}
severity: minor
category: conduct
basis: [{source: "=1+1", verified: true}]
detect: {kind: phrases, words: ["=SUM(1,2)", 杀熟了, "[方括号]"], keys: [literal]}
exempt:
  granted: [{reason: 活动, owner: 王芳, expires: 2026-12-31, when: {hours: {from: "22:00", to: "06:00"}}}]
samples:
  hit: ["=SUM(1,2)", "你们\\n杀熟了", "\\"杀熟了\\""]
  pass: [今天鸡蛋便宜, 早, " 空格 "]
hint: 解释
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "ours.yaml").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "packs" / "mine").mkdir(parents=True)
    (tmp_path / "packs" / "mine" / "price.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path


def read_back(path: Path, home: Path, *, force: bool = False) -> BookImport:
    grid = rule_grid(path)
    assert grid is not None
    return import_rules(grid, home, (home,), force=force)


def edited(home: Path, **cells: str | None) -> Path:
    path = home / "rules.xlsx"
    export_rules(home / "ours.yaml", path, (home,), force=True)
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[SHEET][place] = value
    book.save(path)
    return path


def test_every_rule_there_is_comes_back_the_same() -> None:
    rules = [rule for pack in load_packs().values() for rule in pack] + list(load_pack(CONDITIONS))
    rows = [[column.heading for column in COLUMNS], *(row for rule in rules for row in rows_of(rule))]
    read, problems = read_rows(rows, "r.xlsx")
    assert problems == []
    from_sheet = [Rule.model_validate_json(json.dumps(each.data)) for each in read]
    assert [each.model_dump(mode="json") for each in from_sheet] == [each.model_dump(mode="json") for each in rules]


def test_a_list_too_long_for_a_cell_goes_on_in_the_next_row() -> None:
    (rule, *_) = load_pack(CONDITIONS)
    words = tuple(f"很长的词语{number:05}" for number in range(6000))
    long = rule.model_copy(update={"detect": rule.detect.model_copy(update={"words": words})})
    long.detect.__pydantic_extra__["words"] = list(words)  # type: ignore[index]
    rows = rows_of(long)
    assert len(rows) == 3
    assert all(len(cell) < 32_767 for row in rows for cell in row)
    read, _ = read_rows([[column.heading for column in COLUMNS], *rows], "r.xlsx")
    assert read[0].data["detect"]["words"] == list(words)
    assert len(read) == 1


def test_round_trip_through_a_file_changes_nothing(home: Path) -> None:
    path = home / "rules.xlsx"
    assert export_rules(home / "ours.yaml", path, (home,)) == 1
    made = read_back(path, home)
    assert (made.rules, made.added, made.changed, made.removed, made.written) == (1, (), (), (), ())


def test_nothing_in_the_workbook_is_a_formula_and_choices_drop_down(home: Path) -> None:
    sheet = openpyxl.load_workbook(edited(home))[SHEET]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert "=SUM(1,2)" in sheet.cell(2, PLACE["词 words"]).value
    lists = {str(each.sqref).split(":")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert set(lists) == {"D2", "E2", "F2", "G2"}
    assert "critical" in lists["D2"]


def test_an_edit_is_written_into_the_rule_file(home: Path) -> None:
    path = edited(home, D2="major", H2="凭什么\n杀熟了")
    with pytest.raises(BadInputError, match="force"):
        read_back(path, home)
    made = read_back(path, home, force=True)
    assert made.changed == ("mine.price",)
    (rule,) = load_pack(home / "packs" / "mine")
    assert rule.severity == "major"
    assert rule.detect.parameters["words"] == ["凭什么", "杀熟了"]


def test_a_pack_that_comes_with_the_product_is_changed_beside_the_standard(home: Path) -> None:
    (home / "ours.yaml").write_text(STANDARD.replace("[mine]", "[gambling]"), encoding="utf-8")
    path = edited(home, D2="notice")
    made = read_back(path, home)
    assert len(made.changed) == 1
    assert made.removed == ()
    assert len(made.written) == len(load_packs()["gambling"])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"D2": "majr"}, ["D2", "major"]),
        ({"G2": "phrasez"}, ["G2", "phrases"]),
        ({"J2": "litteral"}, ["J2", "literal"]),
        ({"L2": "{rolle: [member]}"}, ["L2", "role"]),
        ({"L2": "{role: [member"}, ["L2", "YAML"]),
        ({"I2": "(?!a)b", "G2": "patterns", "H2": None, "J2": None}, ["I2", "RE2"]),
        ({"S2": "只有一条"}, ["S2", "至少要 3 条"]),
        ({"A1": "编号"}, ["A1", "编号 id"]),
        ({"A3": "x.y", "A4": "mine.price"}, ["B3", "name", "A4", "两遍"]),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(home: Path, cells: dict[str, str | None], said: list[str]) -> None:
    before = (home / "packs" / "mine" / "price.yaml").read_bytes()
    with pytest.raises(WrittenError) as caught:
        read_back(edited(home, **cells), home, force=True)
    for each in said:
        assert each in caught.value.sentence("zh")
    assert "rules.xlsx" in caught.value.sentence("zh")
    assert (home / "packs" / "mine" / "price.yaml").read_bytes() == before


def test_other_tables_are_not_taken_for_rules(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["违禁词", "等级"])
    book.active.append(["加微信", "高"])
    book.save(tmp_path / "words.xlsx")
    assert rule_grid(tmp_path / "words.xlsx") is None
