"""The standards there are: the library's and the team's own files; each is opened once for each state of the files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.runs.standards import open_edition
from qunjian.standards.editions import Edition
from qunjian.standards.loading import library, list_standards
from qunjian.standards.rules import Rule
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.publishing import published
from qunjian_console.bridge.states import State, state_of

__all__ = ["VERSION", "Edition", "Phrase", "Place", "Rule", "Shelved", "opened", "shelf"]

VERSION = "version"  # the origin of published versions; their name is the digest of their content


class Place(NamedTuple):
    """Where a standard comes from, and what it is called there."""

    origin: str
    name: str


class Shelved(msgspec.Struct, frozen=True):
    """One standard as the list shows it; `broken`: why it cannot be opened."""

    place: Place
    title: Phrase
    summary: Phrase | None
    version: str
    rules: int
    indicators: int
    extends: str | None
    broken: Phrase | None = None


def shelf() -> list[Shelved]:
    """Return the standards of the library and those whose files lie in the workspace, the team's own first."""
    return list(_shelf(str(workspace().standards), state_of(workspace().standards)))


@lru_cache(maxsize=4)
def _shelf(folder: str, state: State) -> tuple[Shelved, ...]:
    found = list_standards((Path(folder),))
    places = [Place("library" if path.parent == library() else "own", name) for name, path in found.items()]
    return tuple(_shelved(place, folder, state) for place in sorted(places, key=lambda each: each.origin != "own"))


def _shelved(place: Place, folder: str, state: State) -> Shelved:
    try:
        edition = _opened(place, folder, state)
    except BadInputError as error:
        why = Phrase(error.sentence("zh"), error.sentence("en"))
        return Shelved(place, Phrase(place.name, place.name), None, "", 0, 0, None, why)
    standard = edition.standard
    summary = standard.summary.phrase if standard.summary else None
    return Shelved(
        place, standard.name.phrase, summary, edition.version, len(edition.rules), len(standard.indicators),
        standard.extends,
    )  # fmt: skip


def opened(place: Place) -> Edition | None:
    """Return a standard with its rules, None where there is none of that name; a broken one raises its problems."""
    if place.origin == VERSION:
        return published(place.name)
    folder = workspace().standards
    known = {"own": list_standards((folder,)), "library": list_standards()}.get(place.origin, {})
    path = known.get(place.name)
    if path is None or (place.origin == "own") == (path.parent == library()):
        return None
    return _opened(place, str(folder), state_of(folder))


@lru_cache(maxsize=16)
def _opened(place: Place, folder: str, state: State) -> Edition:
    home = library() if place.origin == "library" else Path(folder)
    return open_edition(home / f"{place.name}.yaml", (Path(folder),))
