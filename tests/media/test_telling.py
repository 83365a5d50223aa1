"""What was not read is told: on the command line, in the report, as questions to people; and what was read is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.media.made import code_picture, encoded, photo, put, telegram

from qunjian.model.errors import BadInputError
from qunjian.reports.build import build
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.media_lists import add_pictures, entries, lists
from qunjian.runs.media_showing import media_rows
from qunjian.runs.questions import UNREAD_PICTURE, questions
from qunjian.runs.reporting import gather
from qunjian.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "workspace")
    folder = tmp_path / "a"
    put(folder, "photos/code.png", encoded(code_picture("https://u.wechat.com/SECRETtoken")))
    put(folder, "photos/plain.jpg", encoded(photo(), "JPEG"))
    put(folder, "photos/cut.jpg", encoded(photo(seed=2), "JPEG")[:400])
    missing = [{"photo": f"photos/missing_{number}.jpg"} for number in range(60)]
    telegram(folder, [{"photo": f"photos/{name}"} for name in ("code.png", "plain.jpg", "cut.jpg")] + missing)
    import_files(made, Wish((folder,)))
    return made


def test_show_lists_codes_masked_and_reasons(workspace: Workspace) -> None:
    inspect(workspace)
    rows = list(media_rows(workspace))
    assert len(rows) == 63
    assert [row.codes[0].text for row in media_rows(workspace, codes=True)] == ["u.wechat.com/…"]
    assert [row.codes[0].text for row in media_rows(workspace, codes=True, masked=False)] == [
        "https://u.wechat.com/SECRETtoken"
    ]
    unread = [row.unread for row in media_rows(workspace, unread=True)]
    assert (unread.count("damaged"), unread.count("absent"), len(unread)) == (1, 60, 61)


def test_a_share_of_the_unread_is_put_to_people_and_always_the_same(workspace: Workspace) -> None:
    inspect(workspace)
    asked = [each for each in questions(workspace) if each.rule == UNREAD_PICTURE]
    assert 1 <= len(asked) <= 15
    assert asked == [each for each in questions(workspace) if each.rule == UNREAD_PICTURE]
    assert all("没有读" in each.zh for each in asked)


def test_the_report_tells_how_many_pictures_were_read(workspace: Workspace) -> None:
    inspect(workspace)
    material = gather(workspace)
    (facts,) = material.pictures
    assert (facts.pictures, facts.read, facts.with_codes, facts.text_read) == (63, 2, 1, 0)
    assert sorted(count for _, count in facts.unread) == [1, 60]
    coverage = build("weekly", material)
    assert "图片读了多少" in str(coverage)
    assert "图片损坏或不完整 1" in str(coverage)
    assert "SECRETtoken" not in str(build("weekly", material))


def test_a_wrong_line_of_the_list_is_named(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path, "poster.png", encoded(photo(seed=7)))
    today = dt.date(2026, 11, 20)
    once = add_pictures(workspace, [tmp_path / "poster.png"], name="banned", why='=HYPERLINK("x")', by="", today=today)
    again = add_pictures(workspace, [tmp_path / "poster.png"], name="banned", why="", by="", today=today)
    assert (len(once.added), len(again.added), again.known) == (1, 0, ("poster.png",))
    assert len(lists(workspace)["banned"]) == 1
    path = workspace.root / "decisions" / "pictures.csv"
    path.write_text(path.read_text("utf-8-sig") + "banned,xyz,,,\n", "utf-8-sig")
    with pytest.raises(BadInputError, match="pictures"):
        entries(workspace)


def test_what_is_no_picture_is_not_put_on_a_list(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", b"MZ\0\0")
    put(tmp_path, "b.png", encoded(photo()))
    with pytest.raises(BadInputError):
        add_pictures(
            workspace, [tmp_path / "b.png", tmp_path / "a.jpg"], name="banned", why="", by="", today=dt.date.min
        )
    assert entries(workspace) == []
