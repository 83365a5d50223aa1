"""Exports made by hand for the lake's tests: rows as Python values, batches as readers would give them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

import pyarrow as pa

from qunjian.lake.importing import ImportAct
from qunjian.lake.lake import Lake
from qunjian.lake.records import DocumentEntry, ImportCounts
from qunjian.model.capabilities import Capabilities
from qunjian.model.schemas import MEMBERSHIP, MESSAGE

DAWN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def row(message_id: str, text: str = "你好", *, minute: int = 0, account: str = "t:1", **more: object) -> dict:
    """Return one message; a content hash over all its values stands for the reader's."""
    made = {
        "scope": "t:g",
        "message_id": message_id,
        "platform": "t",
        "community_id": "t:g",
        "channel_id": "",
        "sent_at": DAWN + dt.timedelta(minutes=minute),
        "zone": "Asia/Shanghai",
        "account_id": account,
        "name_then": account.rsplit(":", 1)[-1],
        "kind": "text",
        "text": text,
        **more,
    }
    if message_id == "~":
        told = f"{made['community_id']}{made['account_id']}{made['sent_at']}{made['kind']}{text}"
        made["message_id"] = "~" + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
    made["content_hash"] = hashlib.blake2b(repr(sorted(made.items())).encode(), digest_size=16).digest()
    return made


def messages(rows: Iterable[dict]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=MESSAGE)


def membership(rows: Iterable[dict]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=MEMBERSHIP)


def feed(
    act: ImportAct,
    rows: Sequence[dict],
    *,
    name: str = "export.json",
    stamp: dt.datetime | None = None,
    slice_rows: int = 1000,
    states: dict[str, pa.RecordBatch] | None = None,
) -> int:
    """Add one document in slices and close it."""
    document = act.open_document(DocumentEntry(name, format="made", capabilities=Capabilities({"replies": "yes"})))
    for start in range(0, len(rows), slice_rows):
        part = rows[start : start + slice_rows]
        act.add(document, messages(part), states=states if start == 0 else None)
        act.reading(document).include(read=len(part), export_stamp=stamp)
    act.close_document(document)
    return document


def bring(lake: Lake, *exports: Sequence[dict], stamp: dt.datetime | None = None) -> ImportCounts:
    """Import some exports, each as one document."""
    with lake.importing() as act:
        for number, rows in enumerate(exports):
            feed(act, rows, name=f"{number}.json", stamp=stamp)
        return act.commit()


def state(lake: Lake) -> list[dict]:
    """Return all visible messages in a stable order, as Python values."""
    session = lake.session()
    rows = session.arrow("SELECT * EXCLUDE (act_id) FROM message ORDER BY scope, message_id").to_pylist()
    session.close()
    return rows
