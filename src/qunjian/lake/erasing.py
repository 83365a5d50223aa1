"""Erasure of an account: written down first, then done to every table on disk, then the old files and logs go.

Its rows stay, under an id that leads nowhere and without words, names or hashes: what was counted stays counted.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import json

from qunjian.lake.acting import PENDING
from qunjian.lake.beside import Beside, clear, replace
from qunjian.lake.intake import BLOT
from qunjian.lake.quotes import amend
from qunjian.lake.records import EraseCounts
from qunjian.lake.rewriting import exchange
from qunjian.lake.tables import TABLES, files, purge
from qunjian.lake.tombstones import Tombstones, bury
from qunjian.lake.traces import LEAST_ID, Traces, exchanged, holds, starred, traces
from qunjian.lake.views import literal, plain_session, quoted, scan
from qunjian.model.persons import native, owned_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.engines.local import Session
    from qunjian.lake.acting import Acting

# Free text that programs write about a document, a community or an act.
_ABOUT = {
    "document": ("name", "rejects", "warnings", "communities"),
    "community": ("name",),
    "channel": ("name",),
    "act": ("parameters", "counts"),
    "finding": ("detail",),
}
_PLACES = ("scope", "community_id", "channel_id", "thread_id")  # a private chat bears the id of the other side


class Pending(msgspec.Struct, frozen=True):
    """An erasure under way, as it stands in a file until it is done: whoever is killed is continued by this."""

    account_id: str
    names: tuple[str, ...]
    alias: str
    secret: str
    quotes: bool

    @property
    def run(self) -> str:
        """Return what the finished act is known by."""
        return hashlib.blake2b(self.secret.encode(), digest_size=16).hexdigest()


def begin(act: Acting, account_id: str, *, quotes: bool = True) -> Pending:
    """Write down what is to be erased; from here on it will be, by this process or the next writer."""
    session = plain_session(act.root)
    try:
        found = traces(session, act.root, account_id, quotes=False)
    finally:
        session.close()
    platform = account_id.split(":", 1)[0]
    alias = f"{platform}:erased-{secrets.token_hex(8)}"
    pending = Pending(account_id, found.names, alias, secrets.token_hex(16), quotes)
    replace(act.root / PENDING, json.encode(pending))
    return pending


def unfinished(act: Acting) -> Pending | None:
    """Return the erasure that was cut off before its end, if there is one."""
    path = act.root / PENDING
    if not path.exists():
        return None
    pending = json.decode(path.read_bytes(), type=Pending)
    if any(one.parameters.get("run") == pending.run for one in act.visible.acts):
        path.unlink()
        return None
    return pending


def erase(act: Acting, pending: Pending, tombstones: Tombstones, beside: Beside) -> EraseCounts:
    """Erase an account everywhere in the lake and beside it; what is half erased is finished by the same call."""
    bury(act, tombstones, pending.account_id, pending.names)
    clear(beside, pending.account_id, Traces(pending.account_id, pending.names).instead(pending.alias))
    session = plain_session(act.root)
    try:
        counts = _Eraser(session, act, pending).run()
    finally:
        session.close()
    shutil.rmtree(act.root / "spill", ignore_errors=True)  # what a killed session may have left there
    for table in TABLES:
        purge(act.root, table)
    act.commit({"run": pending.run}, msgspec.to_builtins(counts))
    (act.root / PENDING).unlink()
    return counts


class _Eraser:
    """The rewriting of all tables for one account. Messages go last: they say which keys and words to look for."""

    def __init__(self, session: Session, act: Acting, pending: Pending) -> None:
        self._session = session
        self._act = act
        self._alias = literal(pending.alias)
        self._pending = pending
        self._account = literal(pending.account_id)
        self._own = f"account_id = {self._account}"
        self._traces = Traces(pending.account_id, pending.names)
        self._quotes = pending.quotes
        self._secret = literal(pending.secret)
        self._blotted = 0
        session.connection.execute(
            "CREATE TABLE gone_key (fact VARCHAR, scope VARCHAR, message_id VARCHAR, content_hash BLOB)"
        )
        for fact in ("message", "membership"):
            session.connection.execute(
                f"INSERT INTO gone_key SELECT DISTINCT {literal(fact)}, scope, message_id, content_hash "
                f"FROM {scan(act.root, fact)} WHERE {self._own}"
            )
        session.connection.execute(
            f"CREATE TABLE gone_file AS SELECT DISTINCT digest FROM {scan(act.root, 'media')} "
            f"WHERE {self._own} AND digest IS NOT NULL"
        )
        amend(session, act.root, self._traces, quotes=pending.quotes)

    def run(self) -> EraseCounts:
        """Rewrite the tables, dependents first."""
        exact = (
            "(fact, scope, message_id, content_hash) IN (SELECT fact, scope, message_id, content_hash FROM gone_key)"
        )
        key = "(fact, scope, message_id) IN (SELECT fact, scope, message_id FROM gone_key)"
        claims = self._rewrite(
            "claim", exact, {"message_id": self._new_id("message_id"), "content_hash": self._new_hash()}
        )
        self._rewrite("contested", key, {"message_id": self._new_id("message_id")})
        findings = self._rewrite("finding", self._own, {
            "account_id": self._alias, "message_id": self._new_id("message_id"), "content_hash": self._new_hash(),
            "spans": "[]", "detail": "NULL",
        })  # fmt: skip
        values = self._rewrite("indicator_value", self._own, {"account_id": self._alias})
        self._about()
        self._media()
        roster = self._rewrite(
            "roster", self._own, {"account_id": self._alias, "name": "NULL"},
            {"inviter": self._renamed("inviter"), "scene": self._masked("scene")},
            f"inviter = {self._account} OR {holds(['scene'], self._traces.words)}",
        )  # fmt: skip
        self._rewrite(
            "survey_answer", self._own, {"account_id": self._alias, "answer": "NULL"},
            {"answer": self._masked("answer")}, holds(["answer"], self._traces.words),
        )  # fmt: skip
        membership = self._rewrite(
            "membership", self._own,
            {"account_id": self._alias, "name_then": "NULL", "detail": "NULL",
             "message_id": self._new_id("message_id"), "content_hash": self._new_hash()},
            {"actor_id": self._renamed("actor_id"), "detail": self._masked("detail")},
            f"actor_id = {self._account} OR {holds(['detail'], self._traces.words)}",
        )  # fmt: skip
        messages = self._messages()
        for table in TABLES:
            self._places(table)
        return EraseCounts(
            act_id=self._act.act_id, messages=messages, membership=membership, roster=roster, findings=findings,
            values=values, claims=claims, blotted=self._blotted,
        )  # fmt: skip

    def _messages(self) -> int:
        words = self._traces.spoken(quotes=self._quotes)
        called = ", ".join(map(literal, [*self._traces.ids, *self._traces.names]))
        answers = "(scope, reply_to) IN (SELECT scope, message_id FROM gone_key WHERE fact = 'message')"
        parts = "kind := a.kind, name := {}, size := {}, digest := {}"
        named = f"(forwarded_from IN ({called}) OR {holds(['forwarded_from'], self._traces.words)})"
        quoting = "(SELECT q.text FROM amended q WHERE (q.scope, q.message_id, q.content_hash) = {})"
        amended = quoting.format("(source.scope, source.message_id, source.content_hash)")
        mentions = f"list_transform(mentions, lambda x: CASE WHEN x IN ({called}) THEN {self._alias} ELSE x END)"
        # A quote by author and minute names the author: by id from now on, which is the alias.
        answered = (
            f"CASE WHEN {answers} THEN {self._new_id('reply_to')} "
            f"WHEN {self._traces.quoting} THEN split_part(reply_to, '|', 1) || '||' || {self._alias} ELSE reply_to END"
        )
        emptied = {
            "account_id": self._alias, "name_then": "NULL", "text": "NULL", "forwarded_from": "NULL",
            "attachments": f"list_transform(attachments, lambda a: struct_pack({parts.format(*['NULL'] * 3)}))",
            "message_id": self._new_id("message_id"), "content_hash": self._new_hash(),
            "mentions": mentions, "reply_to": answered,
        }  # fmt: skip
        files_named = parts.format(starred("a.name", words), "a.size", "a.digest")
        changed = {
            "text": starred(f"coalesce({amended}, text)", words),
            "forwarded_from": f"CASE WHEN {named} THEN {literal(BLOT)} ELSE forwarded_from END",
            "attachments": f"list_transform(attachments, lambda a: struct_pack({files_named}))",
            "mentions": mentions, "reply_to": answered,
        }  # fmt: skip
        return self._rewrite(
            "message", self._own, emptied, changed,
            f"{holds(['text', 'attachments::VARCHAR'], words)} OR {named} OR {answers} OR {self._traces.quoting} "
            f"OR list_has_any(mentions, [{called}]) "
            "OR (scope, message_id, content_hash) IN (SELECT scope, message_id, content_hash FROM amended)",
        )  # fmt: skip

    def _media(self) -> None:
        """Forget where the account's files lie and what was read from them; others' files are read again if need be.

        Readings go first: the places say whose the files are.
        """
        nothing = dict.fromkeys(("digest", "codes", "likeness", "text", "width", "height"), "NULL")
        self._rewrite(
            "media_reading", "digest IN (SELECT digest FROM gone_file)", nothing,
            {name: self._masked(name) for name in ("codes", "text")}, holds(["codes", "text"], self._traces.words),
        )  # fmt: skip
        self._rewrite(
            "media", self._own,
            {"account_id": self._alias, "message_id": self._new_id("message_id"), "content_hash": self._new_hash(),
             "name": "NULL", "root": "NULL", "path": "NULL", "size": "NULL", "digest": "NULL", "absent": "'erased'"},
            {name: self._masked(name) for name in ("name", "root", "path")},
            holds(["name", "root", "path"], self._traces.words),
        )  # fmt: skip

    def _about(self) -> None:
        """Blot the account out of names, warnings and parameters written by programs."""
        named = {"name": exchanged("name", self._traces.native, native(self._pending.alias))}
        self._rewrite("community", f"community_id = {literal(self._traces.owned)}", named)
        for table, names in _ABOUT.items():
            columns = [quoted(name) for name in names]
            changes = {name: self._masked(quoted(name)) for name in names}
            self._rewrite(table, "false", {}, changes, holds(columns, [*self._traces.words, self._traces.owned]))

    def _places(self, table: str) -> None:
        """Rename a private chat that bears the account's id, and what stands for all groups it owns."""
        own, names = self._traces.native, [name for name in TABLES[table].names if name in _PLACES]
        if not names:
            return
        new = f"CASE WHEN part = {literal(own)} THEN split_part({self._alias}, ':', 2) ELSE part END"
        renamed = f"array_to_string(list_transform(string_split({{}}, ':'), lambda part: {new}), ':')"
        parts = [
            f"list_contains(string_split({quoted(name)}, ':'), {literal(own)})"
            if len(own) >= LEAST_ID
            else f"{quoted(name)} = {literal(self._traces.owned)}"
            for name in names
        ]
        changes = {
            n: f"CASE WHEN {part} THEN {renamed.format(quoted(n))} ELSE {quoted(n)} END"
            for n, part in zip(names, parts, strict=True)
        }
        self._rewrite(table, "false", {}, changes, " OR ".join(parts))

    def _masked(self, expression: str) -> str:
        owned, new = (json.encode(name).decode() for name in (self._traces.owned, owned_by(self._pending.alias)))
        expression = f"replace({expression}, {literal(owned)}, {literal(new)})"
        expression = exchanged(expression, self._traces.account_id, self._pending.alias)
        return starred(expression, self._traces.words, json=True)

    def _renamed(self, column: str) -> str:
        return f"CASE WHEN {column} = {self._account} THEN {self._alias} ELSE {column} END"

    def _new_hash(self) -> str:
        return f"unhex(substr(sha256({self._secret} || hex(content_hash)), 1, 32))"

    def _new_id(self, column: str) -> str:
        """Return SQL for an id that cannot be computed from the account or its words; a plain number stays."""
        own = self._traces.native
        betrays = f"starts_with({column}, '~')"
        if len(own) >= LEAST_ID:
            betrays += f" OR contains({column}, {literal(own)})"
        new = f"'~' || substr(sha256({self._secret} || {column}), 1, 32) || '.1'"
        return f"CASE WHEN {betrays} THEN {new} ELSE {column} END"

    def _rewrite(
        self,
        table: str,
        own: str,
        emptied: Mapping[str, str],
        changed: Mapping[str, str] | None = None,
        touched: str = "false",
    ) -> int:
        """Empty the account's own rows and change those of others that name it; returns how many were its own."""
        found = files(self._act.root, table)
        if not found:
            return 0
        source = scan(self._act.root, table, only=found, options=", filename=true")
        counted = self._session.connection.execute(
            f"SELECT filename, count(*) FILTER (coalesce({own}, false)), count(*) FROM {source} "
            f"WHERE coalesce({own}, false) OR coalesce({touched}, false) GROUP BY filename"
        ).fetchall()
        if not counted:
            return 0
        names = {Path(name).name for name, _, _ in counted}
        both = {}
        for name in {*emptied, *(changed or {})}:
            other = (changed or {}).get(name, quoted(name))
            both[name] = f"CASE WHEN coalesce({own}, false) THEN {emptied.get(name, quoted(name))} ELSE {other} END"
        exchange(self._session, self._act, table, [p for p in found if Path(p).name in names], "true", changed=both)
        mine = sum(int(row[1]) for row in counted)
        self._blotted += sum(row[2] for row in counted) - mine
        return mine
