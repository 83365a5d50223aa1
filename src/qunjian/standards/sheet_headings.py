"""Knows the headings and values people use in their own sheets of banned words and of scoring items."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from qunjian.model.language import Phrase
    from qunjian.model.records import Severity

_HEADER_WITHIN = 15


class Grid(NamedTuple):
    """One sheet as text: `rows[r][c]`, ragged rows allowed."""

    file: str
    sheet: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def where(self) -> str:
        """Return the name of the sheet as people see it."""
        return f"{self.file}［{self.sheet}］" if self.sheet else self.file


class Note(NamedTuple):
    """One thing the import understood, assumed, or could not read."""

    kind: str  # understood | assumed | skipped
    where: str
    said: Phrase


class Header(NamedTuple):
    """The heading row of a sheet: its index, and the column of each heading that was recognised."""

    row: int
    columns: dict[str, int]


_HEADINGS: dict[str, tuple[str, ...]] = {
    "word": (
        "违禁词", "禁用词", "敏感词", "敏感词汇", "关键词", "关键字", "屏蔽词", "违规词", "禁词", "词语",
        "词条", "词汇", "词",
        "违禁词汇", "违规用语", "禁用语", "禁语", "禁止用语", "内容", "word", "words", "keyword", "keywords",
    ),
    "category": (
        "类别", "分类", "类型", "词类", "违规类型", "所属类别", "违规类别", "词库", "词库分类", "场景",
        "category", "type",
    ),
    "severity": (
        "等级", "级别", "严重程度", "严重度", "风险等级", "违规等级", "处罚等级", "危险等级", "风险级别",
        "违规级别", "程度",
        "severity", "level", "risk",
    ),
    "exempt": ("例外", "白名单", "豁免词", "排除词", "例外词", "放行词", "exempt", "whitelist", "allow"),
    "hint": ("处理建议", "处理方式", "提示", "替换建议", "建议用语", "替换词", "处置", "处置方式", "hint", "action"),
    "basis": ("依据", "法规", "法规依据", "条款", "来源", "basis", "law"),
    "item": (
        "项目", "考核项", "考核项目", "评分项", "评分项目", "检查项", "检查项目", "质检项", "质检项目",
        "考核内容", "评估项", "评价项",
        "打分项", "指标", "考核指标", "质检点", "检查点", "item", "criterion",
    ),
    "weight": ("分值", "权重", "满分", "分数", "配分", "占比", "标准分", "得分上限", "weight", "points", "score"),
    "criteria": (
        "标准", "评分标准", "考核标准", "评分细则", "细则", "说明", "要求", "扣分标准", "质检标准", "检查标准",
        "评分说明", "criteria",
        "description",
    ),
    "critical": (
        "一票否决", "是否一票否决", "否决项", "一票否决项", "红线", "致命项", "是否致命", "critical", "fatal",
    ),
    "part": ("维度", "模块", "大类", "一级指标", "考核维度", "环节", "dimension", "section"),
}  # fmt: skip
_BY_NAME = {name: field for field, names in _HEADINGS.items() for name in names}
_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")
_SEVERITIES: dict[Severity, tuple[str, ...]] = {
    "critical": ("一票否决", "致命", "红线", "特别严重", "极高", "极其严重", "s", "s级", "critical", "fatal", "封禁"),
    "major": (
        "严重", "高", "高危", "高风险", "重", "重度", "重大", "一级", "1级", "a", "a级", "a类", "major",
        "high",
    ),
    "minor": (
        "中", "中等", "一般", "中度", "中危", "中风险", "二级", "2级", "b", "b级", "b类", "minor", "medium",
        "普通",
    ),
    "notice": (
        "低", "轻", "轻微", "轻度", "低危", "低风险", "提示", "提醒", "三级", "3级", "c", "c级", "c类",
        "notice", "low", "警告",
    ),
}  # fmt: skip
_SIGNS: tuple[tuple[str, Severity], ...] = (
    ("否决", "critical"), ("致命", "critical"), ("高", "major"), ("重", "major"), ("中", "minor"), ("低", "notice"),
    ("轻", "notice"),
)  # fmt: skip
_YES = {"是", "√", "✓", "✔", "y", "yes", "true", "1", "对", "有", "一票否决", "否决", "红线", "●", "○是", "v"}
_TOTALS = ("合计", "总分", "总计", "小计", "总和", "total", "sum")
_SEPARATORS = re.compile(r"[、，,;；\n\r|/／]+|\s{2,}")


def plain(text: str) -> str:
    """Return a cell's text for comparing: half width, lower case, no blanks, no remark in brackets."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(_BRACKETS.sub("", folded).split()).strip("*:：。.-—_#")


def field_of(heading: str) -> str | None:
    """Return what a heading stands for: exactly one of the known names, or one within a longer heading."""
    name = plain(heading)
    if not name or len(name) > 12:
        return None
    if name in _BY_NAME:
        return _BY_NAME[name]
    within = [known for known in _BY_NAME if len(known) >= 2 and not known.isascii() and known in name]
    return _BY_NAME[max(within, key=len)] if within else None


def find_header(grid: Grid) -> Header | None:
    """Return the heading row: among the first rows the one where most headings are recognised, two at least or one."""
    best: Header | None = None
    for index, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for place, text in enumerate(row):
            field = field_of(text)
            if field is not None and field not in columns:
                columns[field] = place
        sure = len(columns) > 1 or any(plain(text) in _BY_NAME for text in row)
        if columns and sure and (best is None or len(columns) > len(best.columns)):
            best = Header(index, columns)
    return best


def cell(row: tuple[str, ...], header: Header, field: str) -> str:
    """Return the text of a row under a heading, empty where the heading or the cell is missing."""
    place = header.columns.get(field)
    return row[place].strip() if place is not None and place < len(row) else ""


def severity_of(text: str) -> Severity | None:
    """Return the severity a team's word for it means."""
    name = plain(text).removesuffix("风险").removesuffix("违规") or plain(text)
    for severity, names in _SEVERITIES.items():
        if name in names or plain(text) in names:
            return severity
    return next((severity for sign, severity in _SIGNS if sign in name), None)


def says_yes(text: str) -> bool:
    """Return whether a cell of a yes/no column says yes."""
    return plain(text) in _YES


def is_total(text: str) -> bool:
    """Return whether a row is the total of the rows above."""
    return plain(text).startswith(_TOTALS)


def split_words(text: str) -> list[str]:
    """Return the words of a cell that may hold one or several."""
    return [word for part in _SEPARATORS.split(text) if (word := part.strip().strip("“”\"'「」《》"))]
