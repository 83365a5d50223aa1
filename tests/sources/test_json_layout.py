"""Records are found however answers were kept; a document without a place for them is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sources.conftest import Result, parsed

from qunjian.model.errors import BadInputError
from qunjian.sources.document import memory_document
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect


def message(number: int) -> dict[str, object]:
    return {
        "msgid": f"m{number}", "action": "send", "from": "lisi", "tolist": ["a"], "roomid": "wr1",
        "msgtime": 1767225600000 + number, "msgtype": "text", "text": {"content": f"第{number}条 }}\n{{"},
    }  # fmt: skip


def page(*numbers: int) -> dict[str, object]:
    return {"errcode": 0, "errmsg": "ok", "chatdata": [message(number) for number in numbers]}


def read(text: str, size: int = 1 << 22) -> Result:
    document = memory_document("a.json", text.encode())
    return parsed([(0, document, detect(document, "wecom_archive", (), Options(zone="UTC", slice_bytes=size)))])


ONE, TWO = page(1, 2), page(3)
KEPT = {
    "lines": "\n".join(json.dumps(message(n)) for n in (1, 2, 3)),
    "array": json.dumps([message(n) for n in (1, 2, 3)]),
    "indented array": json.dumps([message(n) for n in (1, 2, 3)], indent=2, ensure_ascii=False),
    "one answer": json.dumps(page(1, 2, 3)),
    "one indented answer": json.dumps(page(1, 2, 3), indent=4),
    "answers as lines": json.dumps(ONE) + "\n" + json.dumps(TWO) + "\n",
    "indented answers after each other": json.dumps(ONE, indent=1) + "\n" + json.dumps(TWO, indent=1),
    "array of answers": json.dumps([ONE, TWO]),
    "indented array of answers": json.dumps([ONE, TWO], indent=2),
    "indented records after each other": "\n".join(json.dumps(message(n), indent=2) for n in (1, 2, 3)),
    "another wrapping": json.dumps({"code": 0, "data": {"list": [message(n) for n in (1, 2, 3)], "total": 3}}),
}


@pytest.mark.parametrize("size", [1, 100, 1 << 22])
@pytest.mark.parametrize("kept", KEPT)
def test_records_are_found_however_they_were_kept(kept: str, size: int) -> None:
    result = read(KEPT[kept], size)
    assert [row["message_id"] for row in result.messages] == ["m1", "m2", "m3"]
    assert (result.read, result.rejects) == (3, {})


@pytest.mark.parametrize("indent", [None, 2])
def test_one_record_alone(indent: int | None) -> None:
    result = read(json.dumps(message(7), indent=indent))
    assert [row["message_id"] for row in result.messages] == ["m7"]


def test_answers_longer_than_the_head_are_all_read() -> None:
    long = page(*range(1000))
    result = read(json.dumps(long) + "\n" + json.dumps(page(5000)))
    assert len(result.messages) == 1001


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_slices_stand_in_the_file_where_they_say(kept: str, mark: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(mark + KEPT[kept].encode())
    (document,) = find_documents([path])
    options = Options(zone="UTC", slice_bytes=100)
    pieces = list(detect(document, "wecom_archive", (), options).reader.slices(document, options))
    for piece in pieces:
        assert piece.begin is not None
        assert piece.named(str(path)).loaded().data == piece.data


def test_an_answer_without_records_holds_nothing() -> None:
    assert read(json.dumps(page())).read == 0


def test_an_answer_without_a_place_for_records_is_refused() -> None:
    with pytest.raises(BadInputError, match="chatdata"):
        read('{"errcode": 301052, "errmsg": "no privilege"}')


def test_an_archive_still_encrypted_is_refused() -> None:
    record = '{"seq":196,"msgid":"CAQ","publickey_ver":3,"encrypt_random_key":"f","encrypt_chat_msg":"8"}'
    text = f'{{"errcode":0,"errmsg":"ok","chatdata":[{record}]}}'
    document = memory_document("a.json", text.encode())
    found = detect(document)
    assert found.format == "wecom_archive"
    with pytest.raises(BadInputError) as error:
        parsed([(0, document, found)])
    assert "解密" in error.value.sentence("zh")


def test_the_same_file_read_twice_gives_the_same_rows() -> None:
    assert read(KEPT["lines"]).messages == read(KEPT["array"]).messages


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (1767225600, 1767225600_000_000),
        ("1767225600", 1767225600_000_000),
        (1767225600123, 1767225600_123_000),
        ("1767225600123", 1767225600_123_000),
        (1767225600.5, 1767225600_500_000),
        (0, None),
        ("", None),
        ("昨天", None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
        ("9" * 5000, None),
        (-5, None),
    ],
)
def test_stamps(written: float | str | None, wanted: int | None) -> None:
    assert epoch_micros(written) == wanted
