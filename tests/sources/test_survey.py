"""Survey answers: which become rows, from CSV and XLSX alike, and that they can be undone and erased like all else."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from qunjian.lake.lake import Lake
from qunjian.lake.records import DocumentEntry
from qunjian.model.errors import BadInputError
from qunjian.sources.document import memory_document
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

NAME = "123456_读书会满意度.csv"
SAMPLE = (files("qunjian.sources") / "survey" / "samples" / NAME).read_bytes()
# By hand, from the sample: form, position, question, answer.
ANSWERS = [
    ("1", 1, "1、你喜欢读什么", "小说"),
    ("1", 2, "2、多选", "A┋B"),
    ("1", 3, "3、建议", "多一点\n线下"),
    ("2", 2, "2、多选", "A"),
    ("5", 3, "3、建议", "好 😀"),
]


def parsed(data: bytes, name: str = NAME, forced: str | None = None) -> tuple[list[dict[str, Any]], list[Any]]:
    document = memory_document(name, data)
    detection = detect(document, forced, (), Options(zone="Asia/Shanghai"))
    assert detection.format == "survey"
    rows: list[dict[str, Any]] = []
    parts: list[Any] = []
    for task in tasks([(0, document, detection)]):
        outcome = run_task(task)
        rows += outcome.states["survey_answer"].to_pylist() if "survey_answer" in outcome.states else []
        parts += outcome.parts
    return rows, parts


def told(rows: list[dict[str, Any]]) -> list[tuple[str, int, str, str]]:
    return [(row["account_id"].rsplit("#")[-1], row["position"], row["question"], row["answer"]) for row in rows]


def test_an_answer_a_row_and_nothing_for_what_was_skipped() -> None:
    rows, parts = parsed(SAMPLE)
    assert told(rows) == ANSWERS
    assert {row["survey_id"] for row in rows} == {"123456"}
    assert [(row["seconds"], row["scene"]) for row in rows[2:]] == [(36, "微信"), (80, "链接"), (3723, "手机提交")]
    assert rows[0]["submitted_at"].isoformat() == "2026-09-03T04:00:00+00:00"
    assert parts[0].warnings == ("问卷：3 份答卷，5 个回答 / survey: 3 forms, 5 answers",)
    assert [(reject.reason, reject.at) for reject in parts[0].rejects] == [("bad_time", 4), ("no_account", 5)]


def test_addresses_are_not_kept() -> None:
    assert "10.0.0" not in str(parsed(SAMPLE))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding(encoding: str) -> None:
    assert told(parsed(SAMPLE.decode().encode(encoding))[0]) == ANSWERS


def workbook(header: list[str], *lines: list[str | int]) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    sheet = book.add_worksheet()
    for n, line in enumerate([header, *lines]):
        sheet.write_row(n, 0, line)
    book.close()
    return held.getvalue()


HEAD = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、题干"]


@pytest.mark.parametrize("forced", [None, "survey"])
def test_a_workbook(forced: str | None) -> None:
    data = workbook(HEAD, [1, "2026/09/03 12:00:00", "36秒", "微信", "", "", "甲"])
    rows, _ = parsed(data, "调查.xlsx", forced)
    assert [(row["survey_id"], row["account_id"], row["answer"]) for row in rows] == [("调查", "wjx:调查#1", "甲")]


def test_two_questions_of_one_heading_stay_two() -> None:
    data = workbook([*HEAD, "1、题干"], [1, "2026/09/03 12:00:00", "36", "微信", "", "", "甲", "乙"])
    rows, _ = parsed(data, "调查.xlsx")
    assert [row["answer"] for row in rows] == ["甲", "乙"]
    assert len({row["question"] for row in rows}) == 2


def test_a_header_without_answers_holds_nothing() -> None:
    assert parsed(workbook(HEAD), "调查.xlsx") == ([], [])


def test_another_table_is_refused() -> None:
    with pytest.raises(BadInputError, match="序号"):
        parsed(b"a,b\n1,2\n", forced="survey")


def _bring(lake: Lake) -> None:
    document = memory_document(NAME, SAMPLE)
    (task,) = tasks([(0, document, detect(document, None, (), Options(zone="Asia/Shanghai")))])
    with lake.importing() as act:
        number = act.open_document(DocumentEntry(NAME))
        act.add(number, states=run_task(task).states)
        act.close_document(number)
        act.commit()


def _kept(lake: Lake) -> list[dict[str, Any]]:
    session = lake.session()
    try:
        found: list[dict[str, Any]] = session.arrow(
            "SELECT account_id, position, question, answer FROM survey_answer ORDER BY account_id, position"
        ).to_pylist()
        return found
    finally:
        session.close()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.create(tmp_path / "lake")


def test_importing_twice_keeps_each_answer_once(lake: Lake) -> None:
    _bring(lake)
    _bring(lake)
    assert told(_kept(lake)) == ANSWERS


def test_undone_and_gone(lake: Lake) -> None:
    _bring(lake)
    (act,) = [one for one in lake.acts() if one.kind == "import"]
    lake.undo(act.act_id)
    assert _kept(lake) == []


def test_erased_and_not_brought_back(lake: Lake) -> None:
    _bring(lake)
    lake.erase("wjx:123456#1")
    for _ in range(2):
        assert not [row for row in _kept(lake) if row["answer"] in ("小说", "A┋B", "多一点\n线下")]
        assert len([row for row in _kept(lake) if row["account_id"] in ("wjx:123456#2", "wjx:123456#5")]) == 2
        _bring(lake)
    assert "多一点".encode() not in b"".join(path.read_bytes() for path in lake.root.rglob("*") if path.is_file())
