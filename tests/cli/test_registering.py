"""The register: template, import, list, overdue; days late are counted by hand from a fixed clock."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import Command, message, write_chat

from qunjian.insight.expected import Received, expected
from qunjian.model.decisions import Registered

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 11, number, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("every", "observed", "received", "state", "late"),
    [
        (7, None, None, "never", 0),
        (7, 13, 13, "current", 0),  # seven days ago is still in time
        (7, 12, 12, "overdue", 1),
        (7, 5, 19, "stale", 8),  # a file came yesterday, and ends on the 5th
        (None, 1, 1, "unscheduled", 0),
    ],
)
def test_states_by_hand(every: int | None, observed: int | None, received: int | None, state: str, late: int) -> None:
    got = {"g": Received(day(observed), day(received))} if observed and received else {}
    (one,) = expected([Registered("g", every_days=every)], got, NOW)
    assert (one.state, one.days_late) == (state, late)


def test_what_was_never_received_stands_first_and_the_last_row_counts() -> None:
    register = [Registered("a", every_days=1), Registered("b"), Registered("a", every_days=30), Registered("c")]
    got = {name: Received(day(18), day(18)) for name in "ab"}
    assert [(one.community_id, one.state) for one in expected(register, got, NOW)] == [
        ("c", "never"), ("a", "current"), ("b", "unscheduled"),
    ]  # fmt: skip


def test_the_template_goes_out_and_comes_back(place: Path, chat: Path, qunjian: Command) -> None:
    write_chat(place / "evil.json", [message(1, 1, 1, "在")], name="=1+1", number=78)
    qunjian("import", chat, place / "evil.json")
    made = place / "登记.xlsx"
    assert qunjian("register", "template", made, "--json").json()["communities"] == 2
    book = openpyxl.load_workbook(made)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "社群", "名称", "类型", "用途", "标签", "人数", "导出人", "导出周期",
    ]  # fmt: skip
    assert sheet["B3"].data_type == "s"  # a name is text, never a formula
    sheet["G2"], sheet["H2"] = "王芳", "每周"
    sheet["A4"], sheet["H4"] = "还没交的群", 3
    book.save(made)
    assert qunjian("register", "import", made, "--json").json() == {
        "added": 3, "changed": 0, "unchanged": 0, "removed": 0,
    }  # fmt: skip
    rows = {one["community_id"]: one for one in qunjian("register", "list", "--json").lines()}
    assert (rows["telegram:77"]["exporter"], rows["telegram:77"]["every_days"]) == ("王芳", 7)
    assert rows["还没交的群"]["state"] == "never"
    assert qunjian("register", "template", made).code == 2  # never over a file that is there


def test_overdue_exits_with_one_and_names_the_exporter(place: Path, chat: Path, qunjian: Command) -> None:
    qunjian("import", chat)
    table = place / "r.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["群名", "导出人", "导出周期"], ["读书会", "李雷", "1"]])
    qunjian("register", "import", table)
    said = qunjian("register", "overdue")
    assert said.code == 1
    assert "读书会" in said.out
    assert "李雷" in said.out
    table.write_text("群名,导出人,导出周期\n读书会,李雷,3660\n", "utf-8")
    assert qunjian("register", "import", table, "--json").json()["changed"] == 1
    assert qunjian("register", "overdue").code == 0


@pytest.mark.parametrize("bad", ["读书会,李雷,常常\n", "读书会,李雷,0\n", "读书会,李雷,inf\n", "读书会,李雷,-3\n"])
def test_a_wrong_row_is_named_and_nothing_changes(place: Path, qunjian: Command, bad: str) -> None:
    table = place / "r.csv"
    table.write_text("群名,导出人,导出周期\n好群,王芳,7\n" + bad, "utf-8")
    said = qunjian("register", "import", table)
    assert (said.code, "r.csv:3" in said.err) == (2, True)
    assert qunjian("register", "list", "--json").lines() == []
    assert "register template" in qunjian("register", "list").out


def test_replace_drops_what_the_table_leaves_out(place: Path, qunjian: Command) -> None:
    table = place / "r.csv"
    table.write_text("群名\n甲\n乙\n", "utf-8")
    qunjian("register", "import", table)
    table.write_text("群名\n乙\n丙\n", "utf-8")
    assert qunjian("register", "import", table, "--replace", "--json").json() == {
        "added": 1, "changed": 0, "unchanged": 1, "removed": 1,
    }  # fmt: skip


def test_a_register_kept_by_hand_is_not_doubled(place: Path, qunjian: Command) -> None:
    (place / "w" / "decisions" / "register.csv").write_text("群名\n甲\n", "utf-8")
    table = place / "r.csv"
    table.write_text("群名\n乙\n", "utf-8")
    said = qunjian("register", "import", table)
    assert (said.code, "decisions/register.csv" in said.err) == (2, True)
