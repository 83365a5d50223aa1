"""Reply links: native ones, mentions, what is unknown, and nobody answers himself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from qunjian.conversations.knowledge import link_knowledge
from qunjian.conversations.replies import LINK_COLUMNS, reply_links
from qunjian.model.capabilities import Capabilities


def links(world: Any, rows: list[dict[str, Any]]) -> set[tuple[str, str | None, str | None, str]]:
    session = world.session_of(rows)
    table = session.ibis.to_pyarrow(reply_links(session.table("message")))
    assert tuple(table.column_names) == LINK_COLUMNS
    session.close()
    return {(row["message_id"], row["target_id"], row["target_account_id"], row["basis"]) for row in table.to_pylist()}


def test_native_links_name_the_message_even_when_it_is_missing(world: Any) -> None:
    rows = [world.said(0, "a", id="1"), world.said(1, "b", id="2", to="1"), world.said(2, "c", id="3", to="gone")]
    assert links(world, rows) == {("2", "1", "a", "native"), ("3", "gone", None, "native")}


def test_a_message_of_the_same_id_in_another_scope_is_another_message(world: Any) -> None:
    rows = [world.said(0, "a", id="1", community="chat:b"), world.said(1, "b", id="2", to="1")]
    assert links(world, rows) == {("2", "1", None, "native")}


def test_mentions_point_at_the_newest_earlier_message_of_the_channel(world: Any) -> None:
    rows = [
        world.said(0, "a", id="1", channel="x"),
        world.said(1, "a", id="2", channel="x"),
        world.said(2, "a", id="3", channel="y"),
        world.said(3, "b", id="4", channel="x", mentions=("a", "c", "a")),
        world.said(4, "a", id="5", channel="x"),
    ]
    assert links(world, rows) == {("4", "2", "a", "mention"), ("4", None, "c", "mention")}


def test_a_native_reply_is_not_counted_again_as_a_mention(world: Any) -> None:
    rows = [
        world.said(0, "a", id="1"),
        world.said(1, "a", id="2"),
        world.said(2, "b", id="3", to="1", mentions=("a", "b")),
    ]
    assert links(world, rows) == {("3", "1", "a", "native")}


def test_a_quote_by_author_and_minute_is_found_in_its_thread(world: Any) -> None:
    def post(second: int, name: str, thread: str, **more: Any) -> dict[str, Any]:
        row = world.said(second, f"id-{name}", f"{second}{name}", id=f"{thread}{second}", **more)
        wall = row["sent_at"].replace(tzinfo=None) + dt.timedelta(hours=8)
        return {**row, "name_then": name, "thread_id": thread, "wall_time": wall}

    rows = [
        post(0, "甲 | 乙", "t"),
        post(59, "甲 | 乙", "t"),
        post(30, "甲 | 乙", "u"),
        post(120, "丙", "t", to="?2026-03-02T09:00|甲 | 乙"),
        post(180, "丁", "t", to="?2026-03-02T09:07|甲 | 乙"),
    ]
    assert links(world, rows) == {
        ("t120", "t0", "id-甲 | 乙", "native"),
        ("t180", "?2026-03-02T09:07|甲 | 乙", None, "native"),
    }


def test_nobody_answers_himself_and_the_system_answers_nobody(world: Any) -> None:
    rows = [
        world.said(0, "a", id="1"),
        world.said(1, "a", id="2", to="1"),
        world.said(2, "b", id="3", to="1", kind="system"),
    ]
    assert links(world, rows) == set()


@pytest.mark.parametrize(
    ("answers", "knowledge"),
    [
        ({}, "no"),
        ({"replies": "yes"}, "yes"),
        ({"mentions": "partly"}, "partly"),
        ({"replies": "no", "mentions": "yes"}, "yes"),
    ],
)
def test_knowledge_is_the_better_of_both(answers: dict[Any, Any], knowledge: str) -> None:
    assert link_knowledge(Capabilities(answers)) == knowledge


def test_a_quote_by_account_and_minute_is_found_whatever_the_name_was(world: Any) -> None:
    def post(second: int, account: str, **more: Any) -> dict[str, Any]:
        row = world.said(second, account, id=str(second), **more)
        return {**row, "wall_time": row["sent_at"].replace(tzinfo=None) + dt.timedelta(hours=8)}

    first = post(0, "x:1")
    mark = f"?{first['wall_time']:%Y-%m-%dT%H:%M}"
    rows = [
        {**first, "name_then": "旧名"},
        post(10, "x:2"),
        post(60, "x:3", to=f"{mark}||x:1"),
        post(61, "x:3", to=f"{mark}||x:9"),
    ]
    assert links(world, rows) == {("60", "0", "x:1", "native"), ("61", f"{mark}||x:9", None, "native")}
