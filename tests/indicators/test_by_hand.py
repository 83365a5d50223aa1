"""Indicators counted by hand on small communities, with their reasons, periods and switches."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from tests.indicators.worlds import listing, message, session_of

from qunjian.indicators.measure import measure
from qunjian.indicators.registry import INDICATORS
from qunjian.model.capabilities import FIELDS, Capabilities
from qunjian.model.decisions import Decisions, Duty, Role
from qunjian.model.schemas import INDICATOR_VALUE

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
CST = dt.timezone(dt.timedelta(hours=8))


def at(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=CST)


def book_club() -> dict:
    """Two weeks, Monday 2 to Sunday 15 November 2026, in Shanghai; ann answers, bob asks, cy reads, dee leaves."""
    messages = [
        message(at(2, 9), "ann", id="1"),
        message(at(2, 23, 59), "bob", id="2", mentions=("ann",)),
        message(at(3, 0, 1), "ann", id="3", reply_to="2"),
        message(at(3, 8), "ann", "image", id="4"),
        message(at(8, 23), "dee", id="5"),
        message(at(9, 9), "bob", id="6", reply_to="5"),
        message(at(9, 9, 30), "bob", id="7", reply_to="6"),
        message(at(10, 10), "eve", id="8", name="读书机器人"),
        message(at(12, 10), "fay", id="9"),
        message(at(15, 21), "ann", "sticker", id="10"),
        message(at(15, 22), None, "system", id="11"),
    ]
    events = [
        {"at": at(9, 8), "account": "dee", "kind": "left"},
        {"at": at(11, 8), "account": "fay", "kind": "joined"},
    ]
    roster = [listing(name, at(15, 23)) for name in ("bob", "cy", "fay")]
    roster.append(listing("ann", at(15, 23), role="owner"))
    return {"zone": "Asia/Shanghai", "messages": messages, "events": events, "roster": roster}


def values(table: pa.Table, period: str) -> dict[str, float | str | None]:
    rows = [row for row in table.to_pylist() if row["period"] == period and row["part"] is None]
    return {row["indicator"]: row["unknown"] or row["value"] for row in rows}


@pytest.fixture(scope="module")
def weeks() -> pa.Table:
    return measure(session_of({"x:club": book_club()}), list(INDICATORS), by="week", now=NOW)


def test_first_week(weeks: pa.Table):
    assert values(weeks, "2026-W45") == {
        "speakers": 3, "daily_speakers": pytest.approx(4 / 7), "stickiness": "history_too_short", "posts": 5,
        "posts_per_speaker": pytest.approx(5 / 3), "hours": 5, "members": 4, "active_ratio": 0.75,
        "posts_per_member": 1.25, "silent_members": 1, "joins": 0, "leaves": 0, "net_growth": 0, "leave_rate": 0,
        "new_speakers": "history_too_short", "returning_speakers": "history_too_short",
        "resurrected_speakers": "history_too_short", "dormant_speakers": "history_too_short",
        "retention_day1": "history_too_short", "retention_day7": "history_too_short",
        "retention_day30": "history_too_short", "newcomer_activation": "not_yet_observed",
        "reply_rate": 0.4, "mention_rate": 0.2, "gini_speakers": pytest.approx(4 / 15),
        "gini_members": pytest.approx(0.45), "staff_share": 0.6, "first_response_median": "no_staff",
        "first_response_p90": "no_staff", "response_rate": "no_staff", "content_kinds": 5, "media_coverage": 0.8,
        "valid_content_rate": 0, "top_words": 5,
    }  # fmt: skip


def test_second_week(weeks: pa.Table):
    found = values(weeks, "2026-W46")
    assert {name: found[name] for name in (
        "speakers", "members", "active_ratio", "silent_members", "joins", "leaves", "net_growth", "leave_rate",
        "new_speakers", "returning_speakers", "resurrected_speakers", "dormant_speakers", "retention_day1",
        "newcomer_activation", "reply_rate",
    )} == {
        "speakers": 3, "members": 4, "active_ratio": 0.6, "silent_members": 2, "joins": 1, "leaves": 1,
        "net_growth": 0, "leave_rate": 0.25, "new_speakers": 1, "returning_speakers": 2, "resurrected_speakers": 0,
        "dormant_speakers": 1, "retention_day1": 0, "newcomer_activation": "not_yet_observed", "reply_rate": 0,
    }  # fmt: skip


def test_parts(weeks: pa.Table):
    rows = [row for row in weeks.to_pylist() if row["period"] == "2026-W45" and row["part"]]
    assert {row["part"]: row["value"] for row in rows if row["indicator"] == "content_kinds"} == {"image": 1, "text": 4}
    assert {row["part"] for row in rows if row["indicator"] == "hours"} == {"1-09", "1-23", "2-00", "2-08", "7-23"}


def test_schema_and_one_row_each(weeks: pa.Table):
    assert weeks.schema == INDICATOR_VALUE
    whole = weeks.filter(pa.compute.is_null(weeks["part"]))
    assert whole.num_rows == len(INDICATORS) * 2
    assert all((row["value"] is None) == (row["unknown"] is not None) for row in whole.to_pylist())


def test_switches():
    session = session_of({"x:club": book_club()})
    week = dt.date(2026, 11, 9)
    asked = {"by": "week", "now": NOW, "first": week, "after": week + dt.timedelta(days=7)}
    assert values(measure(session, ["speakers"], bots=True, **asked), "2026-W46") == {"speakers": 4}
    assert values(measure(session, ["speakers"], staff=False, **asked), "2026-W46") == {"speakers": 2}
    stated = Decisions(roles=(Role("x:club", "fay", "bot"), Role("x:club", "eve", "member")))
    assert values(measure(session, ["speakers"], decisions=stated, **asked), "2026-W46") == {"speakers": 3}


def test_what_the_source_cannot_know_is_unknown():
    session = session_of({"x:club": book_club()})
    knows = Capabilities({field: "yes" for field in FIELDS if field not in ("replies", "joins", "media")})
    ids = ["reply_rate", "joins", "net_growth", "media_coverage", "posts"]
    table = measure(session, ids, by="week", now=NOW, capabilities={"x:club": knows})
    assert values(table, "2026-W46") == {
        "reply_rate": "no_replies", "joins": "no_joins", "net_growth": "no_joins", "media_coverage": "no_media",
        "posts": 4,
    }  # fmt: skip


def test_without_a_roster():
    world = book_club() | {"roster": []}
    ids = ["active_ratio", "members", "silent_members", "gini_members", "leave_rate", "staff_share"]
    table = measure(session_of({"x:club": world}), ids, by="week", now=NOW)
    assert set(values(table, "2026-W46").values()) == {"no_roster", "no_staff"}
    sized = world | {"sizes": [{"at": at(5), "members": 20}]}
    found = values(measure(session_of({"x:club": sized}), ids, by="week", now=NOW), "2026-W46")
    assert (found["members"], found["active_ratio"], found["silent_members"]) == (20, 0.15, 17)


def test_periods_outside_the_record_and_unfinished_ones():
    session = session_of({"x:club": book_club()})
    asked = {"by": "week", "first": dt.date(2026, 10, 26), "after": dt.date(2026, 11, 23)}
    rows = measure(session, ["posts"], now=NOW, **asked).to_pylist()
    assert [row["unknown"] or row["value"] for row in rows] == ["outside_record", 5, 4, "outside_record"]
    assert [row["unfinished"] for row in rows] == [False, False, False, True]
    assert rows[1]["starts"] == at(2, 0)
    midweek = measure(session, ["posts"], now=at(15, 23), **asked).to_pylist()
    assert [row["unfinished"] for row in midweek] == [False, False, True, True]
    days = measure(session, ["posts"], by="day", now=NOW).to_pylist()
    assert [row["period"] for row in days if row["unfinished"]] == ["2026-11-15"]


def test_an_export_stamp_prolongs_the_record():
    world = book_club()
    world["documents"] = [
        {"observed_at": at(23, 1), "first": at(2), "communities": '{"x:club": 11}'},
        {"observed_at": at(30, 1), "first": None, "communities": '{"x:club": 0}'},
    ]
    rows = measure(session_of({"x:club": world}), ["posts"], by="week", now=NOW).to_pylist()
    assert [(row["value"], row["unfinished"]) for row in rows] == [(5, False), (4, False), (0, False), (0, True)]


def test_a_day_of_twenty_three_hours():
    # Berlin, Sunday 31 March 2024: clocks go from 2:00 to 3:00, the day runs from 23:00Z to 22:00Z.
    edges = ("2024-03-30T22:59Z", "2024-03-30T23:00Z", "2024-03-31T21:59Z", "2024-03-31T22:00Z")
    messages = [message(dt.datetime.fromisoformat(one), "a", id=one) for one in edges]
    session = session_of({"x:berlin": {"zone": "Europe/Berlin", "messages": messages}})
    table = measure(session, ["posts", "hours"], by="day", now=NOW)
    assert values(table, "2024-03-31") == {"posts": 2, "hours": 2}
    assert {row["part"] for row in table.to_pylist() if row["period"] == "2024-03-31" and row["part"]} == {
        "7-00", "7-23",
    }  # fmt: skip


def test_first_response_with_an_open_question():
    # Duty account ann: asked at 9:00 (answered after 60 s), 10:00 (after 180 s); the third question stays open.
    messages = [
        message(at(2, 9), "bob", id="1", mentions=("ann",), text="怎么报名？"),
        message(at(2, 9, 1), "ann", id="2", reply_to="1"),
        message(at(2, 10), "cy", id="3", mentions=("ann",), text="几点开始？"),
        message(at(2, 10, 3), "ann", id="4", reply_to="3"),
        message(at(3, 10), "dee", id="5", mentions=("ann",), text="在哪里集合？"),
        message(at(4, 10), "cy", id="6"),
    ]
    session = session_of({"x:help": {"zone": "Asia/Shanghai", "messages": messages}, "x:other": book_club()})
    decisions = Decisions(duties=(Duty("x:help", "安", ("ann",)),))
    ids = ["first_response_median", "first_response_p90", "response_rate"]
    rows = measure(session, ids, by="week", now=NOW, decisions=decisions).to_pylist()
    helped = {row["indicator"]: row["unknown"] or row["value"] for row in rows if row["community_id"] == "x:help"}
    assert helped == {
        "first_response_median": 180, "first_response_p90": "too_many_open", "response_rate": pytest.approx(2 / 3),
    }  # fmt: skip
    assert {row["unknown"] for row in rows if row["community_id"] == "x:other"} == {"no_staff"}


def test_top_words():
    texts = ["退款什么时候到账", "退款退款还没有到账", "读书会改到周六", "退款流程在哪里看"]
    messages = [message(at(2, 9 + n), "ann", id=str(n), text=text) for n, text in enumerate(texts)]
    session = session_of({"x:club": {"zone": "Asia/Shanghai", "messages": messages}})
    rows = measure(session, ["top_words"], by="week", now=NOW).to_pylist()
    found = {row["part"]: (row["value"], row["n"]) for row in rows}
    assert found[None] == (4, 4)
    assert found["退款"] == (3, 4)
    assert found["流程"] == (1, 4)


def test_an_empty_lake_has_no_rows():
    table = measure(session_of({}), list(INDICATORS), by="week", now=NOW)
    assert (table.num_rows, table.schema) == (0, INDICATOR_VALUE)
    asked = {"first": dt.date(2026, 11, 2), "after": dt.date(2026, 11, 9), "communities": ["x:none"]}
    rows = measure(session_of({}), list(INDICATORS), by="week", now=NOW, **asked).to_pylist()
    assert {row["unknown"] for row in rows} == {"outside_record"}
    assert len(rows) == len(INDICATORS)
