"""A draft's rules as an Excel workbook, and back; whatever is wrong in a sheet is told with its cell, none is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.rule_book import read_book, write_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.standards.rules import Rule
    from qunjian.standards.whole import Draft, Whole


class TakenBack(msgspec.Struct, frozen=True):
    """What a sheet changes in a draft: the rules in it, and those that are not in it any more."""

    rules: tuple[Rule, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def book_of(whole: Whole) -> bytes:
    """Return the workbook of all rules."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rules.xlsx")
        write_book(whole.rules, path)
        return path.read_bytes()


def take_back(chunks: Iterable[bytes], whole: Whole) -> TakenBack:
    """Read a workbook that was exported here and edited."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rules.xlsx")
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        rules = read_book(path)
    if rules is None:
        raise BadInputError(
            Phrase("不是从这里导出的规则表", "no sheet of rules that was exported here"),
            todo=Phrase("先导出，在导出的表里改", "export first and edit that sheet"),
        )
    before, after = whole.by_id(), {rule.id: rule for rule in rules}
    changed = [
        name for name, rule in after.items()
        if name in before and rule.model_dump(mode="json") != before[name].model_dump(mode="json")
    ]  # fmt: skip
    added = [name for name in after if name not in before]
    return TakenBack(
        tuple(after[name] for name in (*added, *changed)), tuple(added), tuple(changed),
        tuple(name for name in before if name not in after),
    )  # fmt: skip


def with_book(content: Draft, base: Whole, taken: TakenBack) -> Draft:
    """Return a draft with what a sheet changes."""
    made = content.with_rules(base, taken.rules)
    for name in taken.removed:
        made = made.without(base, name)
    return made
