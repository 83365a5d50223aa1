"""Turns columns of parsed values into message and membership batches: cleaned, with ids and content hashes."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.model.schemas import COMMUNITY, MEMBERSHIP, MESSAGE, ROSTER
from qunjian.text.cleaning import clean, clean_text, clean_values, merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # A scalar stands for every row.
    Column: TypeAlias = pa.Array | np.ndarray[Any, Any] | Sequence[Any] | str | int | None

# What identifies a record that has no id of its own, after channel, account or name, and time.
_MESSAGE_MARK = ("kind", "text")
_MEMBERSHIP_MARK = ("kind", "actor_id", "detail")
_encode = msgspec.msgpack.Encoder().encode


def message_batch(columns: Mapping[str, Column], rows: int) -> tuple[pa.RecordBatch, dict[str, int]]:
    """Return the MESSAGE batch of `rows` rows and what was cleaned; absent columns are null."""
    return _batch(MESSAGE, columns, rows, _MESSAGE_MARK)


def membership_batch(columns: Mapping[str, Column], rows: int) -> tuple[pa.RecordBatch, dict[str, int]]:
    """Return the MEMBERSHIP batch of `rows` rows and what was cleaned; absent columns are null."""
    return _batch(MEMBERSHIP, columns, rows, _MEMBERSHIP_MARK)


def community_batch(platform: str, names: Mapping[str, str], zone: str | None) -> pa.RecordBatch:
    """Return the COMMUNITY rows of {community id: name}; `observed_at` is for the caller to fill."""
    rows = [(platform, community, clean_text(name)[0], zone) for community, name in names.items()]
    columns = {field: [row[n] for row in rows] for n, field in enumerate(("platform", "community_id", "name", "zone"))}
    return state_batch(COMMUNITY, columns, len(rows))


def roster_batch(columns: Mapping[str, Column], rows: int) -> pa.RecordBatch:
    """Return the ROSTER batch; absent columns are null."""
    return state_batch(ROSTER, columns, rows)


def state_batch(schema: pa.Schema, columns: Mapping[str, Column], rows: int) -> pa.RecordBatch:
    """Return a batch of any state table, its strings cleaned; absent columns are null."""
    arrays = [_array(field, columns.get(field.name), rows, {})[0] for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _batch(
    schema: pa.Schema, columns: Mapping[str, Column], rows: int, mark: tuple[str, ...]
) -> tuple[pa.RecordBatch, dict[str, int]]:
    cleaned: dict[str, int] = {}
    arrays: dict[str, pa.Array] = {}
    values: dict[str, Sequence[Any]] = {}
    for field in schema:
        if field.name != "content_hash":
            arrays[field.name], values[field.name] = _array(field, columns.get(field.name), rows, cleaned)
    if arrays["message_id"].null_count:
        identified = _identified(values, arrays["message_id"], mark)
        values["message_id"] = identified
        arrays["message_id"] = pa.array(identified, pa.string())
    hashes = [blake2b(_encode(row), digest_size=16).digest() for row in zip(*values.values(), strict=False)]
    arrays["content_hash"] = pa.array(hashes[:rows], pa.binary())
    return pa.RecordBatch.from_arrays([arrays[field.name] for field in schema], schema=schema), cleaned


def _identified(values: Mapping[str, Sequence[Any]], given: pa.Array, mark: tuple[str, ...]) -> list[str]:
    """Return the ids, with a fingerprint where a record has none."""
    who = zip(values["account_id"], values["name_then"], strict=False)
    when = zip(values["wall_time"], values["sent_at"], strict=False)
    what = zip(*(values[name] for name in mark), strict=False)
    ids = given.to_pylist()
    rows = zip(ids, values["channel_id"], who, when, what, strict=False)
    return [
        known
        or "~"
        + blake2b(
            _encode((channel, name if account is None else account, sent if wall is None else wall, *rest)),
            digest_size=16,
        ).hexdigest()
        for known, channel, (account, name), (wall, sent), rest in rows
    ]


def _array(field: pa.Field, column: Column, rows: int, cleaned: dict[str, int]) -> tuple[pa.Array, Sequence[Any]]:
    """Return the Arrow column and its values as Python sees them (times as integers), for hashing."""
    if column is None:
        return pa.nulls(rows, field.type), [None] * rows
    text = pa.types.is_string(field.type)
    if isinstance(column, (str, int)):
        if text:
            column, found = clean_text(str(column))
            merge(cleaned, found)
        return pa.repeat(pa.scalar(column, field.type), rows), [column] * rows
    if isinstance(column, (pa.Array, pa.ChunkedArray, np.ndarray)):
        array = _of_array(column, field.type)
        if text:
            array, found = clean(array)
            merge(cleaned, found)
        return array, _values(array)
    if not text:
        return pa.array(column, field.type), column
    try:
        array = pa.array(column, field.type)
    except UnicodeEncodeError:
        column, found = clean_values(column)
        merge(cleaned, found)
        return pa.array(column, field.type), column
    array, found = clean(array)
    if found:
        merge(cleaned, found)
        return array, array.to_pylist()
    return array, column


def _of_array(column: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, np.ndarray):
        column = pa.array(column)
    return column if column.type == kind else column.cast(kind)


def _values(array: pa.Array) -> Sequence[Any]:
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    values: list[Any] = array.to_pylist()
    return values
