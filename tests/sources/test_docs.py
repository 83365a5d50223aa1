"""The pages about formats and mappings are true: every format has its row, every example of the tutorial works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import PROJECT

from qunjian.model.capabilities import FIELDS
from qunjian.runs.formats import FormatRow, format_rows
from qunjian.sources.document import memory_document
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

MARKS = {"yes": "●", "partly": "◐", "no": "·"}


def table_row(row: FormatRow) -> str:
    return f"| {row.format} | " + " | ".join(MARKS[row.capabilities[field]] for field in FIELDS) + " |"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_format_has_its_row(language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    page = (PROJECT / "docs" / language / "formats.md").read_text("utf-8")
    for row in format_rows(None):
        assert table_row(row) in page, f"docs/{language}/formats.md lacks or misstates: {table_row(row)}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_examples_of_the_tutorial_work(language: str) -> None:
    page = (PROJECT / "docs" / language / "mapping.md").read_text("utf-8")
    blocks = re.findall(r"```(\w*)\n(.*?)```", page, re.S)
    yaml = [body for kind, body in blocks if kind == "yaml" and body.startswith("id:")]
    table = next(body for kind, body in blocks if not kind and ",u01," in body)
    mapping = parse_mapping(yaml[0].encode(), "page")
    (outcome,) = _parsed(mapping, "a.csv", table)
    assert outcome.messages is not None
    row = outcome.messages.to_pylist()[0]
    hour = 15 - {"zh": 8, "en": 1}[language]
    assert (row["account_id"], row["kind"], row["sent_at"].hour, row["sent_at"].minute) == ("im:u01", "text", hour, 7)
    assert "\n" in row["text"]
    log = parse_mapping(yaml[1].encode(), "page")
    body = {
        "zh": '[图片]\n2026-1-5 15:08 系统\n"小林"加入了群聊\n',
        "en": "<photo>\n2026-1-5 15:08 system\nLin joined\n",
    }
    (outcome,) = _parsed(log, "room.txt", "2026-1-5 15:07 A\n" + body[language])
    assert outcome.messages is not None
    assert outcome.membership is not None
    assert outcome.messages.column("kind").to_pylist() == ["image"]
    assert outcome.membership.column("name_then").to_pylist() == [{"zh": "小林", "en": "Lin"}[language]]
    xml = parse_mapping(yaml[2].encode(), "page")
    (shown,) = re.findall(r"`(<log>.*?</log>)`", page)
    (outcome,) = _parsed(xml, "log.xml", shown)
    assert outcome.messages is not None
    assert outcome.messages.column("message_id").to_pylist() == ["7"]
    assert outcome.messages.column("text").to_pylist() == [{"zh": "好", "en": "hi"}[language]]


def _parsed(mapping: object, name: str, text: str) -> list[object]:
    document = memory_document(name, text.encode())
    detection = detect(document, mapping.id, (mapping,), Options())  # type: ignore[attr-defined, arg-type]
    return [run_task(task) for task in tasks([(0, document, detection)])]
