"""Finds an erased account's own words where others quote them: in answers to it, and beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from qunjian.lake.traces import LEAST_QUOTE, STAR, Traces, holds
from qunjian.lake.views import literal, scan

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.engines.local import Session

_AMENDED = pa.schema(
    [
        pa.field("scope", pa.string()),
        pa.field("message_id", pa.string()),
        pa.field("content_hash", pa.binary()),
        pa.field("text", pa.string()),
    ]
)


def amend(session: Session, root: Path, traces: Traces, *, quotes: bool) -> None:
    """Make the table `amended`: texts of others with the account's own words of some length starred out.

    Only where the message answers the account or names it: elsewhere equal words lead to nobody.
    """
    session.connection.execute(
        "CREATE TABLE amended (scope VARCHAR, message_id VARCHAR, content_hash BLOB, text VARCHAR)"
    )
    own = _own_texts(session, root, traces) if quotes else []
    if not own:
        return
    names = [name for name in (*traces.ids, *traces.names) if len(name) > 1]
    account = literal(traces.account_id)
    near = (
        f"account_id IS DISTINCT FROM {account} AND text IS NOT NULL AND ("
        "(scope, reply_to) IN (SELECT scope, message_id FROM gone_key WHERE fact = 'message') "
        f"OR {traces.quoting} OR list_contains(mentions, {account}) OR {holds(['text', 'forwarded_from'], names)})"
    )
    found = session.batches(f"SELECT scope, message_id, content_hash, text FROM {scan(root, 'message')} WHERE {near}")
    rows = []
    for batch in found:
        for row in batch.to_pylist():
            text = row["text"]
            for words in own:
                if words in text:
                    text = text.replace(words, STAR * len(words))
            if text != row["text"]:
                rows.append({**row, "text": text})
    if rows:
        session.connection.register("amended_rows", pa.Table.from_pylist(rows, schema=_AMENDED))
        session.connection.execute("INSERT INTO amended SELECT DISTINCT * FROM amended_rows")
        session.connection.unregister("amended_rows")


def _own_texts(session: Session, root: Path, traces: Traces) -> list[str]:
    """Return the account's own texts that are long enough to be its own, longest first."""
    query = (
        f"SELECT DISTINCT trim(text) AS words FROM {scan(root, 'message')} "
        f"WHERE account_id = {literal(traces.account_id)} AND len(trim(text)) >= {LEAST_QUOTE}"
    )
    found = [words for (words,) in session.connection.execute(query).fetchall()]
    return sorted(found, key=len, reverse=True)
