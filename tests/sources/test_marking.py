"""Marking a sample: what is guessed of files no reader knows, the mapping it becomes, and what that mapping reads."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qunjian.model.errors import QunjianError
from qunjian.runs.importing import Wish
from qunjian.runs.mapping_trials import attempt, fitting_forms, keep, kept_names, kept_page
from qunjian.runs.previewing import preview_files
from qunjian.sources.document import Document
from qunjian.sources.finding import find_documents
from qunjian.sources.mapping.drafting import Draft, guess_roles, plain_id, written
from qunjian.sources.mapping.sketching import closed, sketch
from qunjian.workspace import Workspace

ODD = (
    "导出自 某后台\n"
    "序;房间;发送时间;发言人;内容\n"
    '1;书友会;05/01/2026 15:07;林;"今天读哪一章？<br>第三章？"\n'
    '2;书友会;05/01/2026 15:09;沐风;"第三章&amp;第四章"\n'
    "3;书友会;06/01/2026 09:00;林;好\n"
)
DAY_FIRST = "%d/%m/%Y %H:%M"
LOG = "[2026-01-05 15:07] Lin: hello\nsecond line\n[2026-01-05 15:09] Mu Feng: yes\n"
PAGES = {"code": 0, "data": {"room": "r1", "list": [
    {"id": f"m{n}", "user": {"uid": f"u{n % 2}", "nick": f"N{n % 2}"}, "body": f"text {n}", "ts": 1767600000 + n}
    for n in range(5)
]}}  # fmt: skip
XML = '<log><day date="2026-01-05"><m id="7" at="15:07"><who>Lin</who><body>hi</body></m><m id="8" at="15:08"><who>Mu</who><body>yo</body></m></day></log>'  # noqa: E501


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def document(folder: Path, name: str, content: str) -> Document:
    path = folder / name
    path.write_text(content, "utf-8")
    return find_documents([path])[0]


def test_an_odd_table_is_understood(tmp_path: Path, workspace: Workspace) -> None:
    one = document(tmp_path, "odd.csv", ODD)
    found = sketch(one)
    assert (found.format, found.delimiter, found.skip_lines) == ("csv", ";", 1)
    assert [field.name for field in found.fields] == ["序", "房间", "发送时间", "发言人", "内容"]
    roles = guess_roles(found)
    assert roles == {"time": "发送时间", "name": "发言人", "text": "内容"} | roles
    draft = Draft(
        "odd", "怪表", found, roles | {"community": "房间"}, form="%d/%m/%Y %H:%M", zone="Asia/Shanghai", html=True
    )
    trial = attempt(workspace, one, written(draft, "odd.csv"), name="page")
    assert trial.problems == ()
    assert trial.preview is not None
    told = [(row["text"], row["name_then"], row["wall_time"]) for row in trial.preview.messages]
    assert told == [
        ("今天读哪一章？\n第三章？", "林", "2026-01-05T15:07:00"),
        ("第三章&第四章", "沐风", "2026-01-05T15:09:00"),
        ("好", "林", "2026-01-06T09:00:00"),
    ]


def test_times_that_may_be_two_days_are_offered_both_ways(tmp_path: Path) -> None:
    when = next(field for field in sketch(document(tmp_path, "odd.csv", ODD)).fields if field.name == "发送时间")
    assert {"%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"} <= set(fitting_forms(when.samples))
    assert fitting_forms(["31/01/2026 10:00"]) == ["%d/%m/%Y %H:%M"]
    assert fitting_forms(["gestern"]) == fitting_forms([]) == []


@pytest.mark.parametrize(
    ("name", "content", "roles", "read"),
    [
        ("a.txt", LOG, {}, [("hello\nsecond line\n", "Lin"), ("yes\n", "Mu Feng")]),
        ("a.json", json.dumps(PAGES), {"name": "user.nick", "community": "context.room"},
         [(f"text {n}", f"N{n % 2}") for n in range(5)]),
        ("a.xml", XML, {"time": "@at"}, [("hi", "Lin"), ("yo", "Mu")]),
    ],
)  # fmt: skip
def test_each_kind_of_file_is_read_as_marked(
    tmp_path: Path, workspace: Workspace, name: str, content: str, roles: dict[str, str], read: list[tuple[str, str]]
) -> None:
    one = document(tmp_path, name, content)
    found = sketch(one)
    all_roles = guess_roles(found) | roles
    page = written(Draft("mine", "mine", found, all_roles, group="" if "community" in all_roles else "g"), name)
    if name == "a.xml":  # the day stands around the record: a template says so, in the text of the mapping
        page = page.replace("from: '@at'", "from: '{context.@date} {@at}'")
    trial = attempt(workspace, one, page, name="page")
    assert trial.problems == ()
    assert trial.preview is not None
    assert [(row["text"].rstrip("\n"), row["name_then"]) for row in trial.preview.messages] == [
        (text.rstrip("\n"), who) for text, who in read
    ]


def test_a_workbook_is_understood(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for row, cells in enumerate([["时间", "昵称", "内容"], ["2026-01-05 15:07", "林", "好"]]):
            book.add_worksheet() if not row else None
            for column, cell in enumerate(cells):
                book.worksheets()[0].write_string(row, column, cell)
    found = sketch(find_documents([tmp_path / "a.xlsx"])[0])
    assert found.format == "xlsx"
    assert guess_roles(found) == {"time": "时间", "name": "昵称", "text": "内容"}


def test_mistakes_are_named_with_their_line(tmp_path: Path, workspace: Workspace) -> None:
    one = document(tmp_path, "a.txt", LOG)
    found = msgspec.structs.replace(sketch(one), start="(?P<who")
    page = written(Draft("mine", "mine", found, {"name": "who", "time": "time"}), "a.txt")
    problem = next(each for each in attempt(workspace, one, page, name="page").problems if "RE2" in each.what.zh)
    assert page.split("\n")[int(problem.where.rpartition(":")[2]) - 1].strip().startswith(("start", "- "))


def test_groups_without_names_among_named_ones_are_refused(tmp_path: Path, workspace: Workspace) -> None:
    one = document(tmp_path, "a.txt", LOG)
    found = msgspec.structs.replace(sketch(one), start="(?P<time>(a|b)) (?P<who>c)")
    page = written(Draft("mine", "mine", found, {"name": "who", "time": "time"}), "a.txt")
    (problem,) = attempt(workspace, one, page, name="page").problems
    assert "(?:…)" in problem.what.en


def test_a_kept_mapping_is_found_by_import(tmp_path: Path, workspace: Workspace) -> None:
    one = document(tmp_path, "odd.csv", ODD)
    found = sketch(one)
    page = written(
        Draft("odd", "怪表", found, guess_roles(found) | {"community": "房间"}, form="%d/%m/%Y %H:%M"), "odd.csv"
    )
    keep(workspace, page, "page", anew=True)
    assert kept_names(workspace) == ["odd"]
    assert kept_page(workspace, "odd") == page
    other = tmp_path / "later.csv"
    other.write_text(ODD.replace("林", "木"), "utf-8")
    assert preview_files(workspace, Wish((other,)))[0].format == "mapping:odd"
    for wrong in (page, page.replace("id: odd", "id: gitter_tsv")):
        with pytest.raises(QunjianError, match="already"):
            keep(workspace, wrong, "page", anew=True)
    with pytest.raises(QunjianError, match="should stay"):
        keep(workspace, page.replace("id: odd", "id: even"), "page", anew=False, only="odd")
    keep(workspace, page.replace("怪表", "新名"), "page", anew=False, only="odd")
    assert "新名" in kept_page(workspace, "odd")


PLAIN = st.none() | st.integers() | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)), st.floats(0, 1))
def test_a_json_text_cut_anywhere_is_closed(value: object, share: float) -> None:
    text = json.dumps([value, value])
    cut = closed(text[: int(len(text) * share)])
    assert cut == "" or isinstance(json.loads(cut), list)


def test_a_large_json_is_understood_by_its_beginning(tmp_path: Path) -> None:
    rows = [{"id": n, "author": {"name": "林"}, "text": "好" * 50, "sent": "2026-01-05 15:07"} for n in range(20_000)]
    found = sketch(document(tmp_path, "large.json", json.dumps({"board": {"posts": rows}})))
    assert (found.format, found.records) == ("json", "board.posts")
    assert guess_roles(found) == {"time": "sent", "name": "author.name", "text": "text", "message_id": "id"}


@pytest.mark.parametrize("title", ["", "《》", "1", "Mein Chat!", "聊天 log", "a" * 100])
def test_every_title_gives_an_id(title: str) -> None:
    assert 2 <= len(plain_id(title, "x")) <= 40
    assert plain_id("Mein Chat!", "") == "mein_chat"


def test_the_time_of_a_trial_is_bounded(tmp_path: Path, workspace: Workspace) -> None:
    one = document(tmp_path, "a.txt", "a" * 2_000_000)
    found = msgspec.structs.replace(sketch(one), start="(?P<who>(?:a|aa|a.)*)(?P<time>b)")
    page = written(Draft("mine", "mine", found, {"name": "who", "time": "time", "text": "body"}, group="g"), "a.txt")
    before = dt.datetime.now(dt.UTC)
    attempt(workspace, one, page, name="page")
    sketch(one, found)
    assert (dt.datetime.now(dt.UTC) - before).total_seconds() < 60  # backtracking would take longer than the sun
