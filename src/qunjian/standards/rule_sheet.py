"""Rules as rows of a sheet and back without loss: lists one item a line, what is nested as short YAML in one cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import yaml

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem
from qunjian.model.records import SEVERITIES
from qunjian.model.written import parse_written
from qunjian.standards.rules import DETECT_KINDS, Category, Lifecycle, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHEET = "规则 Rules"
_MOST = 30_000  # characters of one cell; Excel takes 32,767
Place = tuple[str | int, ...]


class Column(NamedTuple):
    """One column: its heading, where its value stands in a rule, how it is written, and what may be chosen."""

    heading: str
    place: tuple[str, ...]
    form: str  # text, lines, yaml
    width: int
    choices: tuple[str, ...] = ()


COLUMNS = (
    Column("编号 id", ("id",), "text", 28),
    Column("名称 name", ("name", "zh"), "text", 24),
    Column("英文名 name.en", ("name", "en"), "text", 24),
    Column("严重度 severity", ("severity",), "text", 12, tuple(SEVERITIES)),
    Column("类别 category", ("category",), "text", 13, get_args(Category)),
    Column("状态 lifecycle", ("lifecycle",), "text", 12, get_args(Lifecycle)),
    Column("检测 kind", ("detect", "kind"), "text", 16, DETECT_KINDS),
    Column("词 words", ("detect", "words"), "lines", 36),
    Column("样式 patterns", ("detect", "patterns"), "lines", 40),
    Column("辨认方式 keys", ("detect", "keys"), "lines", 14),
    Column("其他参数 detect", ("detect",), "yaml", 30),
    Column("条件 when", ("when",), "yaml", 30),
    Column("例外词 exempt.phrases", ("exempt", "phrases"), "lines", 24),
    Column("例外样式 exempt.around", ("exempt", "around"), "lines", 24),
    Column("整条放行的样式 exempt.patterns", ("exempt", "patterns"), "lines", 30),
    Column("话语 exempt.speech", ("exempt", "speech"), "lines", 14),
    Column("到期例外 exempt.granted", ("exempt", "granted"), "yaml", 30),
    Column("范围 scope", ("scope",), "yaml", 26),
    Column("该命中 samples.hit", ("samples", "hit"), "lines", 44),
    Column("该放行 samples.pass", ("samples", "pass"), "lines", 44),
    Column("变形也命中 samples.cloaked", ("samples", "cloaked"), "lines", 36),
    Column("提示 hint", ("hint", "zh"), "text", 30),
    Column("英文提示 hint.en", ("hint", "en"), "text", 30),
    Column("依据 basis", ("basis",), "yaml", 44),
)
_OWN = frozenset(column.place[1] for column in COLUMNS if column.place[0] == "detect" and len(column.place) == 2)


def rows_of(rule: Rule) -> list[list[str]]:
    """Return the rows of one rule: one, or more with the same id where a list is too long for one cell."""
    written = rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
    cells = [_cells(column, written) for column in COLUMNS]
    rows = [[each[number] if number < len(each) else "" for each in cells] for number in range(max(map(len, cells)))]
    for row in rows[1:]:
        row[0] = rule.id
    return rows


def _cells(column: Column, written: dict[str, Any]) -> list[str]:
    value: Any = written
    for part in column.place:
        value = value.get(part) if isinstance(value, dict) else None
    if column.place == ("detect",) and isinstance(value, dict):
        value = {key: each for key, each in value.items() if key not in _OWN or not isinstance(each, list | str)}
    if value is None or value in ({}, []):
        return [""]
    if column.form == "text":
        return [str(value)]
    if column.form == "yaml":
        return [short_yaml(value)]
    return _chunks([one_line(each) for each in value], str(written.get("id")), column.heading)


def short_yaml(value: Any) -> str:
    """Return a nested value as YAML on one line."""
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6)
    return text.strip()


def one_line(value: Any) -> str:
    """Return one item on one line: as it is, or as JSON where it would not be read back so."""
    if isinstance(value, str) and value == value.strip() and value[:1] not in ("", "[", '"') and value.isprintable():
        return value
    return json.dumps(value, ensure_ascii=False)


def _chunks(lines: Sequence[str], rule: str, heading: str) -> list[str]:
    cells, size = list[list[str]]([[]]), 0
    for line in lines:
        if len(line) > _MOST:
            raise BadInputError(
                Phrase(f"“{heading}”里有一项太长，放不进一格", f"an item of '{heading}' is too long for a cell"),
                where=rule,
            )
        if size + len(line) > _MOST:
            cells.append([])
            size = 0
        cells[-1].append(line)
        size += len(line) + 1
    return ["\n".join(each) for each in cells]


class ReadRule(NamedTuple):
    """One rule as the sheet says it, not yet checked; `where` names the cell of a place in it."""

    data: dict[str, Any]
    where: Callable[[Place], str]


def read_rows(rows: Sequence[Sequence[str]], name: str) -> tuple[list[ReadRule], list[Problem]]:
    """Return the rules of a sheet whose first row are the headings; columns may stand in any order."""
    headings = [cell.strip() for cell in rows[0]]
    known = {column.heading: column for column in COLUMNS}
    problems = [
        Problem(f"{name}!{cell_name(place, 0)}", Phrase(f"不认识的标题“{each}”", f"unknown heading '{each}'"))
        for place, each in enumerate(headings) if each and each not in known
    ]  # fmt: skip
    missing = [column.heading for column in COLUMNS if column.heading not in headings]
    problems += [Problem(name, Phrase(f"缺少标题“{each}”", f"the heading '{each}' is missing")) for each in missing]
    if problems:
        return [], problems
    columns = {place: known[each] for place, each in enumerate(headings) if each}
    found: list[ReadRule] = []
    at: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 1):
        if not any(cell.strip() for cell in row):
            continue
        data = _data(row, number, columns, name, problems)
        rule = str(data.get("id", ""))
        if found and rule and found[-1].data.get("id") == rule:
            _append(found[-1].data, data)
        elif rule in at:
            place = f"{name}!{cell_name(headings.index('编号 id'), number)}"
            problems.append(Problem(place, Phrase(f"编号“{rule}”写了两遍", f"the id '{rule}' is written twice")))
        else:
            at[rule] = number
            found.append(ReadRule(data, _where(columns, number, name)))
    return found, problems


def _data(
    row: Sequence[str], number: int, columns: dict[int, Column], name: str, problems: list[Problem]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for place, column in sorted(columns.items(), key=lambda each: each[1].form != "yaml"):
        text = row[place] if place < len(row) else ""
        if not text.strip():
            continue
        try:
            value = _value(column, text, f"{name}!{cell_name(place, number)}")
        except BadInputError as error:
            problems.append(Problem(f"{name}!{cell_name(place, number)}", error.what, error.todo))
            continue
        inner = data
        for part in column.place[:-1]:
            inner = inner.setdefault(part, {})
        last = column.place[-1]
        inner[last] = (
            {**inner[last], **value} if isinstance(inner.get(last), dict) and isinstance(value, dict) else value
        )
    return data


def _value(column: Column, text: str, where: str) -> Any:
    if column.form == "text":
        return text.strip()
    if column.form == "yaml":
        return parse_written(text.encode(), name=where).data
    return [item for _, item in read_lines(text)]


def read_lines(text: str) -> list[tuple[int, Any]]:
    """Return the items of a list written one a line, each with the number of its line (from 0)."""
    items: list[tuple[int, Any]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        said = line.strip()
        if said[:1] in ("[", '"'):
            try:
                items.append((number, json.loads(said)))
            except ValueError:
                items.append((number, said))
        elif said:
            items.append((number, said))
    return items


def _append(data: dict[str, Any], more: dict[str, Any]) -> None:
    """Lay a following row of the same rule over it: its lists go on where those before ended."""
    for key, value in more.items():
        if isinstance(value, dict):
            _append(data.setdefault(key, {}), value)
        elif isinstance(value, list):
            data[key] = [*data.get(key, []), *value]


def _where(columns: dict[int, Column], number: int, name: str) -> Callable[[Place], str]:
    def where(place: Place) -> str:
        words = tuple(part for part in place if isinstance(part, str))
        best, length = 0, -1
        for at, column in columns.items():
            shared = column.place[: len(words)] == words[: len(column.place)]
            if shared and len(column.place) > length:
                best, length = at, len(column.place)
        return f"{name}!{cell_name(best, number)}"

    return where


def cell_name(column: int, row: int) -> str:
    """Return a cell's name as Excel shows it; both numbers begin at 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
