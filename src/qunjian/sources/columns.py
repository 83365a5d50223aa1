"""Turns columns of parsed values into message and membership batches: cleaned, with ids and content hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    Column = pa.Array | Sequence[object] | str | int | None  # a scalar stands for every row


def message_batch(columns: Mapping[str, Column], rows: int) -> tuple[pa.RecordBatch, dict[str, int]]:
    """Return the MESSAGE batch of `rows` rows and what was cleaned; absent columns are null."""
    raise NotImplementedError


def membership_batch(columns: Mapping[str, Column], rows: int) -> tuple[pa.RecordBatch, dict[str, int]]:
    """Return the MEMBERSHIP batch of `rows` rows and what was cleaned; absent columns are null."""
    raise NotImplementedError
