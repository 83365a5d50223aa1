"""Columns that are no batch yet: those of many small documents become one batch, which costs little more than one's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from qunjian.model.schemas import CHANNEL, COMMUNITY, MEMBERSHIP, MESSAGE, ROSTER
from qunjian.sources.columns import fitted, membership_batch, message_batch, state_batch
from qunjian.text.cleaning import clean_text, merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qunjian.sources.columns import Column

_ARRAYS = (pa.Array, pa.ChunkedArray, np.ndarray)


class Draft(msgspec.Struct, frozen=True):
    """The columns of one slice's rows; absent ones are null, a scalar stands for every row."""

    schema: pa.Schema
    columns: Mapping[str, Column]
    rows: int

    @property
    def num_rows(self) -> int:
        """Return the number of rows, by the name that it has for a batch."""
        return self.rows

    def batch(self) -> tuple[pa.RecordBatch, dict[str, int]]:
        """Return the batch and what was cleaned; for states nobody counts that."""
        if self.schema is MESSAGE:
            return message_batch(self.columns, self.rows)
        if self.schema is MEMBERSHIP:
            return membership_batch(self.columns, self.rows)
        return state_batch(self.schema, self.columns, self.rows), {}


def message_draft(columns: Mapping[str, Column], rows: int) -> Draft:
    """Return the draft of MESSAGE rows."""
    return Draft(MESSAGE, columns, rows)


def membership_draft(columns: Mapping[str, Column], rows: int) -> Draft:
    """Return the draft of MEMBERSHIP rows."""
    return Draft(MEMBERSHIP, columns, rows)


def roster_draft(columns: Mapping[str, Column], rows: int) -> Draft:
    """Return the draft of ROSTER rows."""
    return Draft(ROSTER, columns, rows)


def community_draft(platform: str, names: Mapping[str, str], zone: str | None) -> Draft:
    """Return the draft of COMMUNITY rows of {community id: name}; `observed_at` is for the lake to fill."""
    called = [clean_text(name)[0] for name in names.values()]
    return Draft(
        COMMUNITY, {"platform": platform, "community_id": list(names), "name": called, "zone": zone}, len(called)
    )


def channel_draft(community: str, channel: str, name: str | None) -> Draft:
    """Return the draft of one CHANNEL row."""
    return Draft(CHANNEL, {"community_id": [community], "channel_id": [channel], "name": [name]}, 1)


def gathered(drafts: Sequence[Draft]) -> Draft:
    """Return drafts of one schema as one, in order."""
    schema = drafts[0].schema
    names = {name for draft in drafts for name in draft.columns}
    columns = {
        field.name: _joined(field, [(draft.columns.get(field.name), draft.rows) for draft in drafts])
        for field in schema
        if field.name in names
    }
    return Draft(schema, columns, sum(draft.rows for draft in drafts))


def built(drafts: Sequence[pa.RecordBatch | Draft], cleaned: Sequence[dict[str, int]]) -> pa.RecordBatch | None:
    """Return the batch of all the rows; what was cleaned is counted where the rows came from: one count for each."""
    if not drafts:
        return None
    whole = _whole(drafts)
    if whole is not None:
        batch, found = whole.batch()
        if not found:
            return batch
    batches = []
    for draft, counts in zip(drafts, cleaned, strict=True):
        if isinstance(draft, Draft):
            draft, found = draft.batch()
            merge(counts, found)
        batches.append(draft)
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _whole(drafts: Sequence[pa.RecordBatch | Draft]) -> Draft | None:
    """Return the drafts as one; None when there is but one, or a batch among them, or a value that needs a mend."""
    only = [draft for draft in drafts if isinstance(draft, Draft)]
    if len(only) < max(len(drafts), 2):
        return None
    try:
        return gathered(only)
    except (UnicodeEncodeError, OverflowError, pa.ArrowInvalid):
        return None


def _joined(field: pa.Field, parts: Sequence[tuple[Any, int]]) -> Column:
    first = parts[0][0]
    if first is None or isinstance(first, (str, int)):
        kind = type(first)
        if all(type(column) is kind and column == first for column, _ in parts):
            scalar: Column = first
            return scalar
    if any(isinstance(column, _ARRAYS) for column, _ in parts):
        return pa.concat_arrays([_arrow(field, column, rows) for column, rows in parts])
    values: list[Any] = []
    for column, rows in parts:
        values += _repeated(field, column, rows) if column is None or isinstance(column, (str, int)) else column
    return values


def _arrow(field: pa.Field, column: Any, rows: int) -> pa.Array:
    if isinstance(column, _ARRAYS):
        return fitted(column, field.type)
    if column is None or isinstance(column, (str, int)):
        column = _repeated(field, column, rows)
    return pa.array(column, field.type)


def _repeated(field: pa.Field, scalar: str | int | None, rows: int) -> list[str | int | None]:
    return [str(scalar) if scalar is not None and pa.types.is_string(field.type) else scalar] * rows
