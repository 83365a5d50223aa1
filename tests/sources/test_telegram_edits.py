"""The time of an edit in Telegram's export: kept where it can be, unknown where nobody can have it."""

from __future__ import annotations

import pytest

from qunjian.sources.telegram.messages import message_columns
from qunjian.sources.telegram.records import Record

SENT, EDITED = 1_767_225_600, 1_767_225_660  # 2026-01-01 00:00 and 00:01 UTC
YEAR_10000 = 253_402_300_800


@pytest.mark.parametrize("wrong", [YEAR_10000, -YEAR_10000])
def test_an_edit_at_a_time_nobody_can_have_is_unknown(wrong: int) -> None:
    records = [
        Record(id=1, date_unixtime=SENT, edited_unixtime=wrong, text="一"),
        Record(id=2, date_unixtime=SENT, edited_unixtime=EDITED, text="二"),
        Record(id=3, date_unixtime=SENT, text="三"),
    ]
    columns, _ = message_columns(records, "UTC")
    assert columns["edited_at"] == [None, EDITED * 1_000_000, None]
    assert columns["sent_at"].to_pylist() == [SENT * 1_000_000] * 3
