"""Erases an account from a workspace: finds who is meant, clears the lake, and says what lies outside its reach."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.lake.records import EraseCounts
    from qunjian.workspace import Workspace


class Erased(msgspec.Struct, frozen=True):
    """What was erased, and the reports that may still name the account: they are the person's to delete."""

    counts: EraseCounts
    account_id: str
    reports: list[str]


def erase_account(workspace: Workspace, name: str) -> Erased:
    """Erase the account with that id (or its id without the platform, when only one has it)."""
    spare_pandas()
    account_id = find_account(workspace, name)
    counts = workspace.lake.erase(account_id)
    for path in workspace.cache.iterdir():  # whatever was computed may hold the account, and can be made again
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    reports = sorted(str(path.relative_to(workspace.root)) for path in workspace.reports.rglob("*") if path.is_file())
    return Erased(counts, account_id, reports)


def find_account(workspace: Workspace, name: str) -> str:
    """Return the account id a person means; raises with the nearest, or when several accounts answer to it."""
    session = workspace.lake.session()
    try:
        known: set[str] = {
            account
            for table in ("message", "membership", "roster")
            for (account,) in session.connection.execute(
                f"SELECT DISTINCT account_id FROM {table} WHERE account_id IS NOT NULL"  # noqa: S608
            ).fetchall()
        }
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
