"""A rule as the fields of a form, and back: what was sent is judged by the engine, each fault at its field and row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.written import parse_written
from qunjian.runs.drafting import rule_of
from qunjian.standards.basics import MessageKind, Role
from qunjian.standards.conditions import Speech
from qunjian.standards.rule_sheet import one_line, read_lines, short_yaml
from qunjian.standards.rules import WORDED, Rule
from qunjian.text.keys import IN_RULES, Key
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS, KINDS, ROLES, SPEECH = get_args(Key), get_args(MessageKind), get_args(Role), get_args(Speech)
WRITTEN_KINDS = ("phrases", "patterns")  # whose words or patterns are a grid; the others' parameters are short YAML
BASIS = ("law", "article", "version", "source", "verified")
ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as a form shows it: texts, choices, lists with one item a row, and what is nested as short YAML."""

    id: str = ""
    kind: str = "phrases"
    name_zh: str = ""
    name_en: str = ""
    severity: str = "minor"
    category: str = "conduct"
    lifecycle: str = "active"
    hint_zh: str = ""
    hint_en: str = ""
    tags: str = ""
    kinds: tuple[str, ...] = WORDED
    roles: tuple[str, ...] = ()
    exempt_roles: tuple[str, ...] = ()
    keys: tuple[str, ...] = IN_RULES
    speech: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    hit: tuple[str, ...] = ()
    cloaked: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    basis: tuple[tuple[str, ...], ...] = ()
    extra: str = ""
    when: str = ""
    granted: str = ""


LISTS = ("words", "patterns", "phrases", "around", "anywhere", "hit", "cloaked", "passed")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a sheet: its field ("" for the whole), row and column where there is one, and the sentence."""

    field: str
    row: int | None
    column: int | None
    said: Phrase


class Judged(msgspec.Struct, frozen=True):
    """The rule a sheet stands for, where it is one, and all its faults."""

    rule: Rule | None
    faults: tuple[Fault, ...]


def sheet_of(rule: Rule) -> Sheet:
    """Return a rule as a sheet."""
    said = rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
    detect = {name: value for name, value in said["detect"].items() if name != "kind"}
    own = {
        name: _rows(detect.pop(name))
        for name in ("words", "patterns")
        if rule.detect.kind in WRITTEN_KINDS and isinstance(detect.get(name), list)
    }
    keys = tuple(detect.pop("keys")) if isinstance(detect.get("keys"), list) else IN_RULES
    exempt, samples = said.get("exempt", {}), said["samples"]
    return Sheet(
        id=rule.id, kind=rule.detect.kind, name_zh=rule.name.zh, name_en=rule.name.en, severity=rule.severity,
        category=rule.category, lifecycle=rule.lifecycle, hint_zh=rule.hint.zh, hint_en=rule.hint.en,
        tags=" ".join(rule.scope.tags), kinds=rule.scope.kinds, roles=rule.scope.roles,
        exempt_roles=rule.scope.exempt_roles, keys=keys, speech=tuple(exempt.get("speech", ())),
        phrases=_rows(exempt.get("phrases", ())), around=_rows(exempt.get("around", ())),
        anywhere=_rows(exempt.get("patterns", ())), hit=_rows(samples["hit"]), passed=_rows(samples["pass"]),
        cloaked=_rows(samples.get("cloaked", ())), basis=tuple(_clause(each) for each in said["basis"]),
        extra=short_yaml(detect) if detect else "", when=short_yaml(said["when"]) if said.get("when") else "",
        granted=short_yaml(exempt["granted"]) if exempt.get("granted") else "", **own,
    )  # fmt: skip


def _rows(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(one_line(each) for each in values)


def _clause(written: dict[str, Any]) -> tuple[str, ...]:
    plain = [str(written.get(name) or "") for name in BASIS[:-1]]
    return (*plain, "yes" if written.get("verified") else "no")


def judged(sheet: Sheet) -> Judged:
    """Return the rule a sheet stands for, checked as the engine checks rule files."""
    faults: list[Fault] = []
    rows: dict[str, list[int]] = {}
    data = _data(sheet, rows, faults)
    rule, found = rule_of(data, workspace().standards)
    for place, problem in found:
        field, row, column = _at(place, rows)
        todo = problem.todo
        said = (
            problem.what if todo is None else Phrase(f"{problem.what.zh}。{todo.zh}", f"{problem.what.en}. {todo.en}")
        )
        faults.append(Fault(field, row, column, said))
    return Judged(None if faults else rule, tuple(faults))


def _data(sheet: Sheet, rows: dict[str, list[int]], faults: list[Fault]) -> dict[str, Any]:
    lists = {name: _items(name, getattr(sheet, name), rows) for name in LISTS}
    detect: dict[str, Any] = {"kind": sheet.kind}
    if sheet.kind in WRITTEN_KINDS:
        name = "words" if sheet.kind == "phrases" else "patterns"
        detect[name] = lists[name]
    if sheet.kind == "phrases" and set(sheet.keys) != set(IN_RULES):
        detect["keys"] = list(sheet.keys)
    detect |= _nested("extra", sheet.extra, faults) or {}
    scope: dict[str, Any] = {
        "tags": sheet.tags.split(),
        "roles": list(sheet.roles),
        "exempt_roles": list(sheet.exempt_roles),
    }
    if set(sheet.kinds) != set(WORDED):
        scope["kinds"] = list(sheet.kinds)
    exempt = {"phrases": lists["phrases"], "around": lists["around"], "patterns": lists["anywhere"],
              "speech": list(sheet.speech), "granted": _nested("granted", sheet.granted, faults)}  # fmt: skip
    data: dict[str, Any] = {
        "id": sheet.id, "name": _both(sheet.name_zh, sheet.name_en), "severity": sheet.severity,
        "category": sheet.category, "lifecycle": sheet.lifecycle, "hint": _both(sheet.hint_zh, sheet.hint_en),
        "basis": [_basis(row) for row in _kept_rows("basis", sheet.basis, rows)], "detect": detect,
        "samples": {"hit": lists["hit"], "pass": lists["passed"]},
    }  # fmt: skip
    if lists["cloaked"]:
        data["samples"]["cloaked"] = lists["cloaked"]
    data |= {"scope": {name: value for name, value in scope.items() if value}} if any(scope.values()) else {}
    data |= {"exempt": {name: value for name, value in exempt.items() if value}} if any(exempt.values()) else {}
    when = _nested("when", sheet.when, faults)
    return data | ({"when": when} if when else {})


def _both(zh: str, en: str) -> object:
    return {"zh": zh, "en": en} if zh and en else zh or en


def _items(name: str, cells: Sequence[str], rows: dict[str, list[int]]) -> list[Any]:
    kept = rows.setdefault(name, [])
    items = []
    for number, cell in enumerate(cells):
        for _, item in read_lines(cell):
            kept.append(number)
            items.append(item)
    return items


def _kept_rows(name: str, cells: Sequence[Sequence[str]], rows: dict[str, list[int]]) -> list[Sequence[str]]:
    kept = [(number, row) for number, row in enumerate(cells) if any(cell for cell in row[:-1])]
    rows[name] = [number for number, _ in kept]
    return [row for _, row in kept]


def _basis(row: Sequence[str]) -> dict[str, Any]:
    plain: dict[str, Any] = {name: cell for name, cell in zip(BASIS[:-1], row, strict=False) if cell}
    return plain | {"verified": len(row) == len(BASIS) and row[-1] == "yes"}


def _nested(field: str, text: str, faults: list[Fault]) -> Any:
    if not text.strip():
        return None
    try:
        return parse_written(text.encode(), name="").data
    except BadInputError as error:
        faults.append(Fault(field, None, None, error.what))
        return None


_FIELDS: dict[tuple[str, ...], str] = {
    ("detect", "words"): "words", ("detect", "patterns"): "patterns", ("detect", "keys"): "keys",
    ("exempt", "phrases"): "phrases", ("exempt", "around"): "around", ("exempt", "patterns"): "anywhere",
    ("exempt", "speech"): "speech", ("exempt", "granted"): "granted", ("samples", "hit"): "hit",
    ("samples", "pass"): "passed", ("samples", "cloaked"): "cloaked", ("scope", "kinds"): "kinds",
    ("scope", "tags"): "tags", ("scope", "roles"): "roles", ("scope", "exempt_roles"): "exempt_roles",
    ("name", "en"): "name_en", ("hint", "en"): "hint_en",
}  # fmt: skip
_WIDE = {
    "name": "name_zh",
    "hint": "hint_zh",
    "detect": "extra",
    "samples": "hit",
    "scope": "tags",
    "exempt": "phrases",
}


def _at(place: tuple[str | int, ...], rows: dict[str, list[int]]) -> tuple[str, int | None, int | None]:
    """Return the field, row and column a place of the rule stands in."""
    words = tuple(part for part in place[:2] if isinstance(part, str))
    field = _FIELDS.get(words) or (_WIDE.get(words[0], words[0]) if words else "")
    number = next((part for part in place if isinstance(part, int)), None)
    row = rows[field][number] if number is not None and field in rows and number < len(rows[field]) else None
    column = BASIS.index(place[2]) if field == "basis" and len(place) > 2 and place[2] in BASIS else None
    return field, row, column if row is not None else None
