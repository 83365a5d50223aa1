"""Erasure of an account: tombstone first, then every table on disk, then the old files and logs themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.intake import BLOT
from qunjian.lake.records import EraseCounts
from qunjian.lake.rewriting import exchange
from qunjian.lake.tables import TABLES, files, purge
from qunjian.lake.tombstones import Tombstones, bury
from qunjian.lake.views import literal, plain_session, quoted, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting

# Tables that name accounts. Messages go last: a killed erasure finds there again what it has to look for.
_ACCOUNT_TABLES = ("indicator_value", "finding", "roster", "membership", "message")


def erase(act: Acting, account_id: str, tombstones: Tombstones) -> EraseCounts:
    """Erase an account everywhere in the lake; what is already half erased is finished by the same call."""
    mark = bury(act, tombstones, account_id)
    session = plain_session(act.root)
    try:
        traces = _traces(session, act, account_id)
        counts = _Eraser(session, act, account_id, traces).run()
    finally:
        session.close()
    shutil.rmtree(act.root / "spill", ignore_errors=True)  # what a killed session may have left there
    for table in TABLES:
        purge(act.root, table)
    act.commit({"mark": mark.hex()}, msgspec.to_builtins(counts))
    return counts


def unfinished(act: Acting, tombstones: Tombstones) -> list[str]:
    """Return the accounts whose erasure was killed before its end, as far as they still stand in the lake."""
    done = {str(one.parameters.get("mark")) for one in act.visible.acts if one.kind == "erase"}
    pending = {mark for mark in tombstones.marks if mark.hex() not in done}
    if not pending:
        return []
    session = plain_session(act.root)
    try:
        parts = " UNION ".join(f"SELECT account_id FROM {scan(act.root, table)}" for table in _ACCOUNT_TABLES)
        found: list[str] = []
        for batch in session.batches(f"SELECT DISTINCT account_id FROM ({parts}) WHERE account_id IS NOT NULL"):
            found += [name for name in batch.column(0).to_pylist() if tombstones.mark(name) in pending]
    finally:
        session.close()
    return found


class _Traces(msgspec.Struct, frozen=True):
    """What to look for: the account's id, the names it went by, and words that hold them in free text."""

    account_id: str
    names: list[str]

    @property
    def calls(self) -> list[str]:
        """Return the ways others call this account in a text, longest first."""
        return sorted(("@" + name for name in self.names), key=len, reverse=True)

    @property
    def words(self) -> list[str]:
        """Return what must not stand in file names, warnings or parameters, longest first."""
        native = self.account_id.split(":", 1)[-1].removeprefix("name:")
        return sorted({w for w in (self.account_id, native, *self.names) if len(w) > 1}, key=len, reverse=True)


def _traces(session: Session, act: Acting, account_id: str) -> _Traces:
    names: set[str] = set()
    for table, column, condition in (
        ("message", "name_then", "account_id = $1"),
        ("membership", "name_then", "account_id = $1"),
        ("membership", "detail", "account_id = $1 AND kind = 'renamed'"),
        ("roster", "name", "account_id = $1"),
    ):
        query = f"SELECT DISTINCT {column} FROM {scan(act.root, table)} WHERE {condition}"
        names |= {name for (name,) in session.connection.execute(query, [account_id]).fetchall() if name}
    return _Traces(account_id, sorted(names))


class _Eraser:
    """The rewriting of all tables for one account."""

    def __init__(self, session: Session, act: Acting, account_id: str, traces: _Traces) -> None:
        self._session = session
        self._act = act
        self._traces = traces
        self._blotted = 0
        run = session.connection.execute
        run("CREATE TABLE gone_key (fact VARCHAR, scope VARCHAR, message_id VARCHAR)")
        for fact in ("message", "membership"):
            run(
                f"INSERT INTO gone_key SELECT DISTINCT {literal(fact)}, scope, message_id "
                f"FROM {scan(act.root, fact)} WHERE account_id = ?",
                [account_id],
            )

    def run(self) -> EraseCounts:
        """Rewrite the tables, dependents first."""
        account = literal(self._traces.account_id)
        own = f"account_id = {account}"
        key = "(fact, scope, message_id) IN (SELECT fact, scope, message_id FROM gone_key)"
        message = "(scope, message_id) IN (SELECT scope, message_id FROM gone_key WHERE fact = 'message')"
        claims = self._drop("claim", key)
        self._drop("contested", key)
        findings = self._drop("finding", f"({own} OR {message})")
        values = self._drop("indicator_value", own)
        self._free_text()
        roster = self._drop("roster", own, {"inviter": f"nullif(inviter, {account})"}, f"inviter = {account}")
        actor = {"actor_id": f"nullif(actor_id, {account})"}
        membership = self._drop("membership", own, actor, f"actor_id = {account}")
        messages = self._messages(own, account)
        return EraseCounts(
            act_id=self._act.act_id, messages=messages, membership=membership, roster=roster, findings=findings,
            values=values, claims=claims, blotted=self._blotted,
        )  # fmt: skip

    def _messages(self, own: str, account: str) -> int:
        calls = self._traces.calls
        names = ", ".join(map(literal, [self._traces.account_id, *self._traces.names]))
        forwarded = f"forwarded_from IN ({names})"
        blots = {
            "mentions": f"list_filter(mentions, lambda x: x != {account})",
            "forwarded_from": f"CASE WHEN {forwarded} THEN {literal(BLOT)} ELSE forwarded_from END",
            "text": _masked("text", calls),
        }
        called = [f"contains(text, {literal(call)})" for call in calls]
        touched = " OR ".join([f"list_contains(mentions, {account})", forwarded, *called])
        return self._drop("message", own, blots, touched)

    def _free_text(self) -> None:
        """Blot the account out of names, warnings and parameters written by programs."""
        for table, names in {
            "document": ("name", "rejects", "warnings"),
            "community": ("name",),
            "channel": ("name",),
            "act": ("parameters", "counts"),
            "finding": ("detail",),
        }.items():
            words = self._traces.words
            holds = " OR ".join(f"contains({quoted(n)}, {literal(w)})" for n in names for w in words)
            self._drop(table, "false", {n: _masked(quoted(n), words) for n in names}, holds)

    def _drop(self, table: str, gone: str, blots: dict[str, str] | None = None, touched: str = "false") -> int:
        """Drop the rows meeting `gone`, blot those meeting `touched`, in the files that have any; count the dropped."""
        found = files(self._act.root, table)
        if not found:
            return 0
        paths = ", ".join(map(literal, found))
        counted = self._session.connection.execute(
            f"SELECT filename, count(*) FILTER (coalesce({gone}, false)), count(*) FROM "
            f"read_parquet([{paths}], union_by_name=true, filename=true) "
            f"WHERE coalesce({gone}, false) OR coalesce({touched}, false) GROUP BY filename"
        ).fetchall()
        names = {Path(name).name for name, _, _ in counted}
        old = [path for path in found if Path(path).name in names]
        exchange(self._session, self._act, table, old, f"NOT coalesce({gone}, false)", changed=blots)
        dropped = sum(int(row[1]) for row in counted)
        self._blotted += sum(row[2] for row in counted) - dropped
        return dropped


def _masked(expression: str, words: Sequence[str]) -> str:
    """Return SQL that replaces each word by as many stars as it has characters, so that spans stay true."""
    for word in words:
        expression = f"replace({expression}, {literal(word)}, {literal('＊' * len(word))})"
    return expression
