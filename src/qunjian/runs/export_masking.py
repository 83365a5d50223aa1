"""Puts pseudonyms in the rows of an export, so that it can leave the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from qunjian.text.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from collections.abc import Callable

    One = Callable[[str | None], str | None]


class Masking:
    """Masks batches of any record."""

    def __init__(self, key: bytes) -> None:
        pseudonyms = Pseudonyms(key)
        self._changes: dict[str, dict[str, One]] = {
            "message": {
                "account_id": pseudonyms.account, "name_then": pseudonyms.name, "text": pseudonyms.text,
                "forwarded_from": pseudonyms.name, "reply_to": pseudonyms.reply,
            },
            "membership": {
                "account_id": pseudonyms.account, "name_then": pseudonyms.name, "actor_id": pseudonyms.account,
            },
            "roster": {"account_id": pseudonyms.account, "name": pseudonyms.name, "inviter": pseudonyms.account},
        }  # fmt: skip
        self._account = pseudonyms.account
        self._name, self._text = pseudonyms.name, pseudonyms.text

    def __call__(self, record: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with pseudonyms."""
        for name, change in self._changes.get(record, {}).items():
            batch = _set(batch, name, _changed(batch.column(name), change))
        if record == "message":
            lists = batch.column("mentions").to_pylist()
            mentioned = [None if one is None else [self._account(account) for account in one] for one in lists]
            batch = _set(batch, "mentions", pa.array(mentioned, batch.schema.field("mentions").type))
            files = batch.column("attachments").to_pylist()
            nameless = [None if one is None else [{**each, "name": None} for each in one] for one in files]
            batch = _set(batch, "attachments", pa.array(nameless, batch.schema.field("attachments").type))
        if record == "membership":
            rows = zip(batch.column("kind").to_pylist(), batch.column("detail").to_pylist(), strict=True)
            details = [self._name(detail) if kind == "renamed" else self._text(detail) for kind, detail in rows]
            batch = _set(batch, "detail", pa.array(details, pa.string()))
        return batch


def _changed(column: pa.StringArray, change: One) -> pa.StringArray:
    """Change each value that occurs, once."""
    coded = column if isinstance(column, pa.DictionaryArray) else pc.dictionary_encode(column)
    return pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _set(batch: pa.RecordBatch, name: str, column: pa.Array) -> pa.RecordBatch:
    place = batch.schema.get_field_index(name)
    return batch.set_column(place, batch.schema.field(place), column)
