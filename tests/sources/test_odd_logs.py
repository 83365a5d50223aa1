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


FORUM = """{"site": "forum.example", "boards": [{"board": "keys", "threads": [
 {"id": 1, "by": 7, "at": "2026-11-16T01:25:00+08:00", "body": "which?", "state": "visible", "children": [
  {"id": 2, "by": 8, "at": "2026-11-16T02:25:00+08:00", "body": "red", "state": "visible", "children": [
   {"id": 3, "by": 7, "at": "2026-11-16T03:25:00+08:00", "body": "thanks", "state": "visible", "children": []},
   {"id": 4, "by": null, "at": "2026-11-16T04:25:00+08:00", "body": null, "state": "deleted", "children": [
    {"id": 5, "by": 9, "at": "2026-11-16T05:25:00+08:00", "body": "why gone?", "state": "visible"}]}]},
  17]},
 {"id": 6, "by": 9, "at": "2026-11-17T01:25:00+08:00", "body": "hello", "state": "visible", "children": null}]}]}
"""
FORUM_PAGE = r"""
id: keyforum
name: {zh: 论坛, en: forum}
platform: forum
format: json
json: {records: boards.*.threads, children: children}
fields:
  community: context.board
  message_id: id
  account: by
  text: body
  reply_to: parent.id
  thread: top.id
time: {from: at}
rules:
  - {on: state, match: '^deleted$', skip: true}
"""
GUILD = """Chat log of the guild
exported by Rex

[Sa 21.11.26 ~ 9:05 nachm.] Lin: raid at nine
bring potions
[So 22.11.26 ~ 12:10 vorm.] Rex: gone

[So 32.11.26 ~ 1:10 nachm.] Rex: broken
"""
GUILD_PAGE = r"""
id: guild
name: {zh: 公会, en: guild}
platform: game
format: log
log: {start: '\[\pL+ (?P<at>[^\]]*)\] (?P<who>[^:\n]*): '}
fields: {name: who, text: body}
time:
  from: at
  replace: [{match: 'nachm\.', by: PM}, {match: 'vorm\.', by: AM}]
  formats: ["%d.%m.%y ~ %I:%M %p"]
  zone: UTC
"""


def taken(page: str, name: str, text: str, size: int) -> tuple[list[dict[str, object]], list[tuple[str, int]]]:
    document = memory_document(name, text.encode())
    mapping = parse_mapping(page.encode(), "page")
    detection = detect(document, mapping.id, (mapping,), Options(zone="UTC", slice_bytes=size))
    rows: list[dict[str, object]] = []
    refused: list[tuple[str, int]] = []
    for task in tasks([(0, document, detection)]):
        outcome = run_task(task)
        rows += outcome.messages.to_pylist() if outcome.messages is not None else []
        refused += [(reject.reason, reject.at) for part in outcome.parts for reject in part.rejects]
    return rows, refused


@pytest.mark.parametrize("size", [64, 1 << 20])
def test_replies_inside_replies_are_read_with_their_parents(size: int) -> None:
    rows, refused = taken(FORUM_PAGE, "dump.json", FORUM, size)
    told = [(row["message_id"], row["reply_to"], row["thread_id"], row["account_id"]) for row in rows]
    assert told == [
        ("1", None, "1", "forum:7"), ("2", "1", "1", "forum:8"), ("3", "2", "1", "forum:7"),
        ("5", "4", "1", "forum:9"), ("6", None, "6", "forum:9"),
    ]  # fmt: skip
    assert {row["community_id"] for row in rows} == {"forum:keys"}
    assert refused == [("wrong_type", 1)]


@pytest.mark.parametrize("size", [64, 1 << 20])
def test_words_in_dates_are_replaced_and_rejects_name_their_line(size: int) -> None:
    rows, refused = taken(GUILD_PAGE, "guild.txt", GUILD, size)
    assert [row["sent_at"].isoformat() for row in rows] == ["2026-11-21T21:05:00+00:00", "2026-11-22T00:10:00+00:00"]
    assert [row["text"] for row in rows] == ["raid at nine\nbring potions", "gone"]
    assert refused == [("before_first_record", 1), ("bad_time", 8)]
