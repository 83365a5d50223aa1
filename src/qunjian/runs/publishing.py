"""Use case: publish a standard: one file, named by its content, that never changes; and open what was published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.models.locating import located
from qunjian.standards.whole import Published, Whole, encoded, keep, kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.model.decisions import StandardInForce
    from qunjian.standards.editions import Edition

FOLDER = "published"
_NAME = re.compile(r"(?P<id>[a-z][a-z0-9_-]*)-(?P<number>\d{4,})-(?P<digest>[0-9a-f]{32})")


class Release(msgspec.Struct, frozen=True):
    """One published version: the standard's id, its running number, the digest of its content, and its file."""

    standard: str
    number: int
    content: str
    path: Path


def releases(home: Path) -> list[Release]:
    """Return what was published in a team's folder, by standard and number."""
    found = []
    for path in (home / FOLDER).glob("*.json"):
        name = _NAME.fullmatch(path.stem)
        if name is not None:
            found.append(Release(name["id"], int(name["number"]), name["digest"], path))
    return sorted(found, key=lambda each: (each.standard, each.number))


def publish(edition: Edition, whole: Whole, home: Path) -> Release:
    """Write a version; the same content published twice is one file."""
    content = encoded(Published(version=edition.version, whole=whole))
    own = [each for each in releases(home) if each.standard == whole.standard.id]
    number = max((each.number for each in own), default=0) + 1
    prefix = f"{whole.standard.id}-{number:04d}-"
    digest = keep(home / FOLDER, content, prefix)
    return Release(whole.standard.id, number, digest, home / FOLDER / f"{prefix}{digest}.json")


def open_release(release: Release, homes: Sequence[Path]) -> Edition:
    """Return the edition that was published, under the version it was published as; a changed file is refused."""
    edition = kept(release.path, Published).edition
    return edition._replace(rules=located(edition.rules, homes))


def whole_released(release: Release) -> Whole:
    """Return a published standard in one piece, to copy it."""
    return kept(release.path, Published).whole


def newest(home: Path, standard: str) -> Release | None:
    """Return the version of a standard that was published last."""
    return next((each for each in reversed(releases(home)) if each.standard == standard), None)


def released_as(home: Path, standard: str, version: str) -> Edition | None:
    """Return the edition that was published under this version."""
    for each in reversed(releases(home)):
        if each.standard == standard:
            edition = open_release(each, (home,))
            if edition.version == version:
                return edition
    return None


def in_force(home: Path, decided: StandardInForce) -> Edition:
    """Return the edition a decision puts in force; where its file is gone nothing takes its place."""
    for each in releases(home):
        if each.standard == decided.standard and each.content == decided.content:
            return open_release(each, (home,))
    raise BadInputError(
        Phrase(
            f"现行标准“{decided.standard}”{decided.version} 的文件不在了",
            f"the file of the standard in force, '{decided.standard}' {decided.version}, is gone",
        ),
        where=str(home / FOLDER),
        todo=Phrase(
            "从备份恢复 standards/published，或重新发布", "restore standards/published from a backup, or publish again"
        ),
    )
