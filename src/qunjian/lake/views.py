"""DuckDB views of what is visible now: exactly the columns of model.schemas, plus the act that wrote the row."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from qunjian.engines.local import Session
from qunjian.lake.holding import holding
from qunjian.lake.tables import TABLES, empty_file, files
from qunjian.model.schemas import FACTS, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from qunjian.lake.visibility import Visible
    from qunjian.model.records import ActKind

# Acts whose rows are payloads: imports, and undos that copied what other imports claim.
_PAYLOAD: tuple[ActKind, ...] = ("import", "undo")
# The key of a state: of all visible rows with one key, the newest observation counts.
_STATE_KEY = {
    "roster": ("community_id", "account_id"),
    "community": ("community_id",),
    "channel": ("community_id", "channel_id"),
    "size_snapshot": ("community_id", "at"),
    "platform_count": ("community_id", "at", "measure"),
    "survey_answer": ("survey_id", "account_id", "question"),
}


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def columns(names: Iterable[str], of: str = "") -> str:
    """Return a list of SQL columns, each of the relation `of` when one is named."""
    return ", ".join((f"{of}." if of else "") + quoted(name) for name in names)


def scan(root: Path, table: str, *, options: str = "", only: Sequence[str] | None = None) -> str:
    """Return the SQL relation of all rows on disk of a table, visible or not; an explicit, whole set of columns."""
    found = files(root, table) if only is None else only
    paths = ", ".join(literal(path) for path in (str(empty_file(root, table)), *found))
    return f"read_parquet([{paths}], union_by_name=true{options})"


def of_acts(acts: Sequence[str]) -> str:
    """Return the SQL condition that a row belongs to one of these acts."""
    return f"act_id IN ({', '.join(map(literal, acts))})" if acts else "false"


def written_by(root: Path, table: str, visible: Visible, acts: Sequence[str]) -> str:
    """Return the SQL relation and condition, fit for a FROM, of the rows that these visible acts wrote."""
    found, only = holding(root, table, visible, acts)
    return f"{scan(root, table, only=found)} t WHERE {'true' if only else of_acts(acts)}"


def plain_session(root: Path, *, memory_mb: int = 256, threads: int = 2) -> Session:
    """Return a session without views, for work on the rows on disk; it may spill beside the lake."""
    return Session(root / "spill" / f"{os.getpid()}-{secrets.token_hex(4)}", memory_mb=memory_mb, threads=threads)


def open_session(root: Path, visible: Visible, *, memory_mb: int = 256, threads: int = 2) -> Session:
    """Return a session whose views all show the same visible acts."""
    session = plain_session(root, memory_mb=memory_mb, threads=threads)
    payload, imports = visible.of(*_PAYLOAD), visible.of("import")
    for fact in FACTS:
        _view(session, f"payload_{fact}", TABLES[fact].names, written_by(root, fact, visible, payload))
    for table in ("claim", "document", "media"):
        _view(session, table, TABLES[table].names, written_by(root, table, visible, imports))
    for fact, schema in FACTS.items():
        _winners(session, root, fact, schema)
    for state, schema in STATES.items():
        _newest(session, written_by(root, state, visible, imports), state, schema)
    for table in ("finding", "indicator_value"):
        computed = written_by(root, table, visible, visible.of("inspect", "fill"))
        _view(session, table, TABLES[table].names, f"{computed}{_current(table, visible)}")
    # What was read of a file whose every import was undone is seen by nobody, and goes with the next compaction.
    held = "EXISTS (SELECT 1 FROM media m WHERE m.digest = t.digest)"
    read = f"{written_by(root, 'media_reading', visible, visible.of('inspect', 'fill'))} AND {held}"
    _view(session, "media_reading", TABLES["media_reading"].names, read)
    _view(session, "act", TABLES["act"].names, f"{scan(root, 'act')} WHERE {of_acts(visible.of())}")
    return session


def _current(table: str, visible: Visible) -> str:
    """Return the condition that leaves out findings whose message was undone, erased or edited since."""
    kinds = [act.kind for act in visible.acts]
    inspected = kinds.index("inspect") if "inspect" in kinds else len(kinds)
    if table != "finding" or not {"import", "undo"} & set(kinds[inspected:]):
        return ""
    same = " AND ".join(f"m.{name} = t.{name}" for name in ("scope", "message_id", "content_hash"))
    return f" AND EXISTS (SELECT 1 FROM message m WHERE {same})"


def _view(session: Session, name: str, names: Iterable[str], relation: str) -> None:
    session.connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT {columns(names)} FROM {relation}")


def _winners(session: Session, root: Path, fact: str, schema: pa.Schema) -> None:
    """Define the view of a fact; where a key has several contents, only the winner stands in it."""
    run = session.connection.execute
    keys = f"SELECT DISTINCT scope, message_id FROM {scan(root, 'contested')} WHERE fact = {literal(fact)}"
    run(f"CREATE TABLE contested_{fact} AS {keys}")
    count = run(f"SELECT count(*) FROM contested_{fact}").fetchone()
    if not count or not count[0]:
        _view(session, fact, TABLES[fact].names, f"payload_{fact}")
        return
    run(losers(fact, schema))
    beaten = "l.scope = p.scope AND l.message_id = p.message_id AND l.content_hash = p.content_hash"
    _view(
        session,
        fact,
        TABLES[fact].names,
        f"payload_{fact} p WHERE NOT EXISTS (SELECT 1 FROM loser_{fact} l WHERE {beaten})",
    )


def losers(fact: str, schema: pa.Schema) -> str:
    """Return the SQL that lists the contents which lost.

    The newest observed wins, then the last edited (a log of events holds a message and its edits), then the richer,
    then the hash.
    """
    edited = "edited_at" if "edited_at" in schema.names else "NULL::TIMESTAMPTZ"
    richness = " + ".join(
        f"(coalesce(len({quoted(f.name)}), 0) > 0)::INT"
        if "list" in str(f.type)
        else f"({quoted(f.name)} IS NOT NULL)::INT"
        for f in schema
    )
    return f"""
        CREATE TABLE loser_{fact} AS
        WITH seen AS (
            SELECT c.scope, c.message_id, c.content_hash, max(d.observed_at) AS observed_at
            FROM claim c SEMI JOIN contested_{fact} k ON c.scope = k.scope AND c.message_id = k.message_id
            JOIN document d ON c.act_id = d.act_id AND c.document = d.document
            WHERE c.fact = {literal(fact)} GROUP BY ALL
        ), held AS (
            SELECT p.scope, p.message_id, p.content_hash, {edited} AS edited_at, {richness} AS richness
            FROM payload_{fact} p SEMI JOIN contested_{fact} k ON p.scope = k.scope AND p.message_id = k.message_id
        )
        SELECT scope, message_id, content_hash FROM held LEFT JOIN seen USING (scope, message_id, content_hash)
        QUALIFY row_number() OVER (
            PARTITION BY scope, message_id
            ORDER BY observed_at DESC NULLS LAST, edited_at DESC NULLS LAST, richness DESC, content_hash DESC) > 1
    """


def _newest(session: Session, written: str, state: str, schema: pa.Schema) -> None:
    """Define the view of a state: for each key, field by field, the newest observation that is not null."""
    keys = _STATE_KEY[state]
    rows = f"(SELECT * FROM {written})"
    time = "coalesce(observed_at, '-infinity'::TIMESTAMPTZ)" if "observed_at" in schema.names else "true"
    picks = {name: f"arg_max({quoted(name)}, {{'at': {time}, 'said': {quoted(name)}}})" for name in schema.names}
    picks |= {name: quoted(name) for name in keys} | {"act_id": "min(act_id)"}
    having = ""
    if "complete" in schema.names:
        # Who is missing from a newer roster that lists everyone is no longer in it; who stands in it has not left.
        whole = "max(observed_at) FILTER (complete) OVER (PARTITION BY community_id) AS whole"
        rows = f"(SELECT *, {whole} FROM {rows})"
        listed = "coalesce(bool_or(complete AND observed_at IS NOT DISTINCT FROM whole), false)"
        picks["complete"] = listed
        picks["observed_at"] = f"CASE WHEN {listed} THEN max(whole) ELSE max(observed_at) END"
        since = "whole IS NULL OR observed_at >= whole OR observed_at IS NULL"
        picks["left_at"] = f"{picks['left_at']} FILTER ({since})"
        having = "HAVING bool_or(whole IS NULL OR coalesce(observed_at >= whole, false))"
    select = ", ".join(f"{picks[name]} AS {quoted(name)}" for name in TABLES[state].names)
    relation = f"(SELECT {select} FROM {rows} seen GROUP BY {columns(keys, 'seen')} {having})"
    _view(session, state, TABLES[state].names, relation)
