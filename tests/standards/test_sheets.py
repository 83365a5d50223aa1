"""Sheets as teams have them become a standard; what was not understood is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from qunjian.checks.runner import compile_rules
from qunjian.model.errors import BadInputError
from qunjian.runs.rule_files import validate
from qunjian.runs.rule_samples import run_samples
from qunjian.runs.sheet_import import SheetImport, import_sheets
from qunjian.runs.standards import open_edition
from qunjian.standards.rules import Rule
from qunjian.standards.sheet_headings import field_of, severity_of, split_words

Rows = list[list[object]]
HEADED: Rows = [
    ["社群敏感词表（2026 版）"],
    [],
    ["序号", "违禁词（可多个）", "类别", "风险等级", "例外", "处理建议"],
    [1, "全网最低价、史上最便宜", "广告极限词", "高", "", "改为可证实的说法"],
    [2, "滚出去", "骂人", "一票否决", "不要滚出去", "警告后移出"],
    [3, "加微", "引流", "中", "", ""],
    [4, "刷*单", "诈骗", "高", "", ""],
    [5, "返利+兼职", "诈骗", "高", "", ""],
    [6, "傻", "骂人", "低", "", ""],
    [7, "滚出去", "骂人", "一票否决", "", ""],
    [8, "水逆退散符", "玄学", "紫色", "", ""],
]
BY_COLUMN: Rows = [
    ["辱骂类", "竞品", "服务禁语"],
    ["白痴东西", "某某优品", "爱买不买的"],
    ["神经兮兮的", "某宝良品", ""],
    ["", "某东优选", ""],
]
BY_ROW: Rows = [["赌博类", "网上下注", "六合平台"], ["色情词", "看片加群"], ["服务禁语", "自己看去", "烦不烦呀"]]
SCORECARD: Rows = [
    ["客服质检评分表"],
    ["维度", "质检项目", "分值", "评分标准", "是否一票否决"],
    ["服务态度", "礼貌用语", "10分", "全程礼貌，无反问", ""],
    ["", "耐心程度", 15, "不催促", ""],
    ["专业能力", "答复准确", 30, "与公告一致", ""],
    ["", "答复及时", "20分", "10 分钟内", ""],
    ["流程", "记录完整", 25, "", ""],
    ["红线", "私下收款", "", "发现即 0 分", "是"],
    ["", "群公告更新", "", "", ""],
    ["合计", "", 100, "", ""],
]


def workbook(path: Path, **sheets: Rows) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def said(made: SheetImport, kind: str) -> list[str]:
    return [note.said.zh for note in made.notes if note.kind == kind]


def own_rules(path: Path) -> dict[str, Rule]:
    return {rule.id.partition(".")[2]: rule for rule in open_edition(path).rules if rule.pack.startswith("own_")}


def test_a_sheet_with_headings(tmp_path: Path) -> None:
    made = import_sheets([workbook(tmp_path / "词.xlsx", 敏感词=HEADED)], tmp_path / "out" / "team.yaml", name="我们的")
    rules = own_rules(tmp_path / "out" / "team.yaml")
    assert {name: (rule.severity, rule.category) for name, rule in rules.items()} == {
        "absolute_terms": ("major", "compliance"),
        "abuse": ("critical", "conduct"),
        "contact": ("minor", "spam"),
        "fraud_combined": ("major", "compliance"),
        "words": ("minor", "compliance"),
    }
    assert rules["absolute_terms"].detect.parameters["words"] == ["全网最低价", "史上最便宜"]
    assert rules["absolute_terms"].hint.zh == "改为可证实的说法"
    assert rules["abuse"].exempt.phrases == ("不要滚出去",)
    assert said(made, "skipped") == ["1 个词未收：单字或超过 32 字（傻）"]
    assert "不认识的等级“紫色”（1 行），按“一般 minor”处理" in said(made, "assumed")
    assert "类别“玄学”不认识，归入合规类" in said(made, "assumed")
    assert "1 个重复词只收一次" in said(made, "understood")


def test_what_was_imported_runs(tmp_path: Path) -> None:
    target = tmp_path / "team.yaml"
    import_sheets([workbook(tmp_path / "词.xlsx", 敏感词=HEADED, 按列=BY_COLUMN, 按行=BY_ROW)], target)
    rules = list(own_rules(target).values())
    assert [each for each in run_samples(rules) if not each.right] == []
    assert validate([target.parent]).problems == ()
    inspector = compile_rules(rules)
    texts = ["找兼职的来，每单都有返利", "刷几单就行", "请不要滚出去吧", "滚出去", "某 宝 良 品 也在卖"]
    fired = [[verdict.rule.partition(".")[2] for verdict in each] for each in inspector.check(texts)]
    assert fired == [["fraud_combined"], ["fraud_combined"], [], ["abuse"], ["competitor"]]


@pytest.mark.parametrize(
    ("rows", "says"), [(BY_COLUMN, "按一列一类读：3 类，6 个词"), (BY_ROW, "按一行一类读：3 类，5 个词")]
)
def test_one_list_per_column_or_per_row(tmp_path: Path, rows: Rows, says: str) -> None:
    made = import_sheets([workbook(tmp_path / "词.xlsx", 词=rows)], tmp_path / "team.yaml")
    assert said(made, "understood") == [says]
    assert len(own_rules(tmp_path / "team.yaml")) == 3


def test_a_plain_list_in_a_gb18030_csv(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("某宝良品\n某东优选\n某某优品\n".encode("gb18030"))
    made = import_sheets([tmp_path / "list.csv"], tmp_path / "team.yaml")
    assert said(made, "understood") == ["按单列词表读，得到 3 个词"]


def test_a_scorecard(tmp_path: Path) -> None:
    made = import_sheets([workbook(tmp_path / "评分.xlsx", 表=SCORECARD)], tmp_path / "team.yaml", name="客服")
    items = open_edition(tmp_path / "team.yaml").standard.review.items
    assert [(item.name.zh, item.weight, item.critical) for item in items] == [
        ("服务态度·礼貌用语", 10, False),
        ("服务态度·耐心程度", 15, False),
        ("专业能力·答复准确", 30, False),
        ("专业能力·答复及时", 20, False),
        ("流程·记录完整", 25, False),
        ("红线·私下收款", 0, True),
    ]
    assert items[0].criteria == "全程礼貌，无反问"
    assert said(made, "understood") == ["按评分表读：6 项，其中一票否决 1 项，分值合计 100"]
    assert said(made, "skipped") == ["第 9 行“群公告更新”没有分值"]


def test_shares_become_percent(tmp_path: Path) -> None:
    rows: Rows = [["指标", "权重"], ["回复", 0.6], ["礼貌", "0.4"]]
    import_sheets([workbook(tmp_path / "评分.xlsx", 表=rows)], tmp_path / "team.yaml")
    assert [item.weight for item in open_edition(tmp_path / "team.yaml").standard.review.items] == [60, 40]


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    sheet = workbook(tmp_path / "词.xlsx", 词=BY_COLUMN)
    import_sheets([sheet], tmp_path / "team.yaml")
    with pytest.raises(BadInputError, match="exists"):
        import_sheets([sheet], tmp_path / "team.yaml")
    import_sheets([sheet], tmp_path / "team.yaml", force=True)


def test_a_sheet_that_says_nothing(tmp_path: Path) -> None:
    rows: Rows = [["张三", "李四"], ["13:00", "14:00"]]
    with pytest.raises(BadInputError) as caught:
        import_sheets([workbook(tmp_path / "班.xlsx", 班=rows)], tmp_path / "team.yaml")
    assert "没有读出任何词、评分项或事实" in caught.value.sentence("zh")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(BadInputError, match="cannot open"):
        import_sheets([tmp_path / "broken.xlsx"], tmp_path / "team.yaml")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("违禁词", "word"), ("敏感词（必填）", "word"), ("关 键 词", "word"), ("Keyword", "word"),
        ("违规类型", "category"),
        ("风险等级*", "severity"), ("考核项目", "item"), ("分值(100)", "weight"), ("是否一票否决", "critical"),
        ("评分标准", "criteria"), ("序号", None), ("", None),
    ],
)  # fmt: skip
def test_headings(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("一票否决", "critical"), ("高", "major"), ("高风险", "major"), ("特别高", "major"), ("中危", "minor"),
        ("B类", "minor"),
        ("低", "notice"), ("轻微违规", "notice"), ("紫色", None),
    ],
)  # fmt: skip
def test_severities(text: str, severity: str | None) -> None:
    assert severity_of(text) == severity


def test_several_words_in_a_cell() -> None:
    assert split_words("甲词、乙词，“丙词”/丁词\n戊词") == ["甲词", "乙词", "丙词", "丁词", "戊词"]
