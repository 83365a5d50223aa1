"""The album of a period: its figures are those counted by hand, it is kept, and it goes when its state is over."""

import datetime as dt
import json
from pathlib import Path

import pytest
from tests.reports.world import NOW

from qunjian.model.periods import parse_period
from qunjian.reports.album import album
from qunjian.reports.material import Material
from qunjian.runs.erasing import erase_account
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.portraying import kept, portray, read_album, read_portrait
from qunjian.workspace import Workspace


def write_log(path: Path, days: list[tuple[int, int]]) -> Path:
    """Write a ChatLab export of one group: on each day of September that many posts, by two people in turn."""
    header = {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": int(NOW.timestamp())},
              "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}}  # fmt: skip
    lines: list[dict[str, object]] = [header]
    for day, posts in days:
        evening = dt.datetime(2026, 9, day, 12, tzinfo=dt.UTC)
        lines += (
            {"_type": "message", "sender": str(100 + n % 2), "accountName": f"书友{n % 2}", "type": 0,
             "timestamp": int(evening.timestamp()) + 60 * n, "content": f"今天读到第{day}{n}页",
             "platformMessageId": f"{day}-{n}"}
            for n in range(posts)
        )  # fmt: skip
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with ten posts by two people in the week 2026-W38, and four in the week before."""
    space = Workspace.create(tmp_path / "w", clock=lambda: NOW)
    import_files(space, Wish(paths=(write_log(tmp_path / "log.jsonl", [(8, 4), (15, 7), (16, 2), (20, 1)]),)))
    inspect(space)
    return space


def test_an_album_counts_what_was_counted_by_hand(workspace: Workspace) -> None:
    made = read_album(portray(workspace))
    (one,) = made.standings
    assert (made.period, made.first, made.last) == ("2026-W38", dt.date(2026, 9, 14), dt.date(2026, 9, 20))
    assert (one.name, one.messages, one.before, one.speakers) == ("读书群", 10, 4, 2)
    assert (made.inspected, made.unfinished, one.findings) == (True, False, 0)


def test_a_portrait_is_told_in_both_languages(workspace: Workspace) -> None:
    found = portray(workspace)
    anchor = read_album(found).standings[0].anchor
    told = {language: read_portrait(found, anchor, language) for language in ("zh", "en")}
    assert [block.items[1].label for each in told.values() if each for block in each.blocks[:1]] == ["消息", "Messages"]
    assert read_portrait(found, "c0", "zh") is None


def test_an_album_is_drawn_once_for_each_state(workspace: Workspace, tmp_path: Path) -> None:
    assert kept(workspace) is None
    first = portray(workspace)
    assert kept(workspace) == first == portray(workspace)
    import_files(workspace, Wish(paths=(write_log(tmp_path / "more.jsonl", [(17, 1)]),)))
    stale = kept(workspace)
    assert stale is not None
    assert (stale.folder, stale.fresh) == (first.folder, False)
    second = portray(workspace)
    assert second.folder != first.folder
    assert read_album(second).standings[0].messages == 11
    assert kept(workspace) == second


def test_no_album_outlives_an_erasure(workspace: Workspace) -> None:
    portray(workspace)
    account = next(row for row in workspace.lake.session().arrow("SELECT account_id FROM message").to_pylist())
    erase_account(workspace, account["account_id"])
    assert kept(workspace) is None


def test_goals_name_the_groups_that_reached_them(material: Material) -> None:
    made, _ = album(material)
    assert material.period == parse_period("2026-W38")
    judged = {(each.indicator.en, len(each.reached), len(each.missed), len(each.unknown)) for each in made.goals}
    assert judged == {_by_hand(material)}


def _by_hand(material: Material) -> tuple[str, int, int, int]:
    """Count the made world's only goal with a target, active ratio 0.2 or more, from its raw values."""
    shares = [value.value for value in material.values if value.indicator == "active_ratio" and not value.account_id]
    known = [share for share in shares if share is not None]
    groups = sum(each.messages > 0 for each in material.communities)
    reached = sum(share >= 0.2 for share in known)
    return ("Active ratio", reached, len(known) - reached, groups - len(known))
