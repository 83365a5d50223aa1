"""A detector that remembers says what one without memory says; headings tell workbooks; a team's own mapping counts."""

from __future__ import annotations

import io
import random

import pytest
import xlsxwriter
from tests.sources.conftest import CASES

from qunjian.sources.document import Document, memory_document
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.mapping.schema import Mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import Detector, detect
from qunjian.sources.sheet_head import sheet_head

OPTIONS = Options(zone="UTC")


def _samples() -> list[Document]:
    return [document for case in CASES if case.forced is None for document in case.documents()]


@pytest.mark.parametrize("seed", range(6))
def test_what_was_seen_before_changes_no_answer(seed: int) -> None:
    documents = _samples() * 2
    random.Random(seed).shuffle(documents)
    detector = Detector(options=OPTIONS)
    for document in documents:
        mine, alone = detector.detect(document), detect(document, options=OPTIONS)
        assert (mine.format, mine.role, mine.confidence, mine.doubts) == (
            alone.format, alone.role, alone.confidence, alone.doubts,
        ), document.name  # fmt: skip


def _book(rows: list[list[object]], *, inline: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("甲")
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        book.add_worksheet("乙").write_row(0, 0, ["别的", "表"])
    return out.getvalue()


@pytest.mark.parametrize("inline", [False, True])
def test_the_first_rows_of_a_workbook_are_seen(inline: bool) -> None:
    rows: list[list[object]] = [["账号", "昵 称 & <b>", None, "入群时间"], ["u1", 3, 2.5, "x\ny"]]
    document = memory_document("a.xlsx", _book(rows, inline=inline))
    seen = sheet_head(document)
    assert seen is not None
    first, second = seen.decode().split("\n")
    # An empty cell that is not written leaves no gap: headings are known by their words, not by their places.
    assert [cell for cell in first.split("\t") if cell] == ["账号", "昵 称 & <b>", "入群时间"]
    assert second.split("\t") == ["u1", "3", "2.5", "x y"]


@pytest.mark.parametrize("cut", [0, 4, 100, 2000])
def test_what_is_no_workbook_shows_nothing(cut: int) -> None:
    assert sheet_head(memory_document("a.xlsx", _book([["a"]])[:cut])) is None


def test_a_roster_workbook_is_known_by_its_headings() -> None:
    data = _book([["账号", "昵称", "角色", "入群时间"], ["u1", "甲", "群主", "2025-06-01"]])
    assert detect(memory_document("导出 (3).xlsx", data)).format == "roster"


def test_a_messages_workbook_is_no_roster_for_its_name() -> None:
    data = _book(
        [
            ["序号", "时间", "发送者", "发送者QQ号", "消息类型", "消息内容", "是否撤回"],
            [1, "2025", "甲", 1, "文本", "a", "否"],
        ]
    )
    assert detect(memory_document("成员发言.xlsx", data)).format == "qce_sheet"


def _mapping(content: str, names: str = "*") -> Mapping:
    page = (
        "id: ours\nname: {zh: a, en: b}\nplatform: im\nformat: csv\n"
        f"detect: {{names: ['{names}'], content: ['{content}']}}\n"
        "fields: {account: sender, name: nick, text: body}\ntime: {from: at, zone: UTC}\n"
    )
    return parse_mapping(page.encode(), "ours.yaml")


def test_a_mapping_of_their_own_wins_at_equal_doubt_and_says_so() -> None:
    document = memory_document("log.txt", b"[2024/5/1, 10:00:00] A: hello\n[2024/5/1, 10:01:00] B: there\n")
    assert (detect(document).format, detect(document).confidence) == ("whatsapp", 80)
    found = detect(document, None, (_mapping(r"^\["),))
    assert (found.format, found.confidence) == ("mapping:ours", 80)
    assert any("whatsapp" in doubt for doubt in found.doubts)


def test_a_reader_that_is_surer_wins_and_names_the_mapping() -> None:
    said = b'[{"id": 1, "date_unixtime": "1", "from_id": "user1"}]'
    data = b'{"name": "g", "type": "private_group", "id": 1, "messages": ' + said + b"}"
    found = detect(memory_document("result.json", data), None, (_mapping("messages"),))
    assert found.format == "telegram"
    assert any("ours" in doubt for doubt in found.doubts)


def test_the_workbook_of_a_mapping_is_known_by_its_headings() -> None:
    data = _book([["sender", "nick", "body", "at"], ["1", "甲", "x", "2026-01-01 08:00"]])
    found = detect(memory_document("any.xlsx", data), None, (_mapping(r"^sender\tnick\tbody", "*.xlsx"),))
    assert found.format == "mapping:ours"
