"""From an export to a written report: import, inspect, report, on a group whose figures are counted by hand."""

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest

from qunjian.model.errors import BadInputError
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.report_scope import Wish as ReportWish
from qunjian.runs.reporting import gather, write_report
from qunjian.workspace import Workspace

MONDAY = dt.date(2026, 11, 9)
NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


def instant(day: int, hour: int, minute: int) -> int:
    """Return the epoch second of a local time in Shanghai, `day` days after the Monday."""
    local = dt.datetime.combine(MONDAY, dt.time(hour, minute), tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return int((local + dt.timedelta(days=day)).timestamp())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("whole")
    lines: list[dict[str, object]] = [
        {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": instant(9, 0, 0)},
         "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}},
    ]  # fmt: skip
    number = 0
    for day in range(-7, 7):
        for minute in range(10 if day >= 0 else 5):
            number += 1
            lines.append(
                {"_type": "message", "sender": str(100 + number % 6), "accountName": f"书友{number % 6}", "type": 0,
                 "timestamp": instant(day, 20, minute), "content": f"今天读到第{number}页",
                 "platformMessageId": str(number)}
            )  # fmt: skip
    lines.append(
        {"_type": "message", "sender": "666", "accountName": "路人乙", "type": 0, "timestamp": instant(2, 20, 30),
         "content": "=1+1 资料加微信 abc12345 领取", "platformMessageId": "spam"}
    )  # fmt: skip
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "book.jsonl").write_text(written, encoding="utf-8")
    space = Workspace.create(folder / "w", clock=lambda: NOW)
    import_files(space, Wish(paths=(folder / "book.jsonl",)))
    inspect(space)
    return space


def test_the_newest_finished_week_is_taken(workspace: Workspace) -> None:
    material = gather(workspace)
    assert material.period.name == "2026-W46"
    facts = material.communities[0]
    assert (facts.messages, facts.before, facts.speakers) == (71, 35, 7)


def test_the_finding_is_shown_with_two_messages_around_it(workspace: Workspace) -> None:
    cases = [case for case in gather(workspace).cases if case.finding.rule.startswith("contact.")]
    assert cases
    assert [line.text for line in cases[0].lines][0:3] == [
        "今天读到第64页", "今天读到第65页", "=1+1 资料加微信 abc12345 领取",
    ]  # fmt: skip
    assert len(cases[0].lines) == 5


def test_every_format_is_written_and_masked(workspace: Workspace, tmp_path: Path) -> None:
    written = write_report(workspace, folder=tmp_path, formats=("html", "xlsx", "json", "md"))
    assert (written.period, written.messages, written.communities) == ("2026-W46", 71, 1)
    for path in written.files.values():
        body = Path(path).read_bytes()
        assert b"abc12345" not in body
        assert "路人乙".encode() not in body
    book = openpyxl.load_workbook(io.BytesIO(Path(written.files["xlsx"]).read_bytes()))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_two_reports_of_the_same_acts_are_equal(workspace: Workspace, tmp_path: Path) -> None:
    first = write_report(workspace, folder=tmp_path / "a", formats=("html", "xlsx", "json", "md"))
    second = write_report(workspace, folder=tmp_path / "b", formats=("html", "xlsx", "json", "md"))
    for name, path in first.files.items():
        assert Path(path).read_bytes() == Path(second.files[name]).read_bytes()


def test_a_period_of_another_length_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BadInputError) as error:
        write_report(workspace, period="2026-11")
    assert error.value.sentence() == "“weekly”报告的周期不能是 2026-11。写成 2026-W44"


def test_a_daily_report_compares_with_the_same_weekday(workspace: Workspace) -> None:
    material = gather(workspace, ReportWish("daily", "2026-11-11"))
    facts = material.communities[0]
    assert (facts.messages, facts.before) == (11, 5)


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    space = Workspace.create(tmp_path / "w")
    with pytest.raises(BadInputError) as error:
        write_report(space)
    assert error.value.sentence() == "工作区里还没有消息。先运行 qunjian import"


def test_a_report_says_so_when_the_standard_inspected_under_is_gone(tmp_path: Path) -> None:
    opened = Workspace.create(tmp_path / "w", clock=lambda: NOW)
    export = tmp_path / "one.jsonl"
    head = {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": instant(9, 0, 0)},
            "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}}  # fmt: skip
    said = {"_type": "message", "sender": "1", "accountName": "甲", "type": 0, "timestamp": instant(1, 9, 0),
            "content": "早"}  # fmt: skip
    export.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in (head, said)), encoding="utf-8")
    import_files(opened, Wish((export,)))
    own = opened.standards / "我们的.yaml"
    own.write_text("id: ours\nname: 我们的标准\nextends: general\n", encoding="utf-8")
    inspect(opened, "ours")
    assert gather(opened, ReportWish(period="2026-W46")).standard.name.zh == "我们的标准"
    own.unlink()
    assert gather(opened, ReportWish(period="2026-W46")).standard.name.zh == "ours（已读不到，评分按通用社群运营标准）"
