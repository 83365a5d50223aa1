"""Use case: turn the sheets a team has (banned words, scorecards, facts) into a standard, and say how."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import msgspec
import python_calamine
import yaml

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.standards import open_edition, shipped_packs
from qunjian.sources.encodings import detect_encoding
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options
from qunjian.sources.registry import Detector
from qunjian.standards.sheet_facts import is_fact_sheet, read_facts
from qunjian.standards.sheet_headings import Grid, Note
from qunjian.standards.sheet_rules import rules_of
from qunjian.standards.sheet_scorecards import is_scorecard, read_scorecard
from qunjian.standards.sheet_words import Word, read_words, usable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qunjian.standards.facts import Fact
    from qunjian.standards.schema import ReviewItem

_SURE = 70  # per cent
_CAP = 64 * 1024 * 1024
_SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
_ROUND = 2_000_000  # cells of one workbook: past it a sheet is no list of words


class SheetImport(msgspec.Struct, frozen=True):
    """What was made of the sheets: files written, counts, the version of the new standard, and the notes."""

    standard: str
    version: str
    written: tuple[str, ...]
    words: int
    rules: int
    items: int
    facts: int
    notes: tuple[Note, ...]


def import_sheets(paths: Sequence[Path], output: Path, *, name: str = "", force: bool = False) -> SheetImport:
    """Read the sheets and write `output` (a standard that extends the general one) and its packs beside it."""
    standard_id = _identifier(output.stem)
    _refuse_chats(paths)
    words, items, facts, notes = _understand(paths)
    if not words and not items and not facts:
        raise BadInputError(
            Phrase("没有读出任何词、评分项或事实", "no word, no scoring item and no fact could be read"),
            where="、".join(str(path) for path in paths),
            todo=Phrase(
                "词表写一行标题“违禁词、类别、等级”，评分表写“项目、分值、标准、一票否决”，"
                "事实表写“产品、属性、值、来源”",
                "head a word list 违禁词, 类别, 等级, a scorecard 项目, 分值, 标准, 一票否决, "
                "facts 产品, 属性, 值, 来源",
            ),
        )
    pack = f"own_{standard_id.replace('-', '_')}"
    rules, more = rules_of(words, pack, "、".join(dict.fromkeys(path.name for path in paths)))
    files = {output: _standard(standard_id, name or output.stem, pack if rules else "", items, facts)}
    files |= {output.parent / "packs" / pack / f"{rule['id'].partition('.')[2]}.yaml": rule for rule in rules}
    _write(files, force=force)
    edition = open_edition(output)
    return SheetImport(
        standard_id, edition.version, tuple(str(path) for path in files), len(words), len(rules), len(items),
        len(facts),         (*notes, *more),
    )  # fmt: skip


def _refuse_chats(paths: Sequence[Path]) -> None:
    """Raise when a file is a chat export: read as a list of words, each of its lines would become a banned word."""
    detector = Detector(None, (), Options(zone="UTC"))
    for document in find_documents([path for path in paths if path.is_file()]):
        found = detector.detect(document)
        if found.role == "messages" and found.confidence >= _SURE:
            raise BadInputError(
                Phrase(
                    f"这是聊天记录（{found.format}），不是词表", f"this is a chat ({found.format}), no list of words"
                ),
                where=document.name,
                todo=Phrase("聊天记录用 qunjian import 导入", "import chats with: qunjian import FILE"),
            )


def _understand(paths: Sequence[Path]) -> tuple[list[Word], list[ReviewItem], list[Fact], list[Note]]:
    words: list[Word] = []
    facts: list[Fact] = []
    items: list[ReviewItem] = []
    notes: list[Note] = []
    for path in paths:
        for grid in grids(path):
            if is_fact_sheet(grid):
                stated, said = read_facts(grid, len(facts))
                facts += stated
            elif is_scorecard(grid):
                found, said = read_scorecard(grid)
                items += found
            else:
                read, said = read_words(grid)
                kept, doubts = usable(read, grid.where)
                words += kept
                said += doubts
            notes += said
    numbered = [item.model_copy(update={"id": f"item_{number}"}) for number, item in enumerate(items, 1)]
    unique: dict[tuple[str, str], Word] = {}
    for word in words:
        unique.setdefault((word.text, word.category), word)
    return list(unique.values()), numbered, facts, notes


def grids(path: Path) -> Iterator[Grid]:
    """Yield the sheets of a file as text."""
    if not path.is_file():
        raise BadInputError(Phrase("没有这个文件", "there is no such file"), where=str(path))
    if path.stat().st_size > _CAP:
        raise BadInputError(Phrase("表格超过 64 MB", "the table is larger than 64 MB"), where=str(path))
    if path.suffix.lower() not in _SHEETS:
        data = path.read_bytes()
        text = data.decode(detect_encoding(data[:65536]), "replace").removeprefix("\ufeff")
        comma = "\t" if "\t" in text.split("\n", 1)[0] else ","
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
        yield Grid(path.name, "", tuple(tuple(row) for row in rows))
        return
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height * sheet.width > _ROUND:
                raise BadInputError(
                    Phrase("工作表过大，不像词表", "too large for a list"), where=f"{path.name}［{name}］"
                )
            cells = sheet.to_python()
            if any(str(value).strip() for row in cells for value in row):
                yield Grid(path.name, name, tuple(tuple(map(_cell, row)) for row in cells))
    except (python_calamine.CalamineError, OSError) as error:
        raise BadInputError(Phrase("打不开这个表格", "cannot open this table"), where=str(path)) from error


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _identifier(stem: str) -> str:
    found = re.sub(r"[^a-z0-9_-]+", "_", stem.lower()).strip("_-")
    return found if found and found[0].isalpha() else "imported"


def _standard(
    standard_id: str, name: str, pack: str, items: Sequence[ReviewItem], facts: Sequence[Fact]
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": standard_id,
        "name": {"zh": name, "en": name},
        "version": "1",
        "extends": "general",
    }
    packs = [*([pack] if pack else []), *(["facts"] if facts else [])]
    if packs:
        data["rules"] = {"packs": packs}
    if facts:
        data["facts"] = [_fact(fact) for fact in facts]
    if items:
        data["review"] = {"items": [_item(item) for item in items]}
    return data


def _fact(fact: Fact) -> dict[str, Any]:
    return fact.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _item(item: ReviewItem) -> dict[str, Any]:
    kept = item.model_dump(mode="json", exclude_defaults=True)
    return {"id": item.id, **kept}


def _write(files: dict[Path, dict[str, Any]], *, force: bool) -> None:
    """Write all files or none: an existing one stops the import unless `force`."""
    standing = [path for path in files if path.exists()]
    if standing and not force:
        raise BadInputError(
            Phrase("文件已存在，没有改动", "the file exists, nothing was changed"),
            where=str(standing[0]),
            todo=Phrase("换一个 -o，或加 --force 覆盖", "choose another -o, or add --force to overwrite"),
        )
    clash = {path.parent.name for path in files} & {folder.name for folder in shipped_packs().iterdir()}
    if clash:
        raise BadInputError(Phrase(f"规则包“{clash.pop()}”与自带的重名", "the pack's name is taken by a shipped one"))
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
        path.write_text(text, encoding="utf-8")
