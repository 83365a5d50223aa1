"""Hostile files: broken JSON, CSV at its edges, bytes that are no UTF-8: what is wrong is refused, the rest kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qunjian.model.errors import QunjianError
from qunjian.sources.document import Document
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options
from qunjian.sources.registry import FORMATS, detect, run_task, tasks

MAPPING = """\
id: hostile_{number}
name: {{zh: 测试, en: test}}
platform: test
format: {format}
encoding: {encoding}
{more}
fields:
  community: "=hostile"
  account: "=somebody"
  text: {text}
path: '(?P<day>\\d{{4}}-\\d\\d-\\d\\d)[^/]*$'
time: {{from: day, formats: ["%Y-%m-%d"], zone: UTC}}
"""


def texts_of(document: Document, forced: str, encoding: str | None = None) -> list[str]:
    """Return the texts a format finds in a document, in order."""
    detection = detect(document, forced, (), Options(encoding=encoding))
    found: list[str] = []
    for task in tasks([(0, document, detection)]):
        messages = run_task(task).messages
        if messages is not None:
            found += [text or "" for text in messages.column("text").to_pylist()]
    return found


def mapped(folder: Path, data: bytes, text: str, **more: str) -> list[str]:
    """Read bytes by a mapping written for them."""
    settings = {"number": "x", "format": "csv", "encoding": "utf-8", "more": "", "text": json.dumps(text), **more}
    mapping = folder / f"mapping{len(list(folder.iterdir()))}.yaml"
    mapping.write_text(MAPPING.format(**settings), encoding="utf-8")
    (folder / "2026-11-01.txt").write_bytes(data)
    (document,) = find_documents([folder / "2026-11-01.txt"])
    return texts_of(document, str(mapping))


OWN_JSON = [
    b"",
    b"{",
    b"[",
    b"[[[[" * 5000,
    b"null",
    b"[null]",
    b'{"messages": 3}',
    b'{"messages": [3]}',
    b'{"messages": [{"id": {}}]}',
    b'{"chatlab": null, "messages": [{"sender": [], "timestamp": "x", "type": {}}]}',
    b'{"chatlab":{"version":"9"}',
    b"\xff\xfe\x00",
    b'{"messages":[{"id":1e999}]}',
    b'{"name":"x","type":"private_group","id":1,"messages":[{"id":1,"type":"message","date":"?"}]}',
    b'{"_type":"header"}\n{"_type":"message"}\n{"_type":\n',
    b'{"messages":[' + b'{"id":1},' * 3,
    b'{"a":"' + b"\\u" * 9 + b'"}',
    b'{"chatlab":{"version":"0.0.2"},"meta":{"name":"g","platform":"x","type":"group"},"messages":[{"sender":"a","timestamp":9e99,"type":0}]}',
]


@pytest.mark.parametrize("number", range(len(OWN_JSON)))
def test_broken_json_is_refused_or_read_never_a_crash(tmp_path: Path, number: int) -> None:
    path = tmp_path / "2026-11-01.json"
    path.write_bytes(OWN_JSON[number])
    _survives(path, tmp_path)


def test_the_json_test_suite_is_refused_or_read_never_a_crash(real_data: Callable[[str], Path], tmp_path: Path) -> None:
    folder = real_data("hostile") / "jsontestsuite"
    paths = sorted([*(folder / "test_parsing").glob("*.json"), *(folder / "test_transform").glob("*.json")])
    assert len(paths) > 300
    for path in paths:
        _survives(path, tmp_path)


def _survives(path: Path, folder: Path) -> None:
    """Read a file as every format: an answer or an error people can read."""
    for format_ in ("json", "jsonl"):
        mapping = folder / f"{format_}.yaml"
        settings = {"number": format_, "format": format_, "encoding": "utf-8", "more": "", "text": "text"}
        mapping.write_text(MAPPING.format(**settings), encoding="utf-8")
    forms = [name for name in FORMATS if name != "mapping"]
    shown: list[str] = []
    for forced in (*forms, str(folder / "json.yaml"), str(folder / "jsonl.yaml")):
        try:
            for document in find_documents([path]):
                texts_of(document, forced)
        except QunjianError as refusal:
            shown.append(refusal.sentence("zh"))
    assert all(shown)


def test_strings_of_the_json_test_suite_arrive(real_data: Callable[[str], Path], passage: Any, tmp_path: Path) -> None:
    """Every valid string, byte for byte as the suite writes it, as the content of a message."""
    folder = real_data("hostile") / "jsontestsuite" / "test_parsing"
    header = {
        "_type": "header",
        "chatlab": {"version": "0.0.2", "exportedAt": 1762740000},
        "meta": {"name": "g", "platform": "wechat", "type": "group", "groupId": "g"},
    }
    lines = [json.dumps(header).encode()]
    expected = []
    for path in sorted(folder.glob("y_string_*.json")):
        raw = path.read_bytes().strip()
        value = json.loads(raw)
        if not (isinstance(value, list) and raw.startswith(b"[") and isinstance(value[0], str)):
            continue
        expected.append(passage.cleaned(value[0]))
        lines.append(
            b'{"_type":"message","sender":"a","accountName":"a","timestamp":%d,"type":0,"content":%s}'
            % (1762740000 + len(lines), raw[1:-1].strip())
        )
    (tmp_path / "export.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (document,) = find_documents([tmp_path / "export.jsonl"])
    assert len(expected) > 20
    assert texts_of(document, "chatlab") == expected


OWN_CSV = [
    ("a,b\n1,\"x,y\"\n", ["1|x,y"]),
    ("a,b\r\n1,\"x\r\ny\"\r\n2,\"\"\"\"\r\n", ["1|x\ny", '2|"']),
    ("a,b\n1,\n,2\n", ["1|", "|2"]),
    ("\ufeffa,b\n甲,乙", ["甲|乙"]),
    ('a,b\n"=1+1","<script>alert(1)</script>"\n', ["=1+1|<script>alert(1)</script>"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), OWN_CSV)
def test_csv_at_its_edges(tmp_path: Path, written: str, expected: list[str]) -> None:
    assert mapped(tmp_path, written.encode(), "{a}|{b}") == expected


def test_the_csv_spectrum_is_read_as_its_json_says(
    real_data: Callable[[str], Path], passage: Any, tmp_path: Path
) -> None:
    folder = real_data("hostile") / "csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        data = path.read_bytes()
        rows = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if isinstance(rows, dict):
            continue  # the one file whose JSON tells of another row than its CSV
        columns = next(csv.reader(io.StringIO(data.decode("utf-8"))))
        expected = [passage.cleaned("|".join(row[column] for column in columns)) for row in rows]
        template = "|".join("{" + column + "}" for column in columns)
        assert mapped(tmp_path, data, template) == expected, path.name


OWN_BYTES = [
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe4\xb8",
    b"\x80\x80\x80",
    b"\xf0\x9f\x98",
    b"ok",
]


def test_bytes_that_are_no_utf8_become_replacement_characters(passage: Any, tmp_path: Path) -> None:
    _replaced(OWN_BYTES, passage, tmp_path)


def test_the_utf8_test_cases_become_what_the_standard_says(
    real_data: Callable[[str], Path], passage: Any, tmp_path: Path
) -> None:
    cases = []
    listed = real_data("hostile") / "utf8tests" / "utf8tests.txt"
    for line in listed.read_text(encoding="ascii").splitlines():
        parts = line.split(":")
        if len(parts) >= 3 and not line.startswith("#") and parts[1].endswith("hex"):
            cases.append(bytes.fromhex(parts[2]))
    assert len(cases) > 50
    _replaced([case for case in cases if not set(case) & set(b'"\r\n,')], passage, tmp_path)


@pytest.mark.parametrize("lines", [True, False])
def test_broken_bytes_inside_json_become_replacement_characters(passage: Any, tmp_path: Path, lines: bool) -> None:
    header = {
        "chatlab": {"version": "0.0.2", "exportedAt": 1762740000},
        "meta": {"name": "g", "platform": "wechat", "type": "group", "groupId": "g"},
    }
    messages = [
        b'{%s"sender":"a","accountName":"a","timestamp":%d,"type":0,"content":"x%sx"}'
        % (b'"_type":"message",' if lines else b"", 1762740000 + number, case)
        for number, case in enumerate(OWN_BYTES)
    ]
    if lines:
        data = b"\n".join([json.dumps({"_type": "header", **header}).encode(), *messages])
    else:
        data = json.dumps(header).encode()[:-1] + b',"messages":[' + b",".join(messages) + b"]}"
    path = tmp_path / f"export.{'jsonl' if lines else 'json'}"
    path.write_bytes(data)
    (document,) = find_documents([path])
    assert texts_of(document, "chatlab", "utf-8") == [f"x{case.decode('utf-8', 'replace')}x" for case in OWN_BYTES]


def _replaced(cases: list[bytes], passage: Any, folder: Path) -> None:
    data = b"a,b\n" + b"".join(b"%d,x%sx\n" % (number, case) for number, case in enumerate(cases))
    expected = [passage.cleaned(f"{n}|x{case.decode('utf-8', 'replace')}x") for n, case in enumerate(cases)]
    assert mapped(folder, data, "{a}|{b}") == expected
