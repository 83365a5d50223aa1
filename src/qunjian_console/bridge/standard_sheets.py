"""Targets, scorecard and the list of rules as rows of grids, and back: judged by the engine, each fault at its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.indicators.registry import INDICATORS
from qunjian.model.language import Phrase
from qunjian.runs.drafting import standard_of
from qunjian.standards.rules import Rule
from qunjian.standards.schema import PARTS
from qunjian_console.bridge.rule_sheets import Fault

if TYPE_CHECKING:
    from qunjian.standards.schema import Standard
    from qunjian.standards.whole import Draft, Whole

Rows = Sequence[Sequence[str]]
TARGETS = ("id", "part", "target", "floor", "unit", "weight", "direction", "evidence", "note")
ITEMS = ("name", "weight", "critical", "scale", "criteria")
RULES = ("id", "name", "severity", "on", "lifecycle", "hint")
PENALTIES = ("critical", "major", "minor", "notice")
LEAST = ("least_messages", "least_speakers")
WINDOWS = ("pass_mark", "appeal_days", "second_review_days")
UNITS = {
    "share": Phrase("占比", "share"), "seconds": Phrase("秒", "seconds"), "people": Phrase("人", "people"),
    "messages": Phrase("条", "messages"), "events": Phrase("次", "events"),
}  # fmt: skip
_NUMBER = Phrase("应当是数字，如 0.2 或 20%", "should be a number such as 0.2 or 20%")
_EMPTY = Phrase("不能为空", "must not be empty")
_WHOLE = Phrase("应当是整数", "should be a whole number")


class Judged(msgspec.Struct, frozen=True):
    """The standard that the rows stand for, where they stand for one, and all faults."""

    standard: Standard | None
    faults: tuple[Fault, ...]


def target_rows(standard: Standard, language: str) -> list[list[str]]:
    """Return the indicators of a standard as rows; shares as percentages."""
    return [
        [
            aim.id, aim.part, _shown(aim.target, aim.id), _shown(aim.floor, aim.id), _unit(aim.id, language),
            str(aim.weight), aim.direction or "", aim.evidence, getattr(aim.note, language) if aim.note else "",
        ]
        for aim in standard.indicators
    ]  # fmt: skip


def _unit(indicator: str, language: str) -> str:
    unit = INDICATORS[indicator].unit if indicator in INDICATORS else ""
    return str(getattr(UNITS.get(unit, Phrase("", "")), language))


def _shown(value: float | None, indicator: str) -> str:
    if value is None:
        return ""
    share = indicator in INDICATORS and INDICATORS[indicator].unit == "share"
    return f"{100 * value:.6g}%" if share else f"{value:.10g}"


def targets(rows: Rows, standard: Standard, whole: Whole) -> Judged:
    """Return the standard with the indicators of these rows."""
    faults: list[Fault] = []
    known = {aim.id: aim.model_dump(mode="json", by_alias=True, exclude_unset=True) for aim in standard.indicators}
    places, said = [], []
    for number, row in enumerate(rows):
        if not any(row):
            continue
        cells = dict(zip(TARGETS, row, strict=False))
        aim: dict[str, Any] = {**known.get(cells["id"], {}), "id": cells["id"], "part": cells["part"]}
        for name in ("target", "floor"):
            _set(aim, name, _number(cells[name], "targets", number, TARGETS.index(name), faults))
        aim["weight"] = _whole(cells["weight"] or "0", "targets", number, TARGETS.index("weight"), faults)
        _set(aim, "direction", cells["direction"] or None)
        aim["evidence"] = cells["evidence"] or "experience"
        _set(aim, "note", _note(aim.get("note"), cells["note"]))
        places.append(number)
        said.append(aim)
    return _judged(standard, {"indicators": said}, whole, {"indicators": ("targets", places, TARGETS)}, faults)


def _set(record: dict[str, Any], name: str, value: object) -> None:
    record.pop(name, None)
    if value is not None:
        record[name] = value


def _note(before: Any, text: str) -> object:
    if not text:
        return None
    known = before if isinstance(before, dict) else {"zh": before, "en": before}
    return known if text in known.values() else {"zh": text, "en": text}


class Scores(msgspec.Struct, frozen=True):
    """What the page of the scorecard shows and sends: three grids, and plain numbers by name."""

    parts: Rows
    penalties: Rows
    items: Rows
    numbers: dict[str, str]


def scores_of(standard: Standard, parts: dict[str, str], severities: dict[str, str]) -> Scores:
    """Return the scorecard and the review form of a standard; every part and severity has its row."""
    card, review = standard.scorecard, standard.review
    return Scores(
        [[str(parts[part]), str(card.parts.get(part, 0))] for part in PARTS],
        [[str(severities[name]), f"{getattr(card.penalties, name):g}"] for name in PENALTIES],
        [
            [item.name.zh, str(item.weight), "yes" if item.critical else "no", str(item.scale), item.criteria]
            for item in review.items
        ],
        {name: str(getattr(card if name in LEAST else review, name)) for name in (*LEAST, *WINDOWS)},
    )


def scorecard(sent: Scores, standard: Standard, whole: Whole) -> Judged:
    """Return the standard with the scorecard and the review form that were sent."""
    faults: list[Fault] = []
    weights = [_whole(row[1] or "0", "parts", number, 1, faults) for number, row in enumerate(sent.parts)]
    points = [_number(row[1] or "0", "penalties", number, 1, faults) for number, row in enumerate(sent.penalties)]
    numbers = {name: _whole(text or "0", name, None, None, faults) for name, text in sent.numbers.items()}
    before = {item.name.zh: item for item in standard.review.items}
    items, places, taken = [], [], set[str]()
    for number, row in enumerate(sent.items):
        if not any(row):
            continue
        name, weight, critical, scale, criteria = (*row, *[""] * len(ITEMS))[: len(ITEMS)]
        old = before.get(name)
        key = (
            old.id
            if old is not None and old.id not in taken
            else _free("item", {*taken, *(each.id for each in before.values())})
        )
        taken.add(key)
        items.append({
            "id": key, "name": {"zh": name, "en": old.name.en if old else name} if name else "",
            "weight": _whole(weight or "0", "items", number, 1, faults), "critical": critical == "yes",
            "scale": _whole(scale or "2", "items", number, 3, faults), "criteria": criteria,
        })  # fmt: skip
        places.append(number)
    changed = {
        "scorecard": {
            "parts": {part: weight for part, weight in zip(PARTS, weights, strict=False) if weight},
            "penalties": dict(zip(PENALTIES, points, strict=False)), **{name: numbers[name] for name in LEAST},
        },
        "review": {"items": items, **{name: numbers[name] for name in WINDOWS}},
    }  # fmt: skip
    return _judged(standard, changed, whole, {"review": ("items", places, ITEMS)}, faults)


def _free(head: str, taken: set[str]) -> str:
    return next(name for number in range(1, 100_000) if (name := f"{head}_{number}") not in taken)


def rule_rows(whole: Whole, language: str) -> list[list[str]]:
    """Return the rules as rows: id, name, severity as the standard sets it, on or off, stage of life, hint."""
    own = whole.standard.rules
    return [
        [
            rule.id, getattr(rule.name, language), own.severity.get(rule.id, rule.severity),
            "no" if rule.id in own.off else "yes", rule.lifecycle, getattr(rule.hint, language),
        ]
        for rule in whole.rules
    ]  # fmt: skip


def rules(rows: Rows, whole: Whole, language: str) -> tuple[list[Rule], list[str], dict[str, Any], list[Fault]]:
    """Return the rules that differ from `whole`'s, those switched off, severities the standard sets, and all faults."""
    faults: list[Fault] = []
    known, own = whole.by_id(), whole.standard.rules
    severity = dict(own.severity)
    changed, off = [], []
    for number, row in enumerate(rows):
        cells = dict(zip(RULES, row, strict=False))
        rule = known.get(cells.get("id", ""))
        if rule is None:
            faults.append(Fault("rules", number, 0, Phrase("没有这条规则", "there is no such rule")))
            continue
        for name, allowed in (
            ("severity", PENALTIES),
            ("lifecycle", ("trial", "active", "retired")),
            ("on", ("yes", "no")),
        ):
            if cells[name] not in allowed:
                what = Phrase(f"可取：{'、'.join(allowed)}", f"may be: {', '.join(allowed)}")
                faults.append(Fault("rules", number, RULES.index(name), what))
        faults += [Fault("rules", number, RULES.index(name), _EMPTY) for name in ("name", "hint") if not cells[name]]
        if cells["on"] == "no":
            off.append(rule.id)
        update: dict[str, Any] = {}
        if cells["severity"] != own.severity.get(rule.id, rule.severity):
            update["severity"] = cells["severity"]
            severity.pop(rule.id, None)
        update |= {"lifecycle": cells["lifecycle"]} if cells["lifecycle"] != rule.lifecycle else {}
        for name in ("name", "hint"):
            said = getattr(rule, name)
            if cells[name] != getattr(said, language):
                same = said.zh == said.en
                update[name] = said.model_copy(
                    update={"zh": cells[name], "en": cells[name]} if same else {language: cells[name]}
                )
        if update:
            changed.append(rule.model_copy(update=update))
    return changed, off, severity, faults


def with_rules(
    content: Draft, base: Whole, changed: Sequence[Rule], off: Sequence[str], severity: dict[str, Any]
) -> Draft:
    """Return a draft with changed rules, those switched off, and the severities the standard sets."""
    made = content.with_rules(base, changed)
    own = made.standard.rules.model_copy(update={"off": tuple(off), "severity": severity})
    return made.model_copy(update={"standard": made.standard.model_copy(update={"rules": own})})


def _number(text: str, field: str, row: int | None, column: int | None, faults: list[Fault]) -> float | None:
    plain = text.replace(",", "").replace("％", "%").strip()
    if not plain:
        return None
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        faults.append(Fault(field, row, column, _NUMBER))
        return None


def _whole(text: str, field: str, row: int | None, column: int | None, faults: list[Fault]) -> int:
    plain = text.replace(",", "").strip().removesuffix("%")
    if plain.isascii() and plain.isdecimal() and len(plain) < 10:
        return int(plain)
    faults.append(Fault(field, row, column, _WHOLE))
    return 0


def _judged(
    standard: Standard,
    changed: dict[str, Any],
    whole: Whole,
    grids: dict[str, tuple[str, Sequence[int], Sequence[str]]],
    faults: list[Fault],
) -> Judged:
    data = {**standard.model_dump(mode="json", by_alias=True, exclude_unset=True), **changed}
    made, found = standard_of(data, whole)
    for place, problem in found:
        key = str(place[0]) if place else ""
        if key not in changed:
            continue
        todo = problem.todo
        said = (
            problem.what if todo is None else Phrase(f"{problem.what.zh}。{todo.zh}", f"{problem.what.en}. {todo.en}")
        )
        field, places, columns = grids.get(key, (key, (), ()))
        number = next((part for part in place if isinstance(part, int)), None)
        row = places[number] if number is not None and number < len(places) else None
        column = next((columns.index(part) for part in place[1:] if part in columns), None) if row is not None else None
        faults.append(Fault(field, row, column, said))
    return Judged(None if faults else made, tuple(faults))
