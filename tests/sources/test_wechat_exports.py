"""What the samples beside the WeChat readers cannot show: zips, overlapping exports, private talks, whole accounts."""

from __future__ import annotations

import json
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from tests.sources.conftest import Result, parsed

from qunjian.sources.document import Document, memory_document
from qunjian.sources.finding import find_documents
from qunjian.sources.memotrace.talks import talk_of
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

SOURCES = Path(str(files("qunjian.sources")))
ZONE = Options(zone="Asia/Shanghai")


def read(documents: list[Document], options: Options = ZONE) -> Result:
    return parsed([(n, one, detect(one, None, (), options)) for n, one in enumerate(documents)])


def warned(document: Document, options: Options = ZONE) -> set[str]:
    work = tasks([(0, document, detect(document, None, (), options))])
    return {warning for task in work for part in run_task(task).parts for warning in part.warnings}


def test_a_zip_reads_as_its_folder(tmp_path: Path) -> None:
    folder = SOURCES / "memotrace" / "samples" / "zipped"
    packed = tmp_path / "导出.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*.csv")):
            archive.write(path, str(path.relative_to(folder)))
    result = read(find_documents([packed]))
    assert {row["community_id"] for row in result.messages} == {"wechat:20348576@chatroom"}
    assert result.messages == read(find_documents([folder])).messages


def test_the_table_and_the_json_of_chatlog_tell_one_message_alike() -> None:
    samples = SOURCES / "chatlog" / "samples"
    ids = []
    for name in ("group.json", "table.csv"):
        rows = read(find_documents([samples / name])).messages
        ids.append({row["message_id"] for row in rows if row["kind"] in ("text", "image", "link", "file")})
    # The greeting, the picture, the link and the file stand in both; the reply's author is "我" in the table.
    assert len(ids[0] & ids[1]) == 4


def test_private_talks_are_left_out_and_read_when_asked_for() -> None:
    message = {
        "seq": 1, "time": "2025-06-01T09:00:00+08:00", "talker": "wxid_friend", "talkerName": "老友",
        "isChatRoom": False, "sender": "wxid_friend", "senderName": "老友", "isSelf": False,
        "type": 1, "subType": 0, "content": "私下说的话",
    }  # fmt: skip
    document = memory_document("a.json", json.dumps([message]).encode())
    assert read([document]).messages == []
    assert any("--community" in warning for warning in warned(document))
    asked = Options(zone="Asia/Shanghai", community="wechat:客服")
    (row,) = read([document], asked).messages
    assert (row["community_id"], row["text"]) == ("wechat:客服", "私下说的话")
    assert warned(document, asked) == set()


def test_text_without_years_is_warned_of() -> None:
    document = find_documents([SOURCES / "chatlog" / "samples" / "undated.txt"])[0]
    assert any("2025-06-01" in warning for warning in warned(document))
    with document.open() as stream:
        dated = memory_document("记录 2025-06-01.txt", stream.read())
    assert [row["wall_time"] for row in read([dated]).messages] == ["2025-06-01T09:00:00", "2025-06-01T09:01:00"]
    only_times = "梅姐(wxid_li) 09:00:00\n早\n\n我 09:00:05\n早\n\n".encode()
    rows = read([memory_document("123@chatroom 2025-06-01.txt", only_times)]).messages
    assert [(row["community_id"], row["wall_time"]) for row in rows] == [
        ("wechat:123@chatroom", "2025-06-01T09:00:00"),
        ("wechat:123@chatroom", "2025-06-01T09:00:05"),
    ]
    assert read([memory_document("123@chatroom.txt", only_times)]).rejects == {"no_year": 2}


def test_the_table_of_a_whole_account_is_left_out_in_words() -> None:
    document = find_documents([SOURCES / "memotrace" / "samples" / "full_utf8.csv"])[0]
    with document.open() as stream:
        whole = memory_document("messages.csv", stream.read())
    assert read([whole]).messages == []
    assert any("--community" in warning for warning in warned(whole))
    assert len(read([whole], Options(zone="UTC", community="wechat:大群")).messages) == 8


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.zip/聊天记录/读书会(123@chatroom)/读书会.csv", ("123@chatroom", "读书会", True)),
        ("聊天记录/小红(wxid_red)/小红(1).csv", ("wxid_red", "小红", True)),
        ("聊天记录/读书会(北京)/读书会(北京)_utf8.csv", ("读书会(北京)", "读书会(北京)", False)),
        ("读书会(2024).csv", ("读书会(2024)", "读书会(2024)", False)),
        ("读书会(2).csv", ("读书会", "读书会", False)),
    ],
)
def test_the_folder_holds_the_id(name: str, wanted: tuple[str, str, bool]) -> None:
    talk = talk_of(name)
    assert (talk.id, talk.name, talk.native) == wanted
