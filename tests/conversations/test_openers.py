"""Openers of conversations equal a plain walk through the messages; silences, threads, bots, ends of the record."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.indicators.worlds import message, session_of

from qunjian.conversations.openers import COLUMNS, openers

START = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
SILENCE = dt.timedelta(minutes=30)
SPANS = pa.table(
    {
        "community_id": ["x:a"], "starts": [START], "ends": [START + dt.timedelta(days=2)],
        "shift": [8 * 3_600_000_000],
    },
    schema=pa.schema([
        ("community_id", pa.string()), ("starts", pa.timestamp("us", "UTC")), ("ends", pa.timestamp("us", "UTC")),
        ("shift", pa.int64()),
    ]),
)  # fmt: skip


def found(messages: list[dict], spans: pa.Table = SPANS) -> list[dict]:
    session = session_of({"x:a": {"zone": "Asia/Shanghai", "messages": messages}})
    table = openers(session, spans, SILENCE, [("x:a", "helper")], ("机器人",))
    session.close()
    assert table.column_names == list(COLUMNS)
    return table.to_pylist()


def by_walking(messages: list[dict]) -> list[tuple]:
    """Walk through all posts of people in order; a post opens when the one before it is longer ago than the silence."""
    until = max(m["at"] for m in messages)
    said = [
        m for m in messages
        if m["kind"] not in ("system", "recall") and m["account"] and m["account"] != "helper"
        and not (m["name"] or "").endswith("机器人")
    ]  # fmt: skip
    said.sort(key=lambda m: (m["at"], m["id"]))
    talks: list[list[dict]] = []
    for m in said:
        if talks and m["at"] - talks[-1][-1]["at"] <= SILENCE:
            talks[-1].append(m)
        else:
            talks.append([m])
    rows = []
    for talk in talks:
        people = {m["account"] for m in talk}
        cut = len(people) < 2 and talk[-1]["at"] + SILENCE >= until
        if SPANS["starts"][0].as_py() <= talk[0]["at"] < SPANS["ends"][0].as_py():
            rows.append((talk[0]["id"], len(people), len(talk), cut))
    return rows


posts = st.lists(
    st.tuples(
        st.sampled_from((-40, -10, 0, 5, 30, 31, 60, 61, 1440, 2850, 2890, 2920, 3000)),
        st.sampled_from(("ann", "bob", "cy", "helper", None)), st.sampled_from(("text", "text", "image", "system")),
        st.booleans(),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(posts)
def test_equal_to_walking(drawn: list[tuple]):
    messages = [
        message(START + dt.timedelta(minutes=at), who, kind, id=f"m{n}", name="群助手机器人" if odd and who else who)
        for n, (at, who, kind, odd) in enumerate(drawn)
    ]
    rows = found(messages)
    assert [(r["message_id"], r["people"], r["posts"], r["open"]) for r in rows] == by_walking(messages)


def test_hours_are_the_communitys_own():
    friday_late = dt.datetime(2026, 11, 6, 16, 30, tzinfo=dt.UTC)  # Saturday 00:30 in Shanghai
    spans = SPANS.set_column(
        2, SPANS.schema.field(2), pa.array([START + dt.timedelta(days=9)], SPANS.schema.field(2).type)
    )
    (row,) = found([message(friday_late, "ann", id="1")], spans)
    assert (row["hour"], row["weekend"], row["open"]) == (0, True, True)


def test_threads_are_places_of_their_own_and_nothing_is_nothing():
    assert found([message(START, None, "system", id="1")]) == []
