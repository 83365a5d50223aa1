"""Identity: suggests which accounts are one person, and keeps what people decide as lines that are only ever added."""

from __future__ import annotations

import os
import secrets
from itertools import product
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.insight.doubles import Double, doubles
from qunjian.insight.identity import Known, Suggestion, suggest
from qunjian.lake.lock import writing
from qunjian.model.decisions import Identity
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.persons import apart, groups, is_exporter, joined, named, standing
from qunjian.runs.erasing import find_account
from qunjian.runs.report_facts import fetched
from qunjian.sources.decisions import read_decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from qunjian.engines.local import Session
    from qunjian.model.persons import Documents
    from qunjian.workspace import Workspace


class Shown(msgspec.Struct, frozen=True):
    """A suggestion with the names of both accounts, for people to judge."""

    suggestion: Suggestion
    names: tuple[tuple[str, ...], tuple[str, ...]]


def suggestions(workspace: Workspace) -> tuple[Shown, ...]:
    """Return what may be one person, strongest first."""
    spare_pandas()
    session = workspace.lake.session()
    try:
        found, known = _suggested(session, _log(workspace))
    finally:
        session.close()
    return tuple(Shown(one, (known[one.accounts[0]].names, known[one.accounts[1]].names)) for one in found)


def suspected_doubles(workspace: Workspace) -> tuple[Double, ...]:
    """Return messages that two exports seem to have brought twice; those joined by an accepted merge left out."""
    spare_pandas()
    session = workspace.lake.session()
    try:
        people = groups(_log(workspace))
        return tuple(
            one
            for one in doubles(session)
            if one.one == one.other or not any({one.one, one.other} <= set(g) for g in people)
        )
    finally:
        session.close()


def accept(workspace: Workspace, words: Sequence[str], *, by: str, note: str = "") -> Identity:
    """Decide that two accounts are one person; raises where they are two contacts of one source."""
    return _decide(workspace, "accept", words, by, note)


def refuse(workspace: Workspace, words: Sequence[str], *, by: str, note: str = "") -> Identity:
    """Decide that two accounts are not one person: they are not suggested again."""
    return _decide(workspace, "refuse", words, by, note)


def undo(workspace: Workspace, decision: str, *, by: str, note: str = "") -> Identity:
    """Take a decision back."""
    with _deciding(workspace):
        stand = {entry.id: entry for entry in standing(_log(workspace)).values()}
        if decision not in stand:
            raise UnknownNameError(Phrase("有效的身份决定", "identity decision that stands"), decision, stand)
        entry = Identity(_new_id(), "undo", workspace.clock(), by, stand[decision].accounts, decision, note=note)
        _append(workspace, entry)
    return entry


def decisions(workspace: Workspace) -> tuple[list[tuple[str, ...]], list[Identity]]:
    """Return the persons of several accounts, and the decisions that stand, oldest first."""
    log = _log(workspace)
    return groups(log), sorted(standing(log).values(), key=lambda entry: (entry.at, entry.id))


def _decide(
    workspace: Workspace, act: Literal["accept", "refuse"], words: Sequence[str], by: str, note: str
) -> Identity:
    spare_pandas()
    with _deciding(workspace):
        log = _log(workspace)
        one, other, suggestion = _pair(workspace, words, log)
        own, others = joined(one, other, groups(log))
        if own == others:
            entry = standing(log).get(frozenset((one, other)))
            raise BadInputError(
                Phrase("这两个账号已经算作同一个人", "these two accounts are one person already"),
                todo=Phrase(
                    f"要分开，先撤销：qunjian identity undo {entry.id if entry else '编号'}",
                    f"to part them, undo first: qunjian identity undo {entry.id if entry else 'ID'}",
                ),
            )
        if act == "accept":
            _require_joinable(workspace, own, others, log)
        entry = Identity(
            _new_id(), act, workspace.clock(), by, tuple(sorted((one, other))),
            strength=suggestion.strength if suggestion else "",
            evidence=tuple(each.kind for each in suggestion.evidence) if suggestion else (),
            note=note,
        )  # fmt: skip
        _append(workspace, entry)
    return entry


def _pair(workspace: Workspace, words: Sequence[str], log: Sequence[Identity]) -> tuple[str, str, Suggestion | None]:
    """Return the pair meant: two accounts, or the id of a suggestion."""
    if len(words) == 2:
        one, other = (find_account(workspace, word) for word in words)
        if one == other:
            raise BadInputError(Phrase("这是同一个账号", "this is one account"), where=one)
    session = workspace.lake.session()
    try:
        found, _ = _suggested(session, log)
    finally:
        session.close()
    by_id = {each.id: each for each in found}
    if len(words) == 2:
        return one, other, next((each for each in found if set(each.accounts) == {one, other}), None)
    if len(words) != 1 or words[0] not in by_id:
        raise UnknownNameError(Phrase("建议", "suggestion"), " ".join(words), by_id)
    return *by_id[words[0]].accounts, by_id[words[0]]


def _require_joinable(workspace: Workspace, own: Sequence[str], others: Sequence[str], log: Sequence[Identity]) -> None:
    exporter = next((account for account in (*own, *others) if is_exporter(account)), None)
    if exporter is not None:
        raise BadInputError(
            Phrase(
                "这是“谁导出谁就是它”的账号，不是固定的人", "this account is whoever made the export, not one person"
            ),
            where=exporter,
        )
    session = workspace.lake.session()
    try:
        documents = _documents(session, [account for account in (*own, *others) if named(account)])
    finally:
        session.close()
    decided = standing(log)
    for one, other in product(own, others):
        if apart(one, other, documents):
            raise BadInputError(
                Phrase("同一来源里的两个联系人不会是同一个人", "two contacts of one source are never one person"),
                where=f"{one} + {other}",
            )
        entry = decided.get(frozenset((one, other)))
        if entry is not None and entry.act == "refuse" and (len(own), len(others)) != (1, 1):
            raise BadInputError(
                Phrase("其中一对曾被判定为不是同一个人", "a pair of these was refused"),
                where=f"{one} + {other}",
                todo=Phrase(
                    f"先撤销：qunjian identity undo {entry.id}", f"undo it first: qunjian identity undo {entry.id}"
                ),
            )


def _suggested(session: Session, log: Sequence[Identity]) -> tuple[tuple[Suggestion, ...], dict[str, Known]]:
    known = _known(session)
    found = [each for each in doubles(session) if not each.rounded]  # the same words in one minute prove no person
    asked = {account for each in found for account in (each.one, each.other) if named(account)}
    asked |= {account for group in groups(log) for account in group if named(account)}
    return suggest(known.values(), found, _documents(session, sorted(asked)), log), known


def _known(session: Session) -> dict[str, Known]:
    rows = fetched(
        session,
        """
        WITH seen AS (
            SELECT account_id, community_id, name_then AS name FROM message
            UNION SELECT account_id, community_id, name_then FROM membership
            UNION SELECT account_id, community_id, detail FROM membership WHERE kind = 'renamed'
            UNION SELECT account_id, community_id, name FROM roster
        )
        SELECT account_id, list_sort(list(DISTINCT name) FILTER (name IS NOT NULL AND name <> '')),
               list_sort(list(DISTINCT community_id))
        FROM seen WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY 1
        """,
    )
    return {account: Known(account, tuple(names or ()), tuple(communities)) for account, names, communities in rows}


def _documents(session: Session, accounts: Sequence[str]) -> Mapping[str, set[Documents]]:
    """Return which exports show each of these accounts."""
    found: dict[str, set[Documents]] = {}
    if accounts:
        rows = fetched(
            session,
            "SELECT DISTINCT m.account_id, c.act_id, c.document FROM message m JOIN claim c ON c.fact = 'message' "
            "AND c.scope = m.scope AND c.message_id = m.message_id WHERE list_contains($1, m.account_id)",
            [list(accounts)],
        )
        for account, act, document in rows:
            found.setdefault(account, set()).add((act, document))
    return found


def _log(workspace: Workspace) -> tuple[Identity, ...]:
    return read_decisions(workspace.root / "decisions").identities


def _deciding(workspace: Workspace) -> AbstractContextManager[None]:
    return writing(workspace.root / "decisions", "identity")


def _new_id() -> str:
    return f"id-{secrets.token_hex(4)}"


def _append(workspace: Workspace, entry: Identity) -> None:
    """Add one line, whole or not at all, on disk when this returns."""
    path = workspace.root / "decisions" / "identity.jsonl"
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = size > 0 and (os.lseek(handle, size - 1, os.SEEK_SET), os.read(handle, 1))[1] != b"\n"
        os.write(handle, (b"\n" if torn else b"") + msgspec.json.encode(entry) + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
