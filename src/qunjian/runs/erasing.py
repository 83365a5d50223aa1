"""Erases an account from a workspace: finds who is meant, clears the lake, and says what lies outside its reach."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.persons import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qunjian.lake.records import EraseCounts
    from qunjian.workspace import Workspace


_PIECE, _OVERLAP, _LARGEST = 2**22, 1024, 2**27
# Wherever an account may be named, also one that never said a word.
_KNOWN = (
    *(f"SELECT DISTINCT account_id FROM {table}" for table in ("message", "membership", "roster", "survey_answer")),  # noqa: S608
    "SELECT DISTINCT actor_id FROM membership",
    "SELECT DISTINCT inviter FROM roster",
    "SELECT DISTINCT unnest(mentions) FROM message",
)


class Erased(msgspec.Struct, frozen=True):
    """What was erased; reports that may show the account (or were deleted); other files of the workspace naming it."""

    counts: EraseCounts
    account_id: str
    reports: list[str]
    reports_deleted: bool
    left: list[str]


def erase_account(workspace: Workspace, name: str, *, quotes: bool = True, reports: bool = False) -> Erased:
    """Erase the account with that id (or its id without the platform, when only one has it).

    `quotes`: mask its names and words in other people's texts too, not only calls by @; `reports`: delete all reports
    written so far, which may show it.
    """
    spare_pandas()
    account_id = find_account(workspace, name)
    words = workspace.lake.traces(account_id, quotes=False).words
    written = [path for path in workspace.reports.rglob("*") if path.is_file()]
    if reports:
        for path in written:
            path.unlink()
    counts = workspace.lake.erase(account_id, quotes=quotes)
    names = sorted(str(path.relative_to(workspace.root)) for path in written)
    return Erased(counts, account_id, names, reports, _naming(workspace, words))


def _naming(workspace: Workspace, words: list[str]) -> list[str]:
    """Return the people's own files in the workspace (exports, sheets, standards) that still name the account."""
    own = (workspace.lake.root, workspace.reports, workspace.cache)
    found = []
    for path in sorted(workspace.root.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(folder) for folder in own):
            marks = {coded for word in words for coded in (word.encode(), word.encode("gb18030", "replace"))}
            if any(_holds(content, marks) for content in _contents(path)):
                found.append(str(path.relative_to(workspace.root)))
    return found


def _holds(content: bytes, marks: set[bytes]) -> bool:
    return any(mark in content for mark in marks)


def _contents(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces that overlap, or the members of an archive or workbook."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size <= _LARGEST:
                    yield archive.read(member)
        return
    with path.open("rb") as file:
        before = b""
        while piece := file.read(_PIECE):
            yield before + piece
            before = piece[-_OVERLAP:]


def find_account(workspace: Workspace, name: str) -> str:
    """Return the account id a person means; raises with the nearest, or when several accounts answer to it."""
    spare_pandas()
    session = workspace.lake.session()
    try:
        known: set[str] = {
            account for query in _KNOWN for (account,) in session.connection.execute(query).fetchall() if account
        }
        owned = session.connection.execute("SELECT community_id FROM community").fetchall()
        known |= {owner for (community,) in owned if (owner := owner_of(community)) is not None}
    finally:
        session.close()
    if name in known:
        return name
    meant = sorted(account for account in known if account.split(":", 1)[-1] in (name, f"name:{name}"))
    if len(meant) == 1:
        return meant[0]
    if meant:
        several = "、".join(meant), ", ".join(meant)
        raise BadInputError(
            Phrase(f"“{name}”可能是：{several[0]}", f"'{name}' may be: {several[1]}"),
            todo=Phrase("写全账号", "write the whole account id"),
        )
    raise UnknownNameError(Phrase("账号", "account"), name, known)
