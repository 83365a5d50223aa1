"""Turns a team's sheet of facts (price list, terms, schedule) into the `facts` of a standard, and says how."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.facts import Fact, FactKind
from qunjian.standards.sheet_headings import Grid, Note, plain, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADINGS: dict[str, tuple[str, ...]] = {
    "subject": (
        "主体", "对象", "产品", "产品名称", "商品", "商品名称", "课程", "课程名称", "名称", "品名", "subject",
        "product",
    ),
    "aliases": ("别名", "又名", "其他名称", "简称", "俗称", "aliases", "alias"),
    "kind": ("类型", "种类", "kind"),
    "attribute": ("属性", "事项", "内容项", "字段", "项", "attribute"),
    "cues": ("提示词", "说法", "关键词", "cues"),
    "value": ("值", "正确值", "标准值", "数值", "答案", "正确说法", "value"),
    "unit": ("单位", "unit"),
    "from": ("生效日期", "生效日", "开始日期", "起", "起始日期", "有效期起", "from"),
    "to": ("失效日期", "失效日", "截止日期", "止", "结束日期", "有效期止", "to"),
    "source": ("来源", "出处", "依据", "source"),
    "owner": ("负责人", "责任人", "维护人", "owner"),
    # One heading that says both what is stated and its value.
    "price": ("价格", "售价", "现价", "单价", "价格元", "price"),
}  # fmt: skip
_BY_NAME = {name: field for field, names in _HEADINGS.items() for name in names}
_KINDS: dict[FactKind, tuple[str, ...]] = {
    "price": ("价", "费", "折", "金额", "price"),
    "date": ("日期", "时间", "开课", "开班", "开播", "截止", "date"),
    "policy": ("政策", "退", "换", "发货", "包邮", "售后", "policy"),
    "spec": ("规格", "参数", "spec"),
}
_DATE = re.compile(r"(20[0-9]{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WITHIN = 15


def fact_columns(row: tuple[str, ...]) -> dict[str, int]:
    """Return the column of each heading of a fact sheet that a row holds."""
    columns: dict[str, int] = {}
    for place, text in enumerate(row):
        field = _BY_NAME.get(plain(text))
        if field is not None:
            columns.setdefault(field, place)
    return columns


def is_fact_sheet(grid: Grid) -> bool:
    """Return whether a sheet states facts: it names a subject, and a value with what it is the value of."""
    return _heading(grid) is not None


def _heading(grid: Grid) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(grid.rows[:_WITHIN]):
        columns = fact_columns(row)
        if "subject" in columns and ({"attribute", "value"} <= set(columns) or "price" in columns):
            return number, columns
    return None


def read_facts(grid: Grid, already: int = 0) -> tuple[list[Fact], list[Note]]:
    """Return the facts of a sheet and what was understood; `already`: facts read before, for ids that differ."""
    heading = _heading(grid)
    if heading is None:
        return [], []
    number, columns = heading
    facts: list[Fact] = []
    notes: list[Note] = []
    subject = ""
    for place, row in enumerate(grid.rows[number + 1 :], number + 2):
        cells = {field: row[at].strip() for field, at in columns.items() if at < len(row)}
        subject = cells.get("subject") or subject
        if not any(cells.get(field) for field in ("value", "price")):
            continue
        written = _fact(cells, subject, f"fact_{already + len(facts) + 1}", grid.where)
        try:
            facts.append(Fact.model_validate(written))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            cause = first.get("ctx", {}).get("error")
            field = ".".join(map(str, first["loc"]))
            why = Phrase(f"{field} 写法不对", f"{field} is not right")
            if isinstance(cause, PhrasedError):
                why = cause.phrase
            zh, en = f"第 {place} 行“{subject}”未收：{why.zh}", f"row {place} ('{subject}') not taken: {why.en}"
            notes.append(Note("skipped", grid.where, Phrase(zh, en)))
    said = Phrase(f"按事实表读：{len(facts)} 条事实", f"read as a fact sheet: {len(facts)} facts")
    return facts, [Note("understood", grid.where, said), *notes]


def _fact(cells: Mapping[str, str], subject: str, name: str, where: str) -> dict[str, Any]:
    attribute = cells.get("attribute") or ("价格" if cells.get("price") else "")
    value = cells.get("value") or cells.get("price", "")
    written: dict[str, Any] = {
        "id": name, "subject": subject, "kind": _kind(cells.get("kind", ""), attribute), "attribute": attribute,
        "value": value, "unit": cells.get("unit", ""), "source": cells.get("source") or where,
        "owner": cells.get("owner", ""), "aliases": tuple(split_words(cells.get("aliases", ""))),
        "cues": tuple(split_words(cells.get("cues", ""))),
    }  # fmt: skip
    for field in ("from", "to"):
        if found := _DATE.search(cells.get(field, "")):
            try:
                written[field] = dt.date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                written[field] = cells[field]
        elif cells.get(field):
            written[field] = cells[field]
    return written


def _kind(said: str, attribute: str) -> FactKind:
    for text in (said.lower(), attribute.lower()):
        for kind, signs in _KINDS.items():
            if text and any(sign in text for sign in signs):
                return kind
    return "spec"
