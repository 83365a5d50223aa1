"""Turns the texts of an export back into typed columns, and says which rows cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.schemas import KINDS, MEMBERSHIP_KINDS, ROLES
from qunjian.sources.qunjian.layout import RECORDS
from qunjian.sources.times import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_NEEDED = {
    "message": ("scope", "message_id", "platform", "community_id", "channel_id", "sent_at", "kind"),
    "membership": ("scope", "message_id", "platform", "community_id", "channel_id", "sent_at", "kind"),
    "roster": ("platform", "community_id", "account_id"),
    "community": ("platform", "community_id"),
    "channel": ("community_id", "channel_id"),
    "size_snapshot": ("community_id", "at", "members"),
    "platform_count": ("community_id", "at", "measure", "value", "cumulative"),
}
_AMONG = {"message": KINDS, "membership": MEMBERSHIP_KINDS}
_LONGEST_ZONE = 64
_NOT_MEANT = (ValueError, OverflowError, pa.ArrowException, msgspec.MsgspecError, RecursionError)
_TRUE = {"true": True, "TRUE": True, "True": True, "false": False, "FALSE": False, "False": False}


class Columns:
    """The columns of some rows of one record, and the reason against each row that cannot be meant."""

    def __init__(self, record: str, given: Mapping[str, pa.Array], rows: int) -> None:
        self.rows = rows
        self.reasons: NDArray[np.object_] = np.full(rows, "", dtype=object)
        self.arrays: dict[str, pa.Array] = {}
        for field in RECORDS[record]:
            column = given.get(field.name)
            self.arrays[field.name] = pa.nulls(rows, field.type) if column is None else self._typed(field, column)
        for name in _NEEDED.get(record, ()):
            self._against(pc.is_null(self.arrays[name]), f"no_{name}")
        if record in _AMONG:
            self._against(_outside(self.arrays["kind"], _AMONG[record]), "unknown_kind")
        if record == "roster":
            self._against(_outside(self.arrays["role"], ROLES), "unknown_role")
        if "zone" in self.arrays:
            self._against(_outside(self.arrays["zone"], _zones(self.arrays["zone"])), "bad_zone")

    def good(self) -> tuple[dict[str, pa.Array], int]:
        """Return the columns of the rows nothing is said against, and their number."""
        fine = self.reasons == ""
        if fine.all():
            return self.arrays, self.rows
        chosen = pa.array(fine)
        return {name: column.filter(chosen) for name, column in self.arrays.items()}, int(fine.sum())

    def _against(self, bad: pa.BooleanArray, reason: str) -> None:
        rows = pc.fill_null(bad, False).to_numpy(zero_copy_only=False)
        if rows.any():
            self.reasons[rows & (self.reasons == "")] = reason

    def _typed(self, field: pa.Field, column: pa.Array) -> pa.Array:
        kind = field.type
        if column.type != kind:
            column = self._cast(field.name, kind, column)
        if pa.types.is_timestamp(kind):
            micros = column.cast(pa.int64())
            self._against(pc.or_(pc.less(micros, EARLIEST), pc.greater_equal(micros, LATEST)), "bad_time")
        return column

    def _cast(self, name: str, kind: pa.DataType, column: pa.Array) -> pa.Array:
        """Cast a whole column; where one value cannot be, value by value."""
        nested = pa.types.is_list(kind)
        try:
            return _lists(column, kind) if nested else column.cast(kind)
        except _NOT_MEANT:
            pass
        reason = "bad_time" if pa.types.is_timestamp(kind) else "bad_list" if nested else "wrong_type"
        values: list[Any] = [None] * len(column)
        bad = np.zeros(len(column), dtype=bool)
        for place, written in enumerate(column.to_pylist()):
            if written is not None:
                try:
                    values[place] = _value(kind, written)
                except _NOT_MEANT:
                    bad[place] = True
        self._against(pa.array(bad), reason)
        return pa.array(values, kind)


def _lists(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the lists that stand as JSON in a column of texts."""
    decode = msgspec.json.decode
    return pa.array([None if text is None else decode(text) for text in column.cast(pa.string()).to_pylist()], kind)


def _value(kind: pa.DataType, written: object) -> object:
    """Return one value as the column wants it; raises where it is none."""
    if pa.types.is_list(kind):
        found = msgspec.json.decode(written) if isinstance(written, str) else written
        return pa.array([found], kind)[0].as_py()
    if pa.types.is_boolean(kind) and isinstance(written, str):
        if written not in _TRUE:
            raise ValueError(written)
        return _TRUE[written]
    return pa.array([written]).cast(kind)[0].as_py()


def _outside(column: pa.Array, known: Sequence[str]) -> pa.BooleanArray:
    return pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, pa.array(known, pa.string()))))


def _zones(column: pa.Array) -> list[str]:
    """Return the zones of the column that exist."""
    found = []
    for name in pc.unique(column).to_pylist():
        try:
            if name is not None and len(name) <= _LONGEST_ZONE:
                ZoneInfo(name)
                found.append(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return found
