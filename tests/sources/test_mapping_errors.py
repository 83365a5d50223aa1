"""A mistake in a mapping file is said with its line and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest

from qunjian.model.errors import BadInputError
from qunjian.sources.document import memory_document
from qunjian.sources.mapping.loading import load_mapping, parse_mapping, shipped_mappings
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

GOOD = """id: mine
name: {zh: 我的, en: mine}
platform: im
format: csv
fields:
  name: who
  text: body
time: {from: at}
"""


def test_the_smallest_mapping() -> None:
    assert parse_mapping(GOOD.encode(), "m.yaml").id == "mine"


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("  text:", "  txet:", "m.yaml:7：没有名为“txet”的项。最接近的是：text"),
        ("format: csv", "format: cvs", "m.yaml:4：没有名为“cvs”的取值。最接近的是：csv"),
        ("{from: at}", "{from: at, zone: Asia/Shangai}", "m.yaml:8：没有名为“Asia/Shangai”的时区。最接近的是：Asia/Sh"),
        ("  name: who\n", "", "fields 要写 account 或 name"),
        ("time: {from: at}", "", "m.yaml:1：缺少“time”"),
        ("{from: at}", "{from: at, formats: ['%Y-%q']}", "m.yaml:8"),
        ("{from: at}", "{from: at, formats: [epoch_msec]}", "“epoch_msec”不是时间格式。写成 %Y-%m-%d"),
        ("  text: body", "  text: {from: body, pattern: '(a'}", "m.yaml:7：不是 RE2 能用的正则"),
        ("  text: body", "  text: {from: body, pattern: '(?<=a)b'}", "不是 RE2 能用的正则"),
        ("platform: im", "platform im", "m.yaml:"),
    ],
)  # fmt: skip
def test_mistakes(wrong: str, right: str, said: str) -> None:
    with pytest.raises(BadInputError) as error:
        parse_mapping(GOOD.replace(wrong, right).encode(), "m.yaml")
    assert said in error.value.sentence("zh")


def test_all_mistakes_at_once() -> None:
    with pytest.raises(BadInputError) as error:
        parse_mapping(GOOD.replace("text:", "txet:").replace("csv", "cvs").encode(), "m.yaml")
    assert len(error.value.sentence("zh").splitlines()) == 2


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(GOOD, "utf-8")
    document = memory_document("a.csv", b"who,bodyy,at\nx,y,2026-01-01 10:00\n")
    detection = detect(document, str(tmp_path / "m.yaml"), (), Options())
    with pytest.raises(BadInputError) as error:
        [run_task(task) for task in tasks([(0, document, detection)])]
    assert "bodyy" in error.value.sentence("zh")


def test_a_path_that_meets_no_list_is_said(tmp_path: Path) -> None:
    page = GOOD.replace("csv", "json\njson: {records: data.*.talk.*}")
    (tmp_path / "m.yaml").write_text(page, "utf-8")
    document = memory_document("a.json", b'{"data": [{"talk": [{"who": "a", "body": "b", "at": "2026-01-01"}]}]}')
    detection = detect(document, str(tmp_path / "m.yaml"), (), Options())
    with pytest.raises(BadInputError) as error:
        [run_task(task) for task in tasks([(0, document, detection)])]
    assert "a.json：里面没有 json.records 写的列表“data.*.talk.*”。" in error.value.sentence("zh")


def test_shipped_mappings_are_sound() -> None:
    mappings = shipped_mappings()
    assert len(mappings) == 7
    for mapping in mappings:
        assert mapping.name.zh
        assert mapping.name.en
        assert mapping.detect.content


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as error:
        load_mapping(tmp_path / "none.yaml")
    assert error.value.sentence("zh") == f"{tmp_path / 'none.yaml'}：没有这个文件。检查路径"


def test_a_slow_pattern_costs_nothing() -> None:
    mapping = parse_mapping(GOOD.replace("text: body", "text: {from: body, pattern: '^((?:a+)+)$'}").encode(), "m.yaml")
    document = memory_document("a.csv", b"who,body,at\nx," + b"a" * 40 + b"!,2026-01-01 10:00\n")
    detection = detect(document, "mine", (mapping,), Options())
    (outcome,) = [run_task(task) for task in tasks([(0, document, detection)])]
    assert outcome.messages is not None
    assert outcome.messages.column("text").to_pylist() == [""]
