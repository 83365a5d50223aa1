"""Hours, kinds and words of a period: local clocks through a change of time, and no member's name among the words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from tests.indicators.worlds import message, session_of

from qunjian.runs.report_facts import span_table
from qunjian.runs.report_shapes import Words, read_slots

BERLIN = ZoneInfo("Europe/Berlin")
# The clock of Berlin goes from 02:00 to 03:00 on 31 March 2024, a Sunday.
FIRST, AFTER = dt.date(2024, 3, 25), dt.date(2024, 4, 8)


def test_hours_follow_the_clock_through_a_change():
    begin = dt.datetime(2024, 3, 24, 20, tzinfo=dt.UTC)
    moments = [begin + dt.timedelta(minutes=37 * step) for step in range(600)]
    kinds = ("text", "image", "system")
    rows = [message(at, kind=kinds[number % 3], id=str(number)) for number, at in enumerate(moments)]
    session = session_of({"x:a": {"zone": "Europe/Berlin", "messages": rows}})
    session.connection.register("report_span", span_table({"x:a": "Europe/Berlin"}, FIRST, AFTER))
    slots = read_slots(session)["x:a"]
    inside = [
        (at.astimezone(BERLIN), kinds[number % 3])
        for number, at in enumerate(moments)
        if FIRST <= at.astimezone(BERLIN).date() < AFTER and kinds[number % 3] != "system"
    ]
    hours = Counter(24 * there.weekday() + there.hour for there, _ in inside)
    assert slots.hours == [hours[place] for place in range(168)]
    assert slots.kinds == Counter(kind for _, kind in inside)
    assert slots.media == slots.kinds["image"]


def test_a_span_splits_at_the_change_only():
    table = span_table({"x:a": "Europe/Berlin", "x:b": "Asia/Shanghai"}, FIRST, AFTER)
    shifts = [(row["community_id"], row["shift"] // 3_600_000_000) for row in table.to_pylist()]
    assert shifts == [("x:a", 1), ("x:a", 2), ("x:b", 8)]
    ends = table["ends"].to_pylist()
    assert ends[0] == table["starts"].to_pylist()[1] == dt.datetime(2024, 3, 31, 1, tzinfo=dt.UTC)


@pytest.fixture
def words():
    found = Words()
    yield found
    found.close()


def test_words_are_counted_once_a_post_without_names_bots_and_numbers(words: Words):
    at = dt.datetime(2024, 3, 26, 12, tzinfo=dt.UTC)
    said = [
        ("小李", "奶粉什么牌子的奶粉好"),
        ("阿珍", "奶粉我买的进口的"),
        ("小李", "@欧阳慧敏 奶粉到了"),
        ("欧阳慧敏", "谢谢"),
    ]
    said += [(name, "欧阳慧敏 加 13812345678") for name in ("小李", "阿珍", "老王")]
    said += [("天气机器人", "今日天气晴朗")] * 5
    rows = [
        message(at + dt.timedelta(seconds=number), name, id=str(number), name=name, text=text)
        for number, (name, text) in enumerate(said)
    ]
    session = session_of({"x:a": {"zone": "Europe/Berlin", "messages": rows}})
    session.connection.register("report_span", span_table({"x:a": "Europe/Berlin"}, FIRST, AFTER))
    words.ask(session, ["x:a"], [])
    found = dict(words.found()["x:a"])
    assert found["奶粉"] == 3
    assert not {"欧阳", "慧敏", "欧阳慧敏", "天气", "晴朗", "13812345678"} & set(found)
