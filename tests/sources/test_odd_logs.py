"""Logs as people keep them - odd dates, several lines, no ids - mapped only with what the tutorial says."""

from __future__ import annotations

import re

import pytest
from tests.conftest import PROJECT

from qunjian.sources.document import memory_document
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

CLUB = """读书群 聊天备份
=== 2026年1月5日 星期一 ===
下午3点07分 小林：今天读哪一章？
第三章吗
下午3点09分 老周：第三章
=== 2026年1月6日 星期二 ===
上午9点05分 阿敏：大家好
"""
CLUB_EN = """Reading club
=== 5 Jan 2026 ===
3:07 pm Lin: which chapter?
the third?
3:09 pm Zhou: the third
=== 6 Jan 2026 ===
9:05 am Min: hello
"""
BOARD = """From: Ann Smith
When: Mon 05 Jan 2026 03.07 PM
hello there

two lines
----
From: Bob
When: Tue 06 Jan 2026 12.00 AM
(joined)
"""
BOARD_PAGE = r"""
id: board
name: {zh: 帖子, en: posts}
platform: im
format: log
log: {start: 'From: (?P<who>[^\n]*)\nWhen: (?P<when>[^\n]*)\n'}
fields:
  community: "=board"
  name: who
  text: {from: body, replace: [{match: '\n----\s*$', by: ''}]}
time: {from: when, formats: ["%a %d %b %Y %I.%M %p"], zone: Europe/London}
rules:
  - {on: body, match: '^\(joined\)\s*$', event: joined}
"""
DUMP = """20260105T150700|ann#12|msg|first | with pipe
20260105T150730|bob#7|msg|second
20260105T150800|cyd#9|enter|
05012026 bad line
"""
DUMP_PAGE = """
id: dump
name: {zh: 转储, en: dump}
platform: im
format: csv
table: {header: false, columns: [when, who, what, said], delimiter: "|", quoted: false}
fields:
  community: "=dump"
  account: {from: who, pattern: '#([0-9]+)$'}
  text: said
  kind: {from: what, map: {msg: text}}
time: {from: when, formats: ["%Y%m%dT%H%M%S"], zone: Asia/Shanghai}
rules:
  - {on: what, match: '^enter$', event: joined}
"""


def read(page: str, name: str, text: str) -> tuple[list[tuple[str, str | None, str]], list[str], list[str]]:
    mapping = parse_mapping(page.encode(), "page")
    document = memory_document(name, text.encode())
    detection = detect(document, mapping.id, (mapping,), Options(zone="Asia/Shanghai"))
    (outcome,) = [run_task(task) for task in tasks([(0, document, detection)])]
    said = [] if outcome.messages is None else outcome.messages.to_pylist()
    events = [] if outcome.membership is None else outcome.membership.to_pylist()
    return (
        [(f"{row['sent_at']:%m-%d %H:%M}", row["name_then"] or row["account_id"], row["text"]) for row in said],
        [row["kind"] for row in events],
        [reject.reason for part in outcome.parts for reject in part.rejects],
    )


@pytest.mark.parametrize(("language", "text"), [("zh", CLUB), ("en", CLUB_EN)])
def test_a_date_on_a_line_of_its_own_as_the_tutorial_shows_it(language: str, text: str) -> None:
    page = (PROJECT / "docs" / language / "mapping.md").read_text("utf-8")
    shown = next(body for body in re.findall(r"```yaml\n(.*?)```", page, re.S) if "carry: {day" in body)
    head = "id: club\nname: {zh: 书, en: club}\nplatform: im\nformat: log\n"
    rows, _, rejected = read(head + shown + "fields: {community: =club, name: who, text: body}\n", "club.txt", text)
    hours = ("07:07", "07:09", "01:05") if language == "zh" else ("15:07", "15:09", "09:05")  # Shanghai, London
    assert [row[0] for row in rows] == [f"01-05 {hours[0]}", f"01-05 {hours[1]}", f"01-06 {hours[2]}"]
    assert rows[0][2].count("\n") == 1
    assert rejected == ["before_first_record"]


def test_blocks_with_a_line_between_them() -> None:
    rows, events, rejected = read(BOARD_PAGE, "posts.txt", BOARD)
    assert rows == [("01-05 15:07", "Ann Smith", "hello there\n\ntwo lines")]
    assert (events, rejected) == (["joined"], [])


def test_a_row_of_more_columns_than_the_mapping_says_is_refused_and_not_cut_whether_it_comes_first_or_not() -> None:
    rows, events, rejected = read(DUMP_PAGE, "dump.dat", DUMP)
    assert rows == [("01-05 07:07", "im:7", "second")]
    assert (events, rejected) == (["joined"], ["wrong_columns", "wrong_columns"])
    assert read(DUMP_PAGE, "dump.dat", "".join(reversed(DUMP.splitlines(keepends=True))))[0] == rows
