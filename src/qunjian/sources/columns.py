"""Turns columns of parsed values into message and membership batches: cleaned, with ids and content hashes."""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.errors import LimitError
from qunjian.model.language import Phrase
from qunjian.model.schemas import COMMUNITY, FILES, MEMBERSHIP, MESSAGE, ROSTER
from qunjian.sources.times import in_range
from qunjian.text.cleaning import clean, clean_text, clean_values, merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # A scalar stands for every row.
    Column: TypeAlias = pa.Array | np.ndarray[Any, Any] | Sequence[Any] | str | int | None
    # What is hashed of a column: one text for every row, or a text for each.
    Told: TypeAlias = pa.StringArray | str

# What identifies a record that has no id of its own, after channel, account or name, and time.
_MESSAGE_MARK = ("kind", "text")
_MEMBERSHIP_MARK = ("kind", "actor_id", "detail")
MAX_TEXT = 16 * 2**20  # bytes; no platform lets people write a thousandth of it
_PREFIX = "~"
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
# Cleaned text holds neither of these.
_BETWEEN, _NULL = "\x1f", "\0"
_encode = msgspec.json.Encoder().encode


def message_batch(columns: Mapping[str, Column], rows: int) -> tuple[pa.RecordBatch, dict[str, int]]:
    """Return the MESSAGE batch of `rows` rows, with FILES, and what was cleaned; absent columns are null.

    An attachment may say under "file" where its file lies, seen from the document; no hash and no id depends on it.
    """
    batch, cleaned = _batch(MESSAGE, columns, rows, _MESSAGE_MARK)
    return batch.append_column(FILES, _files(columns.get("attachments"), rows)), cleaned


def _files(attachments: Column, rows: int) -> pa.Array:
    if not isinstance(attachments, list):
        return pa.nulls(rows, FILES.type)
    found = [[each.get("file") for each in row] if row else None for row in attachments]
    if not any(file for row in found if row for file in row):
        return pa.nulls(rows, FILES.type)
    return _array(FILES, [row if row and any(row) else None for row in found], rows, {})[0]


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


def seen_states(
    platform: str,
    zone: str | None,
    groups: Mapping[str, tuple[str | None, int]],
    roles: Mapping[tuple[str, str], str],
    observed_at: int,
) -> dict[str, pa.RecordBatch]:
    """Return what messages themselves tell of groups and accounts: never a whole list of members.

    groups: community → its name, and when it bore it. roles: (community, account) → role, as old as `observed_at`.
    """
    if not groups:
        return {}
    told: dict[str, Column] = {
        "platform": platform, "community_id": list(groups), "name": [name for name, _ in groups.values()],
        "zone": zone, "observed_at": [at for _, at in groups.values()],
    }  # fmt: skip
    made = {"community": state_batch(COMMUNITY, told, len(groups))}
    if roles:
        known: dict[str, Column] = {
            "platform": platform, "community_id": [community for community, _ in roles],
            "account_id": [account for _, account in roles], "role": list(roles.values()),
            "complete": [False] * len(roles), "observed_at": [observed_at] * len(roles),
        }  # fmt: skip
        made["roster"] = roster_batch(known, len(roles))
    return made


def _batch(
    schema: pa.Schema, columns: Mapping[str, Column], rows: int, mark: tuple[str, ...]
) -> tuple[pa.RecordBatch, dict[str, int]]:
    cleaned: dict[str, int] = {}
    arrays: dict[str, pa.Array] = {}
    told: dict[str, Told] = {}
    for field in schema:
        if field.name != "content_hash":
            column = columns.get(field.name)
            if field.name == "edited_at" and column is not None:
                column = _possible(column, field.type, rows)
            arrays[field.name], told[field.name] = _array(field, column, rows, cleaned)
    if arrays["message_id"].null_count:
        arrays["message_id"] = told["message_id"] = _identified(arrays, told, mark)
    arrays["content_hash"] = _fixed(b"".join(_digests(list(told.values()), rows)), 16, pa.binary())
    return pa.RecordBatch.from_arrays([arrays[field.name] for field in schema], schema=schema), cleaned


def _possible(column: Column, kind: pa.DataType, rows: int) -> pa.Array:
    """Return the times of edits, unknown where nobody can have edited then: the message stands."""
    instants, _ = _array(pa.field("edited_at", kind), column, rows, {})
    return in_range(instants.cast(pa.int64())).cast(kind)


def _identified(arrays: Mapping[str, pa.Array], told: Mapping[str, Told], mark: tuple[str, ...]) -> pa.Array:
    """Return the ids, with a fingerprint where a record has none."""
    given = arrays["message_id"]
    without = given.is_null()
    whole = given.null_count == len(given)

    def chosen(one: Told) -> Told:
        return one if whole or isinstance(one, str) else one.filter(without)

    who = _first_told(chosen(told["account_id"]), chosen(told["name_then"]))
    when = _first_told(chosen(told["wall_time"]), chosen(told["sent_at"]))
    what = [chosen(told[name]) for name in mark]
    rows = given.null_count
    digests = np.frombuffer(b"".join(_digests([chosen(told["channel_id"]), who, when, *what], rows)), np.uint8)
    marks = np.empty((rows, 33), np.uint8)
    marks[:, 0] = ord(_PREFIX)
    marks[:, 1::2] = _HEX[digests >> 4].reshape(rows, 16)
    marks[:, 2::2] = _HEX[digests & 15].reshape(rows, 16)
    fingerprints = _fixed(marks, 33, pa.string())
    return fingerprints if whole else pc.replace_with_mask(given, without, fingerprints)


def _first_told(one: Told, other: Told) -> Told:
    """Return the first of the two that is not null, row by row."""
    if isinstance(one, str):
        return other if one == _NULL else one
    return pc.coalesce(one, pa.scalar(other) if isinstance(other, str) else other) if one.null_count else one


def _digests(told: Sequence[Told], rows: int) -> list[bytes]:
    """Return blake2b-16 of every row: its values as text, set apart by a sign that no cleaned text holds."""
    parts: list[pa.Array | pa.Scalar] = []
    fixed: list[str] = []
    for one in told:
        if isinstance(one, str):
            fixed.append(one)
            continue
        if fixed:
            parts.append(pa.scalar(_BETWEEN.join(fixed)))
            fixed = []
        parts.append(one)
    if fixed:
        parts.append(pa.scalar(_BETWEEN.join(fixed)))
    joined = pc.binary_join_element_wise(*parts, pa.scalar(_BETWEEN), null_handling="replace", null_replacement=_NULL)
    if isinstance(joined, pa.Scalar):
        return [blake2b(joined.as_py().encode(), digest_size=16).digest()] * rows
    _, offsets, data = joined.buffers()
    if not rows or data is None:
        return []
    view = memoryview(data)
    places = np.frombuffer(offsets, np.int32)[joined.offset : joined.offset + rows + 1].tolist()
    fresh = blake2b(digest_size=16).copy  # a copy costs a third less than a hash set up anew
    found = []
    for begin, end in pairwise(places):
        one = fresh()
        one.update(view[begin:end])
        found.append(one.digest())
    return found


def _fixed(data: Any, width: int, kind: pa.DataType) -> pa.Array:
    """Return an array of values that all have one width."""
    rows = memoryview(data).nbytes // width
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _array(field: pa.Field, column: Column, rows: int, cleaned: dict[str, int]) -> tuple[pa.Array, Told]:
    """Return the Arrow column and its values as told to the hash: one text for all rows, or a text a row."""
    if column is None:
        return pa.nulls(rows, field.type), _NULL
    text = pa.types.is_string(field.type)
    if isinstance(column, (str, int)):
        if text:
            column, found = clean_text(str(column))
            merge(cleaned, found)
        return pa.repeat(pa.scalar(column, field.type), rows), str(column)
    if isinstance(column, (pa.Array, pa.ChunkedArray, np.ndarray)):
        array = fitted(column, field.type)
    else:
        try:
            array = pa.array(column, field.type)
        except (UnicodeEncodeError, OverflowError, pa.ArrowInvalid):
            if text:
                column, found = clean_values(column)
                merge(cleaned, found)
            else:
                column = [_fitting(value, field.type) for value in column]
            array = pa.array(column, field.type)
    if text:
        _check_lengths(array)
        array, found = clean(array)
        merge(cleaned, found)
        return array, array
    return array, _told(array)


def _check_lengths(array: pa.StringArray) -> None:
    """Refuse a text of many megabytes: all that is done with texts takes several times their size in memory."""
    if array.nbytes > MAX_TEXT and (pc.max(pc.binary_length(array)).as_py() or 0) > MAX_TEXT:
        raise LimitError(
            Phrase(f"有一条消息超过 {MAX_TEXT >> 20} MB", f"a message is larger than {MAX_TEXT >> 20} MB"),
            todo=Phrase(
                "这不是正常的聊天消息；请检查文件，或去掉它",
                "no chat has such messages: look at the file, or remove it",
            ),
        )


def _fitting(value: Any, kind: pa.DataType) -> Any:
    """Return a value without the numbers that its type cannot hold (a size of 400 digits) and without broken text."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_fitting(each, kind.value_type) for each in value]
    if pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        return {field.name: _fitting(value.get(field.name), field.type) for field in fields}
    if pa.types.is_string(kind):
        return clean_text(value)[0]
    if isinstance(value, int) and (pa.types.is_integer(kind) or pa.types.is_timestamp(kind)):
        limit = 1 << (kind.bit_width - 1)
        return value if -limit <= value < limit else None
    return value


def fitted(column: Any, kind: pa.DataType) -> pa.Array:
    """Return an array of Arrow or numpy as one of this type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, np.ndarray):
        column = pa.array(column)
    return column if column.type == kind else column.cast(kind)


def _told(array: pa.Array) -> Told:
    """Return times as integers and lists as JSON (which writes out every control character)."""
    if array.null_count == len(array):
        return _NULL
    if pa.types.is_timestamp(array.type):
        return array.cast(pa.int64()).cast(pa.string())
    if not pa.types.is_list(array.type):
        return array.cast(pa.string())
    valid = array.is_valid()
    texts = pa.array([_encode(value) for value in array.filter(valid).to_pylist()], pa.string())
    return pc.replace_with_mask(pa.nulls(len(array), pa.string()), valid, texts)
