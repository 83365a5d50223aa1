"""The private real sets parse to the counts of independent scripts; no row of them is in this repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qunjian.sources.finding import find_documents
from qunjian.sources.index import completeness
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

# rows: message rows; unique: different keys (fingerprints not counted); the rest as named.
EXPECTED: dict[str, dict[str, Any]] = {
    # 407,593 dated post heads; 1,099 of them repeat a floor of the same page word for word.
    "forum_s1_zh": {"rows": 407_593, "unique": 406_494, "accounts": 11_326, "events": {}, "rejects": {}},
    "gitter_freecodecamp": {"rows": 211_983, "unique": 211_038, "accounts": 7_503, "events": {}, "rejects": {}},
    # 211,363 reposts + 552 originals; 28 reposts write no year.
    "weibo_ced_zh": {"rows": 211_887, "unique": None, "accounts": None, "events": {}, "rejects": {"bad_time": 28}},
    # 364,707 utterances (2,672 of them /me), 17 kicks and 517 topics and modes.
    "irc_raku": {
        "rows": 364_707 + 517, "unique": None, "accounts": None,
        "events": {"joined": 232_724, "left": 229_534, "renamed": 5_532 - 534, "kicked": 17}, "rejects": {},
    },
    # Every line is something: 207,761 "<nick>" lines, 24,673 "===" lines, 481 " * " lines, 48 notices.
    "irc_ubuntu_threads": {
        "lines": 232_963, "unique": None, "accounts": None, "joined": 16_351, "left": 2_634, "rejects": {},
    },
    "discord_meshcore": {"rows": 62_512, "unique": 62_512, "accounts": 2_539, "events": {}, "rejects": {}},
    # 88 stream names, two of them renamed: 86 streams.
    "zulip_lean": {"rows": 166_033, "unique": 161_555, "accounts": 1_947, "events": {}, "rejects": {}},
    # Names are pseudonyms: a person of one team is another than the one of that name in the next.
    "slack_disentangled": {"rows": 52_739, "unique": 52_739, "accounts": None, "events": {}, "rejects": {}},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_counts(name: str, real_data: Callable[[str], Path]) -> None:
    documents = find_documents([real_data(name)])
    detections = [(n, d, detect(d, None, (), Options(zone="UTC"))) for n, d in enumerate(documents)]
    rows = read = 0
    keys: set[tuple[str, str]] = set()
    accounts: set[str] = set()
    events: Counter[str] = Counter()
    rejects: Counter[str] = Counter()
    promises: dict[str, int] = {}
    found: Counter[str] = Counter()
    for task in tasks(detections):
        outcome = run_task(task)
        for part in outcome.parts:
            read += part.read
            rejects.update(reject.reason for reject in part.rejects)
            promises.update(part.promises)
            found[documents[part.document].name] += part.messages
        if outcome.messages is not None:
            rows += outcome.messages.num_rows
            columns = (outcome.messages.column(one).to_pylist() for one in ("scope", "message_id"))
            keys.update(zip(*columns, strict=True))
            accounts.update(outcome.messages.column("account_id").unique().to_pylist())
        if outcome.membership is not None:
            events.update(outcome.membership.column("kind").to_pylist())
    wanted = EXPECTED[name]
    assert read == rows + events.total() + rejects.total()
    assert rejects == wanted["rejects"]
    if "lines" in wanted:
        assert read == wanted["lines"]
        assert (events["joined"], events["left"]) == (wanted["joined"], wanted["left"])
    else:
        assert (rows, dict(events)) == (wanted["rows"], wanted["events"])
    if wanted["unique"] is not None:
        assert len(keys) == wanted["unique"]
    if wanted["accounts"] is not None:
        assert len(accounts) == wanted["accounts"]
    missing = completeness(promises, found) if promises else None
    if name == "discord_meshcore":
        assert missing is not None
        assert (missing.promised, missing.found, len(missing.absent)) == (190_233, 62_512, 11)
