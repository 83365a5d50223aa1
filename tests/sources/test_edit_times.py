"""The time of an edit, from any source: kept where it can be, unknown where nobody can have it."""

from __future__ import annotations

from typing import Any

import pytest

from qunjian.sources.columns import message_batch
from qunjian.sources.telegram.messages import message_columns
from qunjian.sources.telegram.records import Record

SENT, EDITED = 1_767_225_600, 1_767_225_660  # 2026-01-01 00:00 and 00:01 UTC
YEAR_10000, YEAR_2100, YEAR_1949 = 253_402_300_800, 4_102_444_800, -662_688_000


def _edits(columns: dict[str, Any]) -> list[int | None]:
    batch, _ = message_batch({**columns, "scope": "im:g", "platform": "im", "community_id": "im:g"}, 3)
    return [None if at is None else at.value for at in batch.column("edited_at")]


@pytest.mark.parametrize("wrong", [YEAR_10000, -YEAR_10000, YEAR_2100, YEAR_1949, 10**30])
def test_an_edit_at_a_time_nobody_can_have_is_unknown(wrong: int) -> None:
    wanted = [None, EDITED * 1_000_000, None]
    assert _edits({"message_id": ["1", "2", "3"], "edited_at": [wrong * 1_000_000, EDITED * 1_000_000, None]}) == wanted
    records = [
        Record(id=1, date_unixtime=SENT, edited_unixtime=wrong, text="一"),
        Record(id=2, date_unixtime=SENT, edited_unixtime=EDITED, text="二"),
        Record(id=3, date_unixtime=SENT, text="三"),
    ]
    columns, _ = message_columns(records, "UTC")
    assert _edits(columns) == wanted
    assert columns["sent_at"].to_pylist() == [SENT * 1_000_000] * 3
