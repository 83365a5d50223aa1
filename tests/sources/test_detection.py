"""Documents are known by content; encodings are told apart; many small documents parse as they would singly."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from tests.sources.conftest import CASES, parsed

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.sources.document import memory_document
from qunjian.sources.encodings import Utf8Stream, checked_encoding, detect_encoding
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import FORMATS, detect, require_readable, tasks

SIMPLIFIED = "今天大家在群里说的这个问题，老师来看一下，谢谢。" * 4
TRADITIONAL = "今天大家在群裡說的這個問題，老師來看一下，謝謝。" * 4


@pytest.mark.parametrize(
    ("text", "encoding", "wanted"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        ("plain ascii text " + SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        ("hello", "ascii", "utf-8"),
    ],
)
def test_encodings(text: str, encoding: str, wanted: str) -> None:
    data = text.encode(encoding)
    assert detect_encoding(data) == wanted
    for chunk in (1 << 20, 1 << 12):
        assert b"".join(Utf8Stream(memory_document("a", data), None, chunk)).decode() == text


def test_chinese_that_begins_late_is_still_told() -> None:
    data = b"x" * 3_000_000 + SIMPLIFIED.encode("gb18030")
    assert b"".join(Utf8Stream(memory_document("a", data))).decode().endswith(SIMPLIFIED)


def test_bad_bytes_are_counted() -> None:
    stream = Utf8Stream(memory_document("a", "好".encode("gb18030") + b"\xff\xff"), "gbk")
    assert b"".join(stream).decode().startswith("好")
    assert stream.cleaned["bad_bytes"] >= 1


def test_an_unknown_encoding_is_named() -> None:
    assert checked_encoding("GBK") == "gb18030"
    with pytest.raises(UnknownNameError):
        checked_encoding("utf-9")


def test_bundles_equal_single_documents() -> None:
    for case in CASES:
        found = case.detections()
        singly = [parsed([one]) for one in found]
        together = parsed(found)
        assert together.messages == [row for one in singly for row in one.messages]
        assert together.membership == [row for one in singly for row in one.membership]


def test_small_documents_travel_together() -> None:
    case = next(case for case in CASES if case.name == "irc/demo")
    (_, document, detection), *_ = case.detections()
    work = list(tasks((n, document, detection) for n in range(1_000)))
    assert len(work) == 2
    assert [n for task in work for n, _ in task.pieces] == list(range(1_000))


def test_what_nobody_knows_is_ignored_and_alone_refused() -> None:
    document = memory_document("readme.md", b"# hello")
    detection = detect(document)
    assert detection.role == "ignored"
    with pytest.raises(BadInputError) as error:
        require_readable([(document, detection)])
    assert "--as" in error.value.sentence("zh")


def test_a_wrong_format_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as error:
        detect(memory_document("a", b"x"), "telegran")
    assert error.value.nearest[0] == "telegram"
    assert "telegram" in FORMATS


def _workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("聊天记录")
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def test_a_workbook_of_messages() -> None:
    mapping = parse_mapping(
        "id: book\nname: {zh: a, en: b}\nplatform: im\nformat: xlsx\ntable: {sheet: 聊天记录}\n".encode()
        + b"fields: {account: id, name: nick, text: body}\ntime: {from: at, zone: Asia/Shanghai}\n",
        "m",
    )
    data = _workbook(
        [["id", "nick", "body", "at"], [10001, "甲", "=1+1", "2026-01-01 08:00"], [10002, "乙", 3.5, "2026/1/1 8:01"]]
    )
    document = memory_document("a.xlsx", data)
    result = parsed([(0, document, detect(document, "book", (mapping,), Options()))])
    assert [(row["account_id"], row["text"], row["sent_at"]) for row in result.messages] == [
        ("im:10001", "=1+1", "2026-01-01T00:00:00+00:00"),
        ("im:10002", "3.5", "2026-01-01T00:01:00+00:00"),
    ]
    with pytest.raises(BadInputError):
        parsed([(0, memory_document("a.xlsx", data[:300]), detect(document, "book", (mapping,), Options()))])


def test_a_roster_workbook() -> None:
    data = _workbook(
        [["账号", "昵称", "角色", "入群时间"], ["u1", "甲", "群主", "2025-06-01"], ["u2", "乙", None, None]]
    )
    document = memory_document("群成员名单.xlsx", data)
    detection = detect(document, None, (), Options(community="im:g", zone="UTC"))
    assert detection.format == "roster"
    rows = parsed([(0, document, detection)]).states["roster"]
    assert [(row["account_id"], row["role"], row["joined_at"]) for row in rows] == [
        ("im:u1", "owner", "2025-06-01T00:00:00+00:00"),
        ("im:u2", "member", None),
    ]


def test_a_roster_must_say_of_which_community(tmp_path: Path) -> None:
    document = memory_document("roster.csv", b"account,name,role\nu1,A,owner\n")
    with pytest.raises(BadInputError, match="community"):
        parsed([(0, document, detect(document))])
