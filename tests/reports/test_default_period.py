"""Which period a report takes when nobody names one; weeks are laid out by hand, messages per week counted by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from qunjian.runs.importing import Wish, import_files
from qunjian.runs.reporting import gather, write_report
from qunjian.workspace import Workspace

MONDAY = dt.datetime(2026, 1, 5, 4, tzinfo=dt.UTC)  # 2026-W02, noon in Shanghai


def workspace(folder: Path, weeks: dict[int, int], *, now: int) -> Workspace:
    """Return a workspace with so many messages in each week after the first, as seen `now` weeks after it."""
    lines: list[dict[str, object]] = [
        {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": int(MONDAY.timestamp())},
         "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}},
    ]  # fmt: skip
    for week, messages in weeks.items():
        for n in range(messages):
            at = MONDAY + dt.timedelta(weeks=week, days=n % 7, minutes=n)
            lines.append({"_type": "message", "sender": str(n % 5), "accountName": "甲", "type": 0, "content": "在",
                          "timestamp": int(at.timestamp()), "platformMessageId": f"{week}-{n}"})  # fmt: skip
        if messages < 7:  # the week's end is on record, so that it is whole
            at = MONDAY + dt.timedelta(weeks=week, days=6)
            lines[-1]["timestamp"] = int(at.timestamp())
    (folder / "book.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    space = Workspace.create(folder / "w", clock=lambda: MONDAY + dt.timedelta(weeks=now))
    import_files(space, Wish(paths=(folder / "book.jsonl",)))
    return space


@pytest.mark.parametrize(
    ("weeks", "now", "name", "newer"),
    [
        ({0: 40, 1: 50, 2: 45}, 30, "2026-W04", None),
        # One stray in week 20: of 40, 50, 45 and 1 the median is 42.5.
        ({0: 40, 1: 50, 2: 45, 20: 1}, 30, "2026-W04", ("2026-W22", 1, 42)),
        # A thin end: weeks 3, 5, 6 and 8 hold fewer than a tenth of the median of 40, 50, 45, 60, 55, 1, 2, 1, 2.
        ({0: 40, 1: 50, 2: 45, 3: 60, 4: 55, 5: 1, 6: 2, 7: 1, 8: 2}, 30, "2026-W06", ("2026-W10", 2, 40)),
        # A sudden fall is news: only three thin weeks.
        ({0: 40, 1: 50, 2: 45, 3: 60, 4: 55, 5: 1, 6: 2, 7: 1}, 30, "2026-W09", None),
        # The record reaches the week that has just ended: it is as quiet as it is.
        ({0: 40, 1: 50, 2: 45, 3: 60, 4: 55, 8: 1}, 9, "2026-W10", None),
        # A message from the future says nothing of the weeks before it.
        ({0: 40, 1: 50, 2: 45, 30: 1}, 9, "2026-W04", ("2026-W10", 0, 42)),
        # A tenth of the median is a fair share: 5 of the median 50.
        ({0: 50, 1: 50, 2: 50, 9: 5}, 30, "2026-W11", None),
    ],
)
def test_the_newest_week_with_a_fair_share_is_taken(
    tmp_path: Path, weeks: dict[int, int], now: int, name: str, newer: tuple[str, int, int] | None
) -> None:
    material = gather(workspace(tmp_path, weeks, now=now))
    assert material.period.name == name
    told = material.newer
    assert (told and (told.period, told.messages, told.usual)) == newer


def test_the_report_says_what_it_left_out(tmp_path: Path) -> None:
    space = workspace(tmp_path, {0: 40, 1: 50, 2: 45, 20: 1}, now=30)
    written = write_report(space, folder=tmp_path, formats=("md",))
    assert "2026-W04（2026-01-19 至 01-25，更近的 2026-W22 只有 1 条消息，没有取）" in Path(
        written.files["md"]
    ).read_text("utf-8")
    asked = write_report(space, folder=tmp_path, formats=("md",), period="2026-W22")
    assert (asked.messages, asked.newer) == (1, None)
