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
    xml = parse_mapping(yaml[3].encode(), "page")
    (shown,) = re.findall(r"`(<log>.*?</log>)`", page)
    (outcome,) = _parsed(xml, "log.xml", shown)
    assert outcome.messages is not None
    assert outcome.messages.column("message_id").to_pylist() == ["7"]
    assert outcome.messages.column("text").to_pylist() == [{"zh": "好", "en": "hi"}[language]]


NIGHT = "【初一日 晚9:05】沐风：集合\n【廿一日 中午11:50】※ {notice}\n"
NOTICES = {"zh": "阿哲 被 老K 请出了公会", "en": "阿哲 was removed by 老K"}
LATE = "[Sa 21.11.26 ~ 9:05 nachm.] Lin: raid\n[So 22.11.26 ~ 12:10 vorm.] Rex: gone\n"
NESTED = """{"boards": [{"board": "b", "threads": [
 {"id": 1, "author": 7, "created_at": "2026-11-16T01:25:00Z", "body": "a<br>b &amp; c", "status": "visible", "replies":
  [{"id": 2, "author": 8, "created_at": "2026-11-16T02:25:00Z", "body": "d", "status": "visible", "replies":
   [{"id": 3, "author": 7, "created_at": "2026-11-16T03:25:00Z", "body": "", "status": "deleted"}]}]}]}]}"""
HEAD = "id: page\nname: {zh: 页, en: page}\nplatform: im\nformat: log\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_odd_examples_of_the_tutorial_work(language: str) -> None:
    page = (PROJECT / "docs" / language / "mapping.md").read_text("utf-8")
    yaml = re.findall(r"```yaml\n(.*?)```", page, re.S)
    dated = next(body for body in yaml if body.startswith("path: '(?P<group>"))
    events = next(body for body in yaml if "event: kicked" in body)
    night = NIGHT.format(notice=NOTICES[language])
    (outcome,) = _parsed(parse_mapping((HEAD + dated + events).encode(), "page"), "guild_2026年11月.txt", night)
    assert outcome.messages is not None
    assert outcome.membership is not None
    (said,), (event,) = outcome.messages.to_pylist(), outcome.membership.to_pylist()
    assert (said["sent_at"].isoformat(), said["text"]) == ("2026-11-01T13:05:00+00:00", "集合")
    assert (event["sent_at"].isoformat(), event["kind"]) == ("2026-11-21T03:50:00+00:00", "kicked")
    assert (event["name_then"], event["actor_id"]) == ("阿哲", "im:name:老K")

    words = next(body for body in yaml if body.startswith("log: {start: '\\[\\pL+"))
    fields = "fields: {name: who, text: body}\n"
    (outcome,) = _parsed(parse_mapping((HEAD + words + fields).encode(), "page"), "log.txt", LATE)
    assert outcome.messages is not None
    assert [at.isoformat() for at in outcome.messages.column("sent_at").to_pylist()] == [
        "2026-11-21T21:05:00+00:00", "2026-11-22T00:10:00+00:00",
    ]  # fmt: skip

    forum = parse_mapping(next(body for body in yaml if "children: replies" in body).encode(), "page")
    (outcome,) = _parsed(forum, "forum.json", NESTED)
    assert outcome.messages is not None
    told = [(row["message_id"], row["reply_to"], row["thread_id"], row["text"]) for row in outcome.messages.to_pylist()]
    assert told == [("1", None, "1", "a\nb & c"), ("2", "1", "1", "d")]


def _parsed(mapping: object, name: str, text: str) -> list[object]:
    document = memory_document(name, text.encode())
    detection = detect(document, mapping.id, (mapping,), Options())  # type: ignore[attr-defined, arg-type]
    return [run_task(task) for task in tasks([(0, document, detection)])]
