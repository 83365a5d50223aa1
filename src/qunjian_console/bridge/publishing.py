"""Publishing: the file of a version, what is in force by date, and the decisions written out for the command line."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from qunjian.model.decisions import Announcement, StandardInForce
from qunjian.runs import publishing
from qunjian.runs.inspection import latest
from qunjian.runs.standards import DEFAULT, open_edition
from qunjian.standards.comparing import Change, compare
from qunjian.standards.editions import Edition
from qunjian_console.bridge import drafting
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.states import State, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Announcement", "Change", "Edition", "StandardInForce"]


class Written(NamedTuple):
    """A version that was written: its content's digest, the version findings will name, its running number."""

    content: str
    version: str
    number: int


def today() -> dt.date:
    """Return the local day of the workspace."""
    opened = workspace()
    return opened.clock().astimezone(ZoneInfo(opened.settings.zone)).date()


def next_monday() -> dt.date:
    """Return the day a new version may begin without hurry."""
    day = today()
    return day + dt.timedelta(days=7 - day.weekday())


def write(digest: str) -> Written:
    """Write the version a draft stands for."""
    edition = drafting.edition_at(digest)
    release = publishing.publish(edition, drafting.whole_at(digest), workspace().standards)
    return Written(release.content, edition.version, release.number)


def published(content: str) -> Edition | None:
    """Return a published version by the digest of its content."""
    home = workspace().standards
    found = next((each for each in publishing.releases(home) if each.content == content), None)
    return None if found is None else _opened(found, home)


@lru_cache(maxsize=16)
def _opened(release: publishing.Release, home: Path) -> Edition:
    return publishing.open_release(release, (home,))


def counting(decided: Sequence[StandardInForce], day: dt.date) -> Edition:
    """Return the edition that counts on a day by these decisions, the general standard where none has begun."""
    last = latest(decided, day)
    folder = workspace().standards
    if last is None:
        return _named(DEFAULT, folder, state_of(folder))
    if last.content:
        found = published(last.content)
        if found is not None:
            return found
    return _named(last.standard, folder, state_of(folder))


@lru_cache(maxsize=4)
def _named(standard: str, folder: Path, state: State) -> Edition:
    return open_edition(standard, (folder,))


def differences(before: Edition, digest: str) -> list[Change]:
    """Return in words how a draft differs from an edition."""
    return compare(before, drafting.edition_at(digest))


def decided_on_file() -> tuple[tuple[StandardInForce, ...], tuple[Announcement, ...]]:
    """Return what the workspace's files say already: the console takes it over."""
    found = workspace().decisions()
    return found.in_force, found.announcements


def hand_out(in_force: Iterable[StandardInForce], announced: Iterable[Announcement]) -> None:
    """Write what was decided where the command line reads it, each file whole or not at all."""
    folder = workspace().root / "decisions"
    folder.mkdir(exist_ok=True)
    _write(folder / "standard.jsonl", in_force)
    _write(folder / "announcement.jsonl", announced)


def _write(path: Path, records: Iterable[msgspec.Struct]) -> None:
    content = b"".join(msgspec.json.encode(each) + b"\n" for each in records)
    if (path.read_bytes() if path.is_file() else b"") == content:
        return
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)


def people_on_duty() -> list[str]:
    """Return the names in the duty table, who are bound by a standard."""
    return list(dict.fromkeys(duty.person for duty in workspace().decisions().duties))
