"""Grids as pages draw them: a table one types or pastes into; what is sent is the text a spreadsheet would paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from qunjian_console.language import say

MOST_ROWS = 300_000


@dataclass(frozen=True)
class Column:
    """One column; `choices` are (value, title): either may be typed or pasted. `kind`: text, number, choice, shown."""

    name: str
    title: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    width: int = 12  # in characters

    @property
    def plain(self) -> dict[str, object]:
        """Return what the script of the grid needs to know."""
        return {
            "title": str(self.title), "kind": self.kind, "width": self.width,
            "choices": [[value, str(title)] for value, title in self.choices],
        }  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one cell; column None: with the row."""

    row: int
    column: int | None
    said: str


@dataclass(frozen=True)
class Grid:
    """A grid as a field of a form; `fixed`: rows are neither added nor deleted."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]] = ()
    fixed: bool = False
    wrong: Sequence[Wrong] = field(default=())

    @property
    def text(self) -> str:
        """Return the rows as a spreadsheet copies them."""
        return tsv(self.rows)

    @property
    def plain(self) -> list[dict[str, object]]:
        """Return the columns for the script."""
        return [column.plain for column in self.columns]

    @property
    def marks(self) -> list[list[object]]:
        """Return the wrong cells for the script."""
        return [[each.row, each.column, "bad", str(each.said)] for each in self.wrong]


def tsv(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a spreadsheet copies them: tabs between cells, what holds tabs or breaks in quotes."""
    written = io.StringIO()
    csv.writer(written, delimiter="\t", lineterminator="\n").writerows(rows)
    return written.getvalue()


def read_tsv(text: str, columns: Sequence[Column]) -> list[list[str]]:
    """Return the rows that were sent, each as long as there are columns; titles of choices become their values."""
    meant = [{str(title): value for value, title in column.choices} for column in columns]
    rows = []
    try:
        for row in csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\x00", ""), newline=""), delimiter="\t"):
            cells = [cell.strip() for cell in row[: len(columns)]]
            cells += [""] * (len(columns) - len(cells))
            rows.append([known.get(cell, cell) for cell, known in zip(cells, meant, strict=True)])
            if len(rows) > MOST_ROWS:
                raise ValueError(say("一次最多 {n} 行", "At most {n} rows", n=MOST_ROWS))
    except csv.Error as error:
        raise ValueError(say("粘贴的内容读不懂", "What was pasted cannot be read")) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows
