"""What came in week by week, counted by hand: messages, weeks a file covers, gaps of what is registered, media."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from qunjian.runs.data_quality import data_quality
from qunjian.runs.importing import Wish, import_files
from qunjian.workspace import Workspace

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)  # a Friday
MONDAY = dt.date(2026, 11, 16)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w", clock=lambda: NOW)


def log(folder: Path, group: str, times: list[str], kind: int = 0) -> Path:
    """Write a log of messages at these moments of Shanghai."""
    meta = {"name": group, "platform": "wechat", "type": "group", "groupId": group}
    lines = [{"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": meta}]
    for number, at in enumerate(times):
        stamp = int(dt.datetime.fromisoformat(f"{at}:00+08:00").timestamp())
        lines.append({"_type": "message", "sender": "u1", "timestamp": stamp, "type": kind,
                      "content": "" if kind else "好", "platformMessageId": f"{group}{kind}{number}"})  # fmt: skip
    path = folder / f"{group}{kind}.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return path


def test_weeks_are_local_and_gaps_are_not_zero(tmp_path: Path, workspace: Workspace) -> None:
    # Sunday 23:59 and Monday 00:00 in Shanghai are one UTC day and two weeks.
    times = ["2026-10-19 10:00", "2026-11-08 23:59", "2026-11-09 00:00", "2026-11-16 09:00"]
    import_files(workspace, Wish((log(tmp_path, "a", times), log(tmp_path, "a", ["2026-11-16 10:00"], kind=1))))
    import_files(workspace, Wish((log(tmp_path, "b", ["2026-10-20 10:00"]),)))
    (workspace.root / "decisions" / "register.csv").write_text(
        "社群,导出周期,导出人\nwechat:a,7,王\nwechat:b,7,李\nwechat:c,7,李\n", "utf-8"
    )
    found = data_quality(workspace, weeks=6)
    assert found.weeks == tuple(MONDAY - dt.timedelta(weeks=back) for back in (5, 4, 3, 2, 1, 0))
    by_id = {one.community_id: one for one in found.communities}
    assert [(week.messages, week.covered) for week in by_id["wechat:a"].weeks] == [
        (0, False), (1, True), (0, True), (1, True), (1, True), (2, True)
    ]  # fmt: skip
    assert [week.messages for week in by_id["wechat:b"].weeks] == [0, 1, 0, 0, 0, 0]
    assert [week.covered for week in by_id["wechat:b"].weeks] == [False, True, False, False, False, False]
    assert (by_id["wechat:b"].state, by_id["wechat:c"].state) == ("stale", "never")
    assert (by_id["wechat:a"].messages, by_id["wechat:a"].mute) == (5, 1)
    assert by_id["wechat:c"].files == 0
    assert not by_id["wechat:c"].weeks[0].covered
    assert {file.name for file in found.files} == {"a0.jsonl", "a1.jsonl", "b0.jsonl"}
    assert "reactions" in by_id["wechat:a"].absent


def test_an_archive_without_a_register_ends_with_its_newest_record(tmp_path: Path, workspace: Workspace) -> None:
    assert data_quality(workspace).communities == ()
    import_files(workspace, Wish((log(tmp_path, "a", ["2020-03-04 10:00"]),)))
    assert data_quality(workspace).weeks[-1] == dt.date(2020, 3, 2)
