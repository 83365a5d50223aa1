"""The register of communities and the duties: take them in from tables, write one to begin with, say what is due."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

import msgspec
import xlsxwriter

from qunjian.engines.arrow import spare_pandas
from qunjian.insight.expected import Expected, Received, expected
from qunjian.model.errors import BadInputError
from qunjian.model.language import Language, Phrase
from qunjian.runs.measuring import community_names
from qunjian.runs.report_facts import fetched
from qunjian.sources.decisions import TABLES, read_duties, read_register, write_lines, written_duties, written_register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.workspace import Workspace

Key = TypeVar("Key")
Row = TypeVar("Row", bound=msgspec.Struct)
# Heading, what to write there; the headings are those sources/decisions.py knows.
_COLUMNS = (
    (Phrase("社群", "community"), Phrase(
        "社群编号或群名（必填，与 qunjian communities 列出的一致）",
        "the group's id or name as `qunjian communities` lists it (needed)")),
    (Phrase("名称", "name"), Phrase("报告里怎样称呼它", "what reports call it")),
    (Phrase("类型", "type"), Phrase(
        "如 新手答疑、售后、兴趣；标准按类型定目标", "such as support or hobby; a standard sets targets by type")),
    (Phrase("用途", "purpose"), Phrase("这个群为什么存在", "what the group is for")),
    (Phrase("标签", "tags"), Phrase("用空格或顿号分开", "set apart by spaces or commas")),
    (Phrase("人数", "size"), Phrase("应有人数", "how many people are expected")),
    (Phrase("导出人", "exporter"), Phrase("谁负责导出聊天记录", "who exports the chat")),
    (Phrase("导出周期", "every_days"), Phrase(
        "每几天导出一次：7、每天、每周、每月", "every how many days: 7, daily, weekly, monthly")),
)  # fmt: skip


class Taken(msgspec.Struct, frozen=True):
    """What taking in a register did: how many rows are new, changed, as they were, and dropped."""

    added: int
    changed: int
    unchanged: int
    removed: int


def due(workspace: Workspace) -> tuple[Expected, ...]:
    """Return every registered community and whether its export came in time."""
    spare_pandas()
    session = workspace.lake.session()
    try:
        return expected(workspace.decisions().register, received(session), workspace.clock())
    finally:
        session.close()


def received(session: Session) -> dict[str, Received]:
    """Return what came in of each community, from the documents of the visible imports."""
    rows = fetched(
        session,
        "SELECT c.community, max(coalesce(d.observed_at, d.last)), max(a.at) "
        "FROM document d JOIN act a USING (act_id), LATERAL (SELECT unnest(json_keys(d.communities)) AS community) c "
        "WHERE coalesce(d.observed_at, d.last) IS NOT NULL GROUP BY 1 ORDER BY 1",
    )
    return {community: Received(observed, at) for community, observed, at in rows}


def take_in(workspace: Workspace, table: Path, *, replace: bool = False) -> Taken:
    """Add the rows of a table to the register, or put them in its place; nothing changes when a row is wrong."""
    _require_not_by_hand(workspace, "register", Phrase("登记表", "the register"))
    if not table.is_file() or table.suffix.lower() not in TABLES:
        raise BadInputError(
            Phrase("不是 CSV、TSV 或 XLSX 文件", "not a CSV, TSV or XLSX file"),
            where=str(table),
            todo=Phrase("先用 qunjian register template 写一份空表", "begin with: qunjian register template"),
        )
    rows = read_register(table)
    if not rows:
        raise BadInputError(
            Phrase("没有一行写了社群", "no row names a community"),
            where=table.name,
            todo=Phrase("表头要有“社群”一列", "the table needs a column headed 'community'"),
        )
    folder = workspace.root / "decisions"
    stands = {each.community_id: each for each in written_register(folder)}
    mine = {one.community_id: one for one in rows}
    return _put(folder / "register.jsonl", stands, mine if replace else stands | mine)


def take_in_duties(workspace: Workspace, table: Path) -> Taken:
    """Add the rows of a table to the duties; a duty of the same person, community and term replaces the old one."""
    _require_not_by_hand(workspace, "duty", Phrase("排班表", "the table of duties"))
    folder = workspace.root / "decisions"
    stands, rows = (
        {(one.community_id, one.person, one.starts, one.ends): one for one in found}
        for found in (written_duties(folder), read_duties(table))
    )
    return _put(folder / "duty.jsonl", stands, stands | rows)


def _require_not_by_hand(workspace: Workspace, name: str, called: Phrase) -> None:
    folder = workspace.root / "decisions"
    by_hand = next((folder / f"{name}{suffix}" for suffix in TABLES if (folder / f"{name}{suffix}").is_file()), None)
    if by_hand is not None:
        raise BadInputError(
            Phrase(f"{called.zh}已经放在这里手工维护", f"{called.en} is kept here by hand"),
            where=f"decisions/{by_hand.name}",
            todo=Phrase(
                "直接改它即可（立即生效）；要改用导入，先把它移出 decisions 目录再导入",
                "edit it, it counts at once; to import instead, move it out of the folder decisions and import it",
            ),
        )


def _put(path: Path, stands: Mapping[Key, Row], after: Mapping[Key, Row]) -> Taken:
    write_lines(path, after.values())
    same = sum(stands.get(name) == one for name, one in after.items())
    changed = sum(name in stands and stands[name] != one for name, one in after.items())
    return Taken(len(after.keys() - stands.keys()), changed, same, len(stands.keys() - after.keys()))


def write_template(workspace: Workspace, path: Path, language: Language) -> int:
    """Write an XLSX table with the headings, an explanation, and the communities on record; returns their number."""
    if path.suffix.lower() != ".xlsx" or path.exists():
        raise BadInputError(
            Phrase("要写一个新的 .xlsx 文件", "name a new .xlsx file"),
            where=str(path),
            todo=Phrase("换一个文件名", "choose another name"),
        )
    spare_pandas()
    session = workspace.lake.session()
    try:
        names = community_names(session)
    finally:
        session.close()
    known = {each.community_id: each for each in workspace.decisions().register}
    lines = []
    for community in sorted({*names, *known}):
        one = known.get(community)
        lines.append(
            [community, (one.name if one else "") or names.get(community, "")]
            + ([one.type, one.purpose, "、".join(one.tags), _told(one.size), one.exporter, _told(one.every_days)]
               if one else [""] * 6)
        )  # fmt: skip
    _write(path, lines, language)
    return len(lines)


def _told(number: int | None) -> str:
    return "" if number is None else str(number)


def _write(path: Path, lines: list[list[str]], language: Language) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 (equal input, equal file)
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(Phrase("登记", "register").said(language))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 1, 30)
        sheet.set_column(2, 7, 16)
        for column, (head, _) in enumerate(_COLUMNS):
            sheet.write_string(0, column, head.said(language), bold)
        for row, cells in enumerate(lines, 1):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)  # never write(): "=…" would become a formula
        notes = book.add_worksheet(Phrase("填写说明", "how to fill it in").said(language))
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, 80)
        for row, (head, told) in enumerate(_COLUMNS):
            notes.write_string(row, 0, head.said(language), bold)
            notes.write_string(row, 1, told.said(language))
