"""The published samples of other tools' tests parse to what a hand count says; none of them is in this repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.conftest import parsed

from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect

pytestmark = pytest.mark.realdata
MINER = ("whatsapp", 8, 1, "2021-12-30T22:01:00")
# file: format, messages, membership events, the newest time as written (WhatsApp) or in UTC (Discord).
EXPECTED = {
    "chat-analytics/discord/DM_2A_2M.json": ("discord", 3, 0, None),
    "chat-analytics/discord/GC_3A_5M.json": ("discord", 6, 0, None),
    "chat-analytics/discord/SV_5A_5M.json": ("discord", 5, 0, "2018-05-20T16:09:51.118000+00:00"),
    "chat-analytics/whatsapp/2A_5M.txt": ("whatsapp", 5, 0, "2021-01-01T12:03:00"),
    # Nothing in it tells day from month: the day comes first.
    "chat-analytics/whatsapp/4A_11M.txt": ("whatsapp", 13, 1, "2020-09-12T23:56:00"),
    "chat-analytics/whatsapp/4A_11M.zip": ("whatsapp", 13, 1, "2020-09-12T23:56:00"),
    "chat-miner/whatsapp/test_[mmddyy]_24hrs.txt": MINER,
    "chat-miner/whatsapp/test_ddmmyy_24hrs.txt": MINER,
    "chat-miner/whatsapp/test_mmddyy_24hrs.txt": MINER,
    "chat-miner/whatsapp/test_mmddyyyy_12hrs.txt": MINER,
    "chat-miner/whatsapp/test_yyyymmdd_24hrs.txt": MINER,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_counts(name: str, real_data: Callable[[str], Path]) -> None:
    documents = find_documents([real_data("parser_samples") / name])
    found = [(n, d, detect(d, None, (), Options(zone="UTC"))) for n, d in enumerate(documents)]
    result = parsed(found)
    wanted, messages, events, newest = EXPECTED[name]
    assert {detection.format for _, _, detection in found} == {wanted}
    assert (len(result.messages), len(result.membership), result.rejects) == (messages, events, {})
    if newest is not None:
        written = "wall_time" if wanted == "whatsapp" else "sent_at"
        assert max(row[written] for row in result.messages) == newest
