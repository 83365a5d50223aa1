"""Register and duty table as sheets: what is put is what is read, faults name their cell, and no edit is lost."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.model.decisions import Duty, Registered, Shift
from qunjian.model.errors import BadInputError
from qunjian.runs.decision_sheets import check, put, read_sheet
from qunjian.runs.importing import Wish, import_files
from qunjian.sources.decisions import shifts, shifts_text
from qunjian.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    space = Workspace.create(tmp_path / "w")
    log = tmp_path / "log.jsonl"
    lines = [
        {"_type": "header", "chatlab": {"version": "0.0.2"},
         "meta": {"name": "读书会", "platform": "QQ", "type": "group", "groupId": "7"}},
        {"_type": "message", "sender": "100", "timestamp": 1790000000, "type": 0, "content": "早"},
    ]  # fmt: skip
    log.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    import_files(space, Wish((log,)))
    return space


DUTY = ("读书会", "沈若禾", "100 101", "2026-08-24", "", "周一至周五 09:00-18:00; 周六 10:00-12:00")


def test_a_duty_is_kept_as_it_was_written(workspace: Workspace) -> None:
    done = put(workspace, "duty", [DUTY], read_sheet(workspace, "duty").stamp)
    assert (done.before, done.after, done.added, done.removed) == (0, 1, 1, 0)
    assert workspace.decisions().duties == (
        Duty(
            "qq:7", "沈若禾", ("qq:100", "qq:101"), dt.date(2026, 8, 24), None,
            (Shift((1, 2, 3, 4, 5), dt.time(9), dt.time(18)), Shift((6,), dt.time(10), dt.time(12))),
        ),
    )  # fmt: skip
    assert read_sheet(workspace, "duty").rows == (DUTY,)
    assert read_sheet(workspace, "duty", "en").rows[0][5] == "1-5 09:00-18:00; 6 10:00-12:00"


def test_a_register_is_kept_as_it_was_written(workspace: Workspace) -> None:
    row = ("qq:7", "读书会", "读书", "共读", "线上 老群", "200", "小周", "每周")
    put(workspace, "register", [row, ("", "", "", "", "", "", "", "")], read_sheet(workspace, "register").stamp)
    assert workspace.decisions().register == (
        Registered("qq:7", "读书会", "读书", "共读", ("线上", "老群"), 200, "小周", 7),
    )
    assert read_sheet(workspace, "register").rows == ((*row[:7], "7"),)


def test_every_fault_names_its_cell(workspace: Workspace) -> None:
    rows = [DUTY, ("读书回", "", "", "", "", ""), ("读书回", "程映雪", "", "昨天", "", "早班")]
    assert [(fault.row, fault.column) for fault in check(workspace, "duty", rows)] == [(1, 1), (2, 3), (2, 5), (2, 0)]
    assert "读书会" in check(workspace, "duty", rows)[-1].said.zh
    rows = [("qq:7", "", "", "", "", "许多", "", ""), ("qq:7", "", "", "", "", "", "", "有时")]
    assert [(fault.row, fault.column) for fault in check(workspace, "register", rows)] == [(0, 5), (1, 7), (1, 0)]
    with pytest.raises(BadInputError):
        put(workspace, "register", rows, read_sheet(workspace, "register").stamp)
    assert workspace.decisions().register == ()


def test_a_sheet_that_somebody_changed_meanwhile_is_not_overwritten(workspace: Workspace) -> None:
    old = read_sheet(workspace, "duty").stamp
    put(workspace, "duty", [DUTY], old)
    with pytest.raises(BadInputError) as refused:
        put(workspace, "duty", [], old)
    assert "重新打开" in refused.value.sentence("zh")
    assert len(workspace.decisions().duties) == 1


def test_a_table_kept_by_hand_is_taken_over_and_set_aside(workspace: Workspace) -> None:
    folder = workspace.root / "decisions"
    (folder / "duty.csv").write_text("社群,运营,账号,班次\n读书会,沈若禾,100,每天 09:00-24:00\n", encoding="utf-8")
    sheet = read_sheet(workspace, "duty")
    assert (sheet.by_hand, sheet.rows) == ("duty.csv", (("读书会", "沈若禾", "100", "", "", "周一至周日 09:00-24:00"),))
    stood = workspace.decisions().duties
    done = put(workspace, "duty", sheet.rows, sheet.stamp)
    assert (done.added, done.removed, workspace.decisions().duties) == (0, 0, stood)
    assert read_sheet(workspace, "duty").by_hand == ""
    assert [path.name.partition("-")[2] for path in (folder / "before").iterdir()] == ["duty.csv"]


HOURS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda each: dt.time(*each))
DAYS = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))
SHIFTS = st.lists(st.builds(Shift, DAYS, HOURS, HOURS), max_size=4)


@given(SHIFTS, st.sampled_from(["zh", "en"]))
def test_shifts_survive_being_written_and_read(found: list[Shift], language: str) -> None:
    again = list(shifts("", shifts_text(found, language)))  # type: ignore[arg-type]
    assert _expanded(again) == _expanded(found)


def _expanded(found: list[Shift]) -> set[tuple[int, dt.time, dt.time]]:
    return {(day, one.starts, one.ends) for one in found for day in one.weekdays}
