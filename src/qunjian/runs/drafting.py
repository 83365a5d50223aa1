"""Use case: a draft of a standard: copied from one there is, changed part by part, every state kept by its content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from pydantic import ValidationError

from qunjian.model.problems import Problem, of_validation
from qunjian.models.locating import located
from qunjian.runs.rule_files import rule_problems
from qunjian.runs.standards import catalogue_of, load_packs
from qunjian.standards.editions import Edition, make_edition
from qunjian.standards.loading import find_standard, load_standard
from qunjian.standards.names import check_names
from qunjian.standards.rules import Detect, Exempt, Rule
from qunjian.standards.schema import Standard
from qunjian.standards.whole import Draft, Whole, encoded, keep, kept, packs_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FOLDER = "drafts"
Place = tuple[str | int, ...]


class Found(NamedTuple):
    """One thing wrong in what was sent: at which place of the content, and the problem in words."""

    place: Place
    problem: Problem


def copy_of(standard: str | Path, folders: Sequence[Path] = ()) -> Whole:
    """Return a standard of the library or of the team in one piece."""
    path = find_standard(standard, folders)
    packs = load_packs((*folders, path.parent))
    return whole_of(load_standard(path, catalogue_of(packs), folders=folders), packs)


def begin(whole: Whole, home: Path, *, name: str, title: str, version: str) -> str:
    """Keep a copy as the base of a new draft that bears this id, title and version; return the draft's digest."""
    base = keep(home / FOLDER, encoded(whole), "base-")
    renamed = {
        **whole.standard.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "id": name,
        "version": version,
    }
    renamed |= {"name": {"zh": title, "en": title}} if title else {}
    renamed.pop("effective", None)
    return keep_draft(Draft(base=base, standard=Standard.model_validate_json(json.dumps(renamed))), home)


def keep_draft(draft: Draft, home: Path) -> str:
    """Keep a draft by its content."""
    return keep(home / FOLDER, encoded(draft))


def open_draft(home: Path, digest: str) -> Draft:
    """Return a draft that was kept."""
    return kept(home / FOLDER / f"{digest}.json", Draft)


def open_base(home: Path, digest: str) -> Whole:
    """Return the whole standard a draft differs from."""
    return kept(home / FOLDER / f"base-{digest}.json", Whole)


def edition_of(whole: Whole, home: Path) -> Edition:
    """Return the edition of a whole standard; models and lists that rules name are found in the team's folder."""
    return make_edition(whole.standard, packs_of(located(whole.rules, (home,))))


def rule_of(data: dict[str, Any], home: Path) -> tuple[Rule | None, list[Found]]:
    """Return a rule as sent, if it can be one at all, and everything wrong in it."""
    places: dict[str, Place] = {}

    def where(place: Place) -> str:
        key = "/".join(map(str, place))
        places[key] = place
        return key

    try:
        rule = Rule.model_validate_json(msgspec.json.encode(data))
    except ValidationError as error:
        found = of_validation(error, Rule, data, where)
        return None, _placed([*found, *_of_detection(data, where)], places)
    return rule, _placed(rule_problems(located([rule], (home,))[0], where), places)


def _of_detection(data: dict[str, Any], where: Callable[[Place], str]) -> list[Problem]:
    """Return what is wrong in the detection of a rule that is no rule yet, so that all is told at once."""
    try:
        detect = Detect.model_validate(data.get("detect"))
    except ValidationError:
        return []
    return rule_problems(Rule.model_construct(detect=detect, exempt=Exempt()), where)


def standard_of(data: dict[str, Any], whole: Whole) -> tuple[Standard | None, list[Found]]:
    """Return a standard as sent, if it can be one, and everything wrong in it; names are those of `whole`'s rules."""
    places: dict[str, Place] = {}

    def where(place: Place) -> str:
        key = "/".join(map(str, place))
        places[key] = place
        return key

    try:
        standard = Standard.model_validate_json(msgspec.json.encode(data))
    except ValidationError as error:
        return None, _placed(of_validation(error, Standard, data, where), places)
    return standard, _placed(check_names(standard, catalogue_of(whole.packs()), where), places)


def _placed(problems: Sequence[Problem], places: dict[str, Place]) -> list[Found]:
    return [Found(places.get(each.where, ()), each._replace(where="")) for each in problems]
