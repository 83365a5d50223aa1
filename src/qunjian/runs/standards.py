"""Use case: standards and their rules: find, open, check, compare; the one place that knows where the packs lie."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from qunjian.indicators.registry import INDICATORS
from qunjian.model.catalogue import Catalogue
from qunjian.models.locating import located
from qunjian.runs.publishing import newest, open_release
from qunjian.standards.editions import Edition, make_edition
from qunjian.standards.loading import find_standard, list_standards, load_standard
from qunjian.standards.packs import load_packs as read_packs
from qunjian.standards.rules import DETECT_KINDS, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT = "general"


def shipped_packs() -> Path:
    """Return the folder of the rule packs that come with the product."""
    return Path(str(files("qunjian.checks") / "packs"))


def pack_folders(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return every pack's folder by its name: those in `<folder>/packs` first, then the shipped ones."""
    found: dict[str, Path] = {}
    for home in (*(folder / "packs" for folder in folders), shipped_packs()):
        if home.is_dir():
            for folder in sorted(home.iterdir()):
                if folder.is_dir() and any(folder.glob("*.yaml")):
                    found.setdefault(folder.name, folder)
    return found


def load_packs(folders: Sequence[Path] = ()) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of every pack; the problems of all broken files are raised at once."""
    return read_packs(pack_folders(folders))


def catalogue_of(packs: Mapping[str, tuple[Rule, ...]]) -> Catalogue:
    """Return the names a standard may use."""
    return Catalogue(
        rules={rule.id: (rule.name.zh, rule.name.en) for rules in packs.values() for rule in rules},
        packs={name: tuple(rule.id for rule in rules) for name, rules in packs.items()},
        indicators={name: (each.title.zh, each.title.en) for name, each in INDICATORS.items()},
        checks=DETECT_KINDS,
    )


def open_edition(name_or_path: str | Path = DEFAULT, folders: Sequence[Path] = ()) -> Edition:
    """Return a standard with its rules, by name or path; `folders` are the workspace's `standards` folders.

    A name that no file of those folders bears may be a published standard's: its newest version is returned.
    """
    if str(name_or_path) not in list_standards(folders):
        for home in folders:
            release = newest(home, str(name_or_path))
            if release is not None:
                return open_release(release, folders)
    path = find_standard(name_or_path, folders)
    homes = (*folders, path.parent)
    packs = {name: located(rules, homes) for name, rules in load_packs(homes).items()}
    return make_edition(load_standard(path, catalogue_of(packs), folders=folders), packs)


def open_all(folders: Sequence[Path] = ()) -> list[Edition]:
    """Return every standard that can be found, in the order of their ids."""
    return [open_edition(path, folders) for _, path in sorted(list_standards(folders).items())]
