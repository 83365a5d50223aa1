"""Drafts of standards, as the pages handle them: opened once for each content, changed by whoever calls."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import WrittenError
from qunjian.runs import drafting, publishing
from qunjian.standards.comparing import Change, compare
from qunjian.standards.editions import Edition, make_edition
from qunjian.standards.loading import find_standard, library
from qunjian.standards.rules import Rule
from qunjian.standards.whole import Draft, Whole
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from qunjian_console.bridge.standards import Place

__all__ = ["Change", "Draft", "Rule", "Whole", "WrittenError"]


def copy_of(place: Place) -> Whole:
    """Return a standard of the library or of the team in one piece."""
    folder = workspace().standards
    if place.origin == "version":
        return publishing.whole_released(
            next(each for each in publishing.releases(folder) if each.content == place.name)
        )
    home = library() if place.origin == "library" else folder
    return drafting.copy_of(find_standard(home / f"{place.name}.yaml"), (folder,))


def begin(whole: Whole, *, name: str, title: str, version: str) -> str:
    """Keep a copy as a new draft's base; return the draft's digest."""
    return drafting.begin(whole, workspace().standards, name=name, title=title, version=version)


def keep(draft: Draft) -> str:
    """Keep a draft by its content."""
    return drafting.keep_draft(draft, workspace().standards)


def draft_at(digest: str) -> Draft:
    """Return a draft by its content's digest."""
    return _draft(digest, workspace().standards)


@lru_cache(maxsize=64)
def _draft(digest: str, home: Path) -> Draft:
    return drafting.open_draft(home, digest)


def base_of(draft: Draft) -> Whole:
    """Return the whole standard a draft differs from."""
    return _base(draft.base, workspace().standards)


@lru_cache(maxsize=8)
def _base(digest: str, home: Path) -> Whole:
    return drafting.open_base(home, digest)


def whole_at(digest: str) -> Whole:
    """Return the whole standard a draft stands for."""
    return _whole(digest, workspace().standards)


@lru_cache(maxsize=16)
def _whole(digest: str, home: Path) -> Whole:
    draft = _draft(digest, home)
    return draft.over(_base(draft.base, home))


def edition_at(digest: str) -> Edition:
    """Return the edition a draft would be."""
    return _edition(digest, workspace().standards)


@lru_cache(maxsize=16)
def _edition(digest: str, home: Path) -> Edition:
    return drafting.edition_of(_whole(digest, home), home)


def base_edition(digest: str) -> Edition:
    """Return the edition a draft was copied from."""
    return _base_edition(draft_at(digest).base, workspace().standards)


@lru_cache(maxsize=8)
def _base_edition(digest: str, home: Path) -> Edition:
    whole = _base(digest, home)
    return make_edition(whole.standard, whole.packs())


def changes(digest: str) -> list[Change]:
    """Return in words how a draft differs from what it was copied from."""
    return compare(base_edition(digest), edition_at(digest))


def next_version(version: str) -> str:
    """Return the version a copy bears: one more where it ends in a number."""
    head, dot, tail = version.rpartition(".")
    return f"{head}{dot}{int(tail) + 1}" if tail.isdigit() else f"{version}.1"


def free_name(wanted: str, taken: set[str]) -> str:
    """Return an id for a copy that no other standard has."""
    plain = wanted if wanted[:1].isalpha() else "ours"
    numbered = (f"{plain}_{number}" for number in range(2, 10_000))
    return plain if plain not in taken else next(name for name in numbered if name not in taken)


def unreadable(error: BadInputError) -> Phrase:
    """Return what is wrong, in both languages."""
    return Phrase(error.sentence("zh"), error.sentence("en"))


def with_about(content: Draft, zh: str, en: str, version: str, summary: str) -> Draft:
    """Return a draft under another title, version and summary."""
    said = content.standard
    data = said.model_dump(mode="json", by_alias=True, exclude_unset=True) | {
        "name": {"zh": zh, "en": en},
        "version": version,
    }
    before = said.summary
    if before is None or summary not in (before.zh, before.en):
        data.pop("summary", None)
        data |= {"summary": summary} if summary else {}
    return content.model_copy(update={"standard": type(said).model_validate_json(json.dumps(data))})


def about_of(whole: Whole) -> object:
    """Return what `with_about` changes."""
    return whole.standard.name, whole.standard.version, whole.standard.summary


def with_parts(content: Draft, **parts: object) -> Draft:
    """Return a draft with other parts of the standard, such as its indicators."""
    return content.model_copy(update={"standard": content.standard.model_copy(update=parts)})
