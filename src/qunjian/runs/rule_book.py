"""Use case: a standard's rules as an Excel workbook a QA lead can edit, and back into rule files, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import xlsxwriter
import yaml
from pydantic import ValidationError

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, WrittenError, of_validation
from qunjian.runs.rule_files import rule_problems
from qunjian.runs.sheet_import import grids
from qunjian.runs.standards import catalogue_of, load_packs
from qunjian.standards.loading import find_standard, load_standard
from qunjian.standards.rule_sheet import COLUMNS, SHEET, ReadRule, read_rows, rows_of
from qunjian.standards.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.standards.sheet_headings import Grid

_HOW = (
    "一行一条规则；词、样式、样例一行一个（格内换行按 Alt+Enter）。",
    "严重度、类别、状态、检测可下拉选择。改完存盘，运行 qunjian standard import 本文件。",
    "One row a rule; words, patterns and samples one a line (Alt+Enter).",
    "Severity, category, lifecycle and kind are drop-downs. Save it, then run qunjian standard import on this file.",
)
_ROOM = 2000  # rows below the last that keep their drop-downs


class BookImport(msgspec.Struct, frozen=True):
    """What an import of a rules workbook changed: rule ids, and the files written."""

    rules: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    written: tuple[str, ...]


def export_rules(standard: str | Path, path: Path, folders: Sequence[Path] = (), *, force: bool = False) -> int:
    """Write the rules of the packs a standard switches on; return how many there are."""
    if path.suffix.lower() != ".xlsx":
        raise BadInputError(Phrase("文件名应以 .xlsx 结尾", "the file's name should end in .xlsx"), where=str(path))
    if path.exists() and not force:
        raise BadInputError(
            Phrase("文件已存在，没有改动", "the file exists, nothing was changed"), where=str(path),
            todo=Phrase("换一个文件名，或加 --force 覆盖", "choose another name, or add --force to overwrite"),
        )  # fmt: skip
    file = find_standard(standard, folders)
    packs = load_packs((*folders, file.parent))
    on = load_standard(file, catalogue_of(packs), folders=folders).rules.packs
    rules = [rule for pack in on for rule in packs.get(pack, ())]
    write_book(rules, path)
    return len(rules)


def write_book(rules: Sequence[Rule], path: Path) -> None:
    """Write rules as a workbook, one a row."""
    rows = [row for rule in sorted(rules, key=lambda rule: rule.id) for row in rows_of(rule)]
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        _sheet(book, rows)


def _sheet(book: Any, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width, plain)
        sheet.write_string(0, place, column.heading, head)
        if column.choices:
            choices = {"validate": "list", "source": list(column.choices), "error_title": "取值 value"}
            sheet.data_validation(1, place, len(rows) + _ROOM, place, choices)
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row):
            if text:
                sheet.write_string(number, place, text, plain)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    guide = book.add_worksheet("说明 Help")
    guide.set_column(0, 0, 110, plain)
    for number, text in enumerate(_HOW):
        guide.write_string(number, 0, text, plain)


def rule_grid(path: Path) -> Grid | None:
    """Return the sheet of rules of a workbook that was exported here, or None if it is another table."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    headings = {column.heading for column in COLUMNS}
    return next((grid for grid in grids(path) if grid.rows and len(headings & set(grid.rows[0])) >= 3), None)


def import_rules(grid: Grid, home: Path, folders: Sequence[Path] = (), *, force: bool = False) -> BookImport:
    """Write the packs that the sheet changes into `home`/packs; every problem is told with its cell, none written."""
    rules = _read(grid)
    before = load_packs((*folders, home))
    packs: dict[str, list[Rule]] = {}
    for rule in rules:
        packs.setdefault(rule.pack, []).append(rule)
    added, changed, removed = list[str](), list[str](), list[str]()
    files: dict[Path, Rule] = {}
    gone: list[Path] = []
    for pack, own in packs.items():
        old, new = {rule.id: rule for rule in before.get(pack, ())}, {rule.id: rule for rule in own}
        added += [name for name in new if name not in old]
        changed += [name for name in new if name in old and _said(new[name]) != _said(old[name])]
        removed += [name for name in old if name not in new]
        if {name: _said(each) for name, each in new.items()} != {name: _said(each) for name, each in old.items()}:
            folder = home / "packs" / pack
            files |= {folder / f"{rule.id.partition('.')[2]}.yaml": rule for rule in own}
            gone += [folder / f"{name.partition('.')[2]}.yaml" for name in old if name not in new]
    _write(files, [path for path in gone if path.is_file()], force=force)
    return BookImport(
        len(rules), tuple(added), tuple(changed), tuple(removed), tuple(str(path) for path in sorted(files))
    )


def read_book(path: Path) -> list[Rule] | None:
    """Return the rules of a workbook that was exported here, None if it is another table."""
    grid = rule_grid(path)
    return None if grid is None else _read(grid)


def _read(grid: Grid) -> list[Rule]:
    """Return the rules of a sheet; every problem is told with its cell."""
    read, problems = read_rows(grid.rows, grid.where)
    rules = [rule for each in read if (rule := _checked(each, problems)) is not None]
    if problems:
        raise WrittenError(problems)
    if not rules:
        raise BadInputError(Phrase("表里没有规则", "the sheet holds no rule"), where=grid.where)
    return rules


def _checked(read: ReadRule, problems: list[Problem]) -> Rule | None:
    try:
        rule = Rule.model_validate_json(msgspec.json.encode(read.data))
    except ValidationError as error:
        problems += of_validation(error, Rule, read.data, read.where)
        return None
    problems += rule_problems(rule, read.where)
    return rule


def _said(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(mode="json", by_alias=True)


def _write(files: dict[Path, Rule], gone: Sequence[Path], *, force: bool) -> None:
    standing = sorted(path for path in (*files, *gone) if path.exists())
    if standing and not force:
        raise BadInputError(
            Phrase("规则文件已存在，没有改动", "the rule file exists, nothing was changed"), where=str(standing[0]),
            todo=Phrase("加 --force 覆盖", "add --force to overwrite"),
        )  # fmt: skip
    for path, rule in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        written = rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
        path.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
    for path in gone:
        path.unlink()
