"""Use case: check written standards and rules: every problem with its file, its line and the nearest valid name."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import msgspec
from pydantic import ValidationError

from qunjian.checks.registry import KINDS
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, WrittenError, of_validation, unknown
from qunjian.model.written import read_written
from qunjian.models.locating import located
from qunjian.runs.standards import catalogue_of, load_packs, pack_folders
from qunjian.standards.loading import library, list_standards, load_standard
from qunjian.standards.rules import read_rule
from qunjian.text.patterns import confirmer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qunjian.standards.rules import Rule

    Where = Callable[[tuple[str | int, ...]], str]

_KIND = Phrase("检查类型", "kind of check")


class Validation(msgspec.Struct, frozen=True):
    """How many files were read, and what is wrong in them."""

    standards: int
    rules: int
    problems: tuple[Problem, ...]


def validate(paths: Sequence[Path] = (), folders: Sequence[Path] = ()) -> Validation:
    """Check standards (and the packs beside them), rule files, folders; without paths, whatever can be found."""
    standards: dict[str, Path] = {}
    rules: dict[str, Path] = {}
    for path in paths:
        _sort(path, standards, rules)
    if not paths:
        standards = {str(path): path for path in list_standards(folders).values()}
        rules = {str(f): f for home in pack_folders(folders).values() for f in sorted(home.glob("*.yaml"))}
    for home in {path.parent / "packs" for path in standards.values() if path.parent != library()}:
        rules |= {str(path): path for path in sorted(home.glob("*/*.yaml"))}
    problems = [problem for path in rules.values() for problem in check_rule_file(path)]
    for path in standards.values():
        problems += check_standard_file(path, folders)
    return Validation(len(standards), len(rules), tuple(dict.fromkeys(problems)))


def _sort(path: Path, standards: dict[str, Path], rules: dict[str, Path]) -> None:
    if path.is_dir():
        for each in sorted(path.rglob("*.yaml")):
            _sort(each, standards, rules)
        return
    if not path.is_file():
        raise BadInputError(Phrase("没有这个文件", "there is no such file"), where=str(path))
    try:
        data = read_written(path).data
    except BadInputError:
        data = None
    said = isinstance(data, dict) and ("detect" in data or "samples" in data)
    is_rule = said or path.parent.parent.name == "packs"
    (rules if is_rule else standards)[str(path)] = path


def check_standard_file(path: Path, folders: Sequence[Path] = ()) -> list[Problem]:
    """Return what is wrong in a standard, in what it extends and in the packs beside it."""
    try:
        packs = load_packs((*folders, path.parent))
        load_standard(path, catalogue_of(packs), folders=folders)
    except WrittenError as error:
        return list(error.problems)
    except BadInputError as error:
        return [Problem(error.where, error.what, error.todo)]
    return []


def check_rule_file(path: Path, today: dt.date | None = None) -> list[Problem]:
    """Return what is wrong in a rule file, the parameters of its kind of check and expired exemptions included."""
    try:
        rule, written = read_rule(path)
    except WrittenError as error:
        return list(error.problems)
    except BadInputError as error:
        return [Problem(error.where, error.what, error.todo)]
    return rule_problems(located([rule], (path.parent.parent.parent,))[0], written.where, today)


def rule_problems(rule: Rule, where: Where, today: dt.date | None = None) -> list[Problem]:
    """Return what is wrong in a rule that reads well: its kind, its parameters, patterns, expired exemptions."""
    problems: list[Problem] = []
    kind = KINDS.get(rule.detect.kind)
    if kind is None:
        return [unknown(_KIND, rule.detect.kind, KINDS, where(("detect", "kind")))]
    parameters = rule.detect.parameters
    try:
        kind.parameters.model_validate_json(json.dumps(parameters))
    except ValidationError as error:
        problems += of_validation(error, kind.parameters, parameters, lambda place: where(("detect", *place)))
    problems += _expired(rule, where, today or dt.datetime.now(dt.UTC).date())
    for key, patterns in (("around", rule.exempt.around), ("patterns", rule.exempt.patterns)):
        for index, pattern in enumerate(patterns):
            try:
                confirmer(pattern)
            except BadInputError as error:
                problems.append(Problem(where(("exempt", key, index)), error.what, error.todo))
    return problems


def _expired(rule: Rule, where: Where, today: dt.date) -> list[Problem]:
    """Return the exemptions whose last day has passed: they hold no more and should be renewed or removed."""
    return [
        Problem(
            where(("exempt", "granted", index)),
            Phrase(
                f"例外“{grant.reason}”已于 {grant.expires} 到期，不再生效",
                f"the exemption '{grant.reason}' expired on {grant.expires} and holds no more",
            ),
            Phrase(f"请 {grant.owner} 续期或删去", f"let {grant.owner} renew or remove it"),
        )
        for index, grant in enumerate(rule.exempt.granted)
        if grant.expires < today
    ]
