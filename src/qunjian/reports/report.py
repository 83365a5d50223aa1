"""The Report value: what a report says, in one language, free of how it is drawn."""

from __future__ import annotations

from typing import Literal

import msgspec

from qunjian.model.language import Language

Tone = Literal["plain", "good", "warn", "bad", "muted", "info"]
ColumnKind = Literal["text", "number", "percent", "score", "date"]


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cell of a table: `value` sorts and goes to the spreadsheet, `shown` is what people read."""

    value: str | float | int | None
    shown: str = ""
    tone: Tone = "plain"
    link: str = ""
    low: float | None = None
    high: float | None = None


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: stable key, title, and how its values are aligned and formatted."""

    key: str
    title: str
    kind: ColumnKind = "text"
    digits: int = 0


class Table(msgspec.Struct, frozen=True, tag="table", omit_defaults=True):
    """A table; `of` says how many rows there are in all when only some are shown."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    of: int | None = None
    folded: bool = False


class Paragraph(msgspec.Struct, frozen=True, tag="text", omit_defaults=True):
    """A sentence or two, with a tone."""

    text: str
    tone: Tone = "plain"


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One headline number: label, value as read, what it is out of, and how it moved."""

    label: str
    shown: str
    value: float | None = None
    note: str = ""
    change: str = ""
    tone: Tone = "plain"


class Figures(msgspec.Struct, frozen=True, tag="figures", omit_defaults=True):
    """A row of headline numbers."""

    key: str
    items: tuple[Figure, ...]


class Series(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line or set of bars over a chart's categories; `low`/`high` draw an interval around each value."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    tone: Tone = "plain"


class Chart(msgspec.Struct, frozen=True, tag="chart", omit_defaults=True):
    """A chart as data: renderers choose how to draw it. `alternative` says in words what it shows."""

    key: str
    title: str
    kind: Literal["line", "bar", "interval", "heat", "stack"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alternative: str
    across: str = ""
    up: str = ""
    marks: tuple[str, ...] = ()
    small: bool = False


class Piece(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of evidence text; `hit` when it is what the rule matched."""

    text: str
    hit: bool = False


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One masked message in or around a finding."""

    at: str
    who: str
    pieces: tuple[Piece, ...]
    kind: str = "text"
    subject: bool = False


class Evidence(msgspec.Struct, frozen=True, tag="evidence", omit_defaults=True):
    """One finding with its context, its rule and basis, and where it stands (confirmed, awaiting review, silenced)."""

    key: str
    rule: str
    title: str
    severity: str
    severity_title: str
    community: str
    at: str
    standing: str
    basis: str
    hint: str
    confidence: float
    transformations: str
    lines: tuple[Line, ...]
    detail: str = ""
    silenced: str = ""


Block = Table | Paragraph | Figures | Chart | Evidence


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A titled group of blocks inside a part (a community, a rule, an operator)."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    badge: str = ""
    tone: Tone = "plain"


class ReportPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of a preset, in the order it is read."""

    key: str
    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """A whole report. `made_at` is the only thing that may differ between two reports of the same facts."""

    preset: str
    language: Language
    title: str
    subtitle: str
    period: str
    first: str
    last: str
    zone: str
    standard: str
    standard_title: str
    version: str
    made_at: str
    parts: tuple[ReportPart, ...]
    unfinished: bool = False
