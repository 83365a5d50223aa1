"""Batches are cleaned, keyed and hashed so that any change of any field is another content."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from qunjian.model.schemas import FILES, MEMBERSHIP, MESSAGE
from qunjian.sources.columns import membership_batch, message_batch

BASE: dict[str, Any] = {
    "scope": "im:g", "platform": "im", "community_id": "im:g", "channel_id": "", "zone": "UTC",
    "sent_at": [1_000_000, 2_000_000], "wall_time": [1_000_000, 2_000_000], "account_id": ["im:a", "im:b"],
    "name_then": ["甲", None], "kind": ["text", "image"], "text": ["早", ""], "message_id": ["1", "2"],
}  # fmt: skip
OTHER: dict[str, Any] = {
    "sent_at": 3_000_000, "wall_time": 3_000_000, "mentions": ["im:x"], "reactions": [{"emoji": "a", "count": 1}],
    "attachments": [{"kind": "file", "name": "n", "size": 1, "digest": None}], "edited_at": 5_000_000,
}  # fmt: skip


def _hash(**change: Any) -> bytes:
    batch, _ = message_batch({**BASE, **change}, 2)
    found: bytes = batch.column("content_hash")[0].as_py()
    return found


@pytest.mark.parametrize("name", [name for name in MESSAGE.names if name not in ("content_hash", "message_id")])
def test_any_change_of_any_field_is_another_content(name: str) -> None:
    value = OTHER.get(name, "other")
    assert _hash(**{name: [value, None]}) != _hash()


def test_lists_scalars_and_arrow_columns_hash_alike() -> None:
    plain, _ = message_batch(BASE, 2)
    lists = {name: [value] * 2 if isinstance(value, str) else value for name, value in BASE.items()}
    arrow = {name: pa.array(value, MESSAGE.field(name).type) for name, value in lists.items()}
    assert message_batch(lists, 2)[0].equals(plain)
    assert message_batch(arrow, 2)[0].equals(plain)


def test_without_an_id_equal_records_get_equal_fingerprints() -> None:
    columns = {**BASE, "message_id": None, "account_id": None, "name_then": ["甲", "甲"], "kind": "sticker", "text": ""}
    same, _ = message_batch({**columns, "sent_at": [1, 1], "wall_time": None}, 2)
    first, second = same.column("message_id").to_pylist()
    assert first == second
    assert len(first) == 33
    moved, _ = message_batch({**columns, "sent_at": [1, 2], "wall_time": None}, 2)
    assert len(set(moved.column("message_id").to_pylist())) == 2
    # The same wall time in another zone is the same message: a corrected zone doubles nothing.
    shifted, _ = message_batch({**columns, "sent_at": [1, 3_600_000_001], "wall_time": [7, 7]}, 2)
    assert len(set(shifted.column("message_id").to_pylist())) == 1


def test_dirt_is_cleaned_and_counted() -> None:
    batch, counts = message_batch({**BASE, "text": ["a\0b\ud800c", "\x07d"]}, 2)
    assert batch.column("text").to_pylist() == ["ab\ufffdc", "d"]
    assert counts == {"nul": 1, "lone_surrogate": 1, "control": 1}


def test_no_rows() -> None:
    for make, schema in ((message_batch, MESSAGE.append(FILES)), (membership_batch, MEMBERSHIP)):
        batch, counts = make({"text": [], "kind": "joined"}, 0)
        assert (batch.num_rows, batch.schema, counts) == (0, schema, {})
