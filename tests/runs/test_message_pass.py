"""One pass over portions finds what whole reads find: every visible message once, windows included, any processes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.lake.made import DAWN, feed, row

from qunjian.checks.windows.running import inspect_windows
from qunjian.lake.lake import Lake
from qunjian.model.periods import local_span
from qunjian.model.schemas import COMMUNITY
from qunjian.runs import message_pass
from qunjian.runs.inspecting import inspect
from qunjian.runs.inspection import chosen_edition, surroundings, window_context, window_rules
from qunjian.workspace import Workspace

REPEATS = {"min_chars": 4, "within_minutes": 30, "times": 2}
DETECT: dict[str, dict[str, Any]] = {
    "word": {"kind": "phrases", "words": ["加微信"], "near": {"words": ["老师"], "within": 9}},
    "repeats": {"kind": "duplicates", **REPEATS},
    "copies": {"kind": "duplicates", **REPEATS, "accounts": 2},
    "across": {"kind": "cross_community_duplicates", **REPEATS},
    "calls": {"kind": "mention_all", "per_day": 0},
    "flood": {"kind": "flood", "messages": 3, "seconds": 900},
}
TEXTS = (
    "低价代购正品包包",
    "找老师加微信",
    "低 价 代 购正品包包",
    "＠所有人 上课了",
    "今晚谁来跑步",
    "@tom 你好",
    "老师早",
    "好",
)


def said(number: int, **more: object) -> dict[str, Any]:
    """Return a message; they stand around a local midnight, so that spans of days cut them in two."""
    home = f"t:{'gh'[number % 5 == 0]}"
    told: dict[str, Any] = {"text": TEXTS[number * number % 7], "scope": home, "community_id": home, **more}
    if number % 17 == 0:
        told["mentions"] = ["t:all"]
    return row(str(number), minute=840 + number * 3 // 2, account=f"t:{number % 3}", **told)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Four imports, one of them undone; some messages edited, some null."""
    made = Workspace.create(tmp_path / "w")
    for name, detect in DETECT.items():
        window = name != "word"
        sample: Any = [{"at": "10:00:00", "by": "甲"}] if window else "一"
        rule = {
            "id": f"mine.{name}", "name": name, "severity": "minor", "category": "spam", "hint": "改",
            "basis": [{"source": "测试"}], "detect": detect,
            "samples": {"hit": [sample] * 3, "pass": [sample] * 3},
        }  # fmt: skip
        path = made.standards / "packs" / "mine" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rule, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (made.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    first = [said(number) for number in range(60)]
    edited = [said(number, text="找老师加微信") for number in range(10, 20)]
    odd = [said(60, text=None), said(61, account_id=None), said(62, kind="system"), said(63, kind="image", text=None)]
    last = [said(number) for number in range(50, 120)]
    undone = [said(number, text="低价代购正品包包") for number in range(200, 220)]
    ids = []
    for number, rows in enumerate((first, undone, edited + odd, last)):
        with made.lake.importing() as act:
            feed(act, rows, name=f"{number}.json", stamp=DAWN + dt.timedelta(days=number + 1))
            ids.append(act.commit().act_id)
    made.lake.undo(ids[1])
    return made


SPANS = [(None, None), (dt.date(2026, 11, 1), None), (None, dt.date(2026, 11, 1)), (dt.date(2026, 11, 2),) * 2]


@pytest.mark.parametrize("communities", [None, ["t:g"]])
@pytest.mark.parametrize("hours", [(None, None), (14, 15), (15, None)])
def test_portions_hold_the_visible_messages(
    workspace: Workspace, hours: tuple[int | None, int | None], communities: list[str] | None
) -> None:
    lake = workspace.lake
    first, after = (None if hour is None else DAWN + dt.timedelta(hours=hour) for hour in hours)
    names = ("scope", "message_id", "text", "content_hash", "mentions", "sent_at")
    visible = lake.visible()
    session = lake.session(visible=visible)
    whole = lake.messages(session, communities, first, after, names).read_all().to_pylist()
    portions = lake.portions(session, visible, communities, first, after)
    found: list[dict[str, Any]] = []
    for portion in portions:
        rows = [each for batch in portion.batches(names, rows=7) for each in batch.to_pylist()]
        assert [each.pop("place") for each in rows] == list(range(len(rows)))
        found += rows
    session.close()
    assert whole

    def key(each: dict[str, Any]) -> tuple[str, str]:
        return each["scope"], each["message_id"]

    assert sorted(found, key=key) == sorted(whole, key=key)


def findings(lake: Lake, run_id: str) -> list[dict[str, Any]]:
    session = lake.session()
    rows = session.arrow("SELECT * FROM finding WHERE act_id = ? ORDER BY finding_id", [run_id]).to_pylist()
    session.close()
    return [{name: value for name, value in each.items() if name != "act_id"} for each in rows]


@pytest.mark.parametrize("span", SPANS)
def test_window_checks_find_in_the_pass_what_they_find_alone(
    workspace: Workspace, span: tuple[dt.date | None, dt.date | None]
) -> None:
    found = findings(workspace.lake, inspect(workspace, "team", first=span[0], last=span[1]).run_id)
    edition = chosen_edition(workspace, "team", workspace.decisions(), dt.date(2026, 11, 1))
    session = workspace.lake.session()
    around = surroundings(session, edition, workspace.decisions(), workspace.settings.zone)
    spans = dict.fromkeys(around.communities, local_span(*span, workspace.settings.zone))
    context = window_context(workspace, session, edition, around, spans, None)
    alone = inspect_windows(window_rules(edition.rules, around), context).findings.to_pylist()
    session.close()
    in_pass = [each for each in found if each["rule"] != "mine.word"]
    assert in_pass == sorted(alone, key=lambda each: str(each["finding_id"]))
    if span == (None, None):
        assert {each["rule"] for each in found} == {f"mine.{name}" for name in DETECT}


def test_processes_of_their_own_find_the_same(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    inline = inspect(workspace, "team")
    for name in ("_WORTH_A_FORK", "_WORTH_A_START"):
        monkeypatch.setattr(message_pass, name, 0)
    pooled = inspect(workspace, "team")
    assert findings(workspace.lake, pooled.run_id) == findings(workspace.lake, inline.run_id)
    assert (pooled.findings, pooled.coverage) == (inline.findings, inline.coverage)


def test_a_day_begins_and_ends_by_each_groups_own_zone(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w")  # Asia/Shanghai
    instants = [DAWN + dt.timedelta(hours=hour) for hour in range(-40, 48)]
    rows = [
        row(f"{home}{number}", "加微信", account=f"t:{number % 9}", scope=home, community_id=home, sent_at=at)
        for home in ("t:here", "t:there")
        for number, at in enumerate(instants)
    ]
    there = [{"platform": "t", "community_id": "t:there", "zone": "America/Los_Angeles"}]
    with made.lake.importing() as act:
        feed(act, rows, states={"community": pa.RecordBatch.from_pylist(there, schema=COMMUNITY)})
        act.commit()
    day = dt.date(2026, 11, 1)  # of 25 hours in Los Angeles: summer time ends
    run = inspect(made, first=day, last=day)
    held = {name: each["messages"] for name, each in run.coverage["communities"].items()}  # type: ignore[attr-defined]
    assert held == {"t:here": 24, "t:there": 25}
    found = findings(made.lake, run.run_id)
    assert {name: {each["sent_at"] for each in found if each["community_id"] == name} for name in held} == {
        "t:here": {at for at in instants if -8 <= (at - DAWN) // dt.timedelta(hours=1) < 16},
        "t:there": {at for at in instants if 7 <= (at - DAWN) // dt.timedelta(hours=1) < 32},
    }
    assert inspect(made, first=day, last=day, communities=["t:there"]).messages == 25
