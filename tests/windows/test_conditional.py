"""Conditions on earlier messages: as a naive reference counts them, in one run or in many, gathered or read."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checks.rules import rule

from qunjian.checks.contract import MessageContext
from qunjian.checks.runner import Inspector
from qunjian.checks.windows import conditional
from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.checks.windows.running import gatherers, inspect_windows, longest_look_back
from qunjian.model.capabilities import Capabilities
from qunjian.model.schemas import MEMBERSHIP, MESSAGE

LIGHT = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = ("兼职刷单", "加我领资料", "今天天气好", "兼职刷单加我")
WORDS = {"kind": "phrases", "words": ["兼职刷单"]}
# Minutes after the start, account, text, community.
TALK = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 2), st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=25
)
CONDITIONS: dict[str, dict[str, Any]] = {
    "sender": {"sender": {"messages": 3, "within_minutes": 5}},
    "count": {"count": {"hits": 2, "within_minutes": 5}},
    "anyone": {"count": {"hits": 3, "within_minutes": 5, "by": "anyone"}},
    "near": {"near": {"words": ["加我"], "messages": 2, "within_minutes": 5}},
    "near_anyone": {"near": {"patterns": ["加.{1,2}资料"], "messages": 2, "within_minutes": 5, "by": "anyone"}},
    "joined": {"first_after_joining": {"messages": 2, "within_hours": 1}},
    "spread": {"spread": {"communities": 2, "within_minutes": 5}},
    "spread_text": {"spread": {"communities": 2, "within_minutes": 5, "of": "text"}},
    "mixed": {
        "any": [{"sender": {"messages": 4, "within_minutes": 5}}, {"contains": {"words": ["加我"]}}],
        "not": [{"count": {"hits": 3, "within_minutes": 5}}],
    },
}
JOINS = {0: 0, 1: 12}  # account → minute of joining both communities


def window_rule(name: str, when: dict[str, Any], **more: Any) -> WindowRule:
    written = rule(f"x.{name}", WORDS, when=when, **more)
    value = conditional.Conditional(rule=written, context=MessageContext())
    return WindowRule(written.id, "minor", "spam", conditional.NAME, value, check="phrases")


def rows_of(world: Any, drawn: list[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    return [
        world.said(minute * 60, f"u{account}", TEXTS[text], id=f"{place:02}", community=f"chat:{community}")
        for place, (minute, account, text, community) in enumerate(sorted(drawn))
    ]


def session_with_joins(world: Any, rows: list[dict[str, Any]]) -> Any:
    session = world.session_of(rows)
    joins = [
        {"scope": f"chat:{c}", "message_id": f"j{a}", "community_id": f"chat:{c}", "account_id": f"u{a}",
         "kind": "joined", "sent_at": world.START + dt.timedelta(minutes=minute)}
        for a, minute in JOINS.items() for c in (0, 1)
    ]  # fmt: skip
    table = pa.Table.from_pylist([{**dict.fromkeys(MEMBERSHIP.names), **each} for each in joins], MEMBERSHIP)
    session.connection.register("joins", table)
    session.connection.execute("CREATE TABLE membership AS SELECT * FROM joins")
    return session


def found(world: Any, rows: list[dict[str, Any]], rules: list[WindowRule], **context: Any) -> list[dict[str, Any]]:
    session = session_with_joins(world, rows)
    report = inspect_windows(rules, WindowContext(session, "s", "1", **context))
    session.close()
    return report.findings.to_pylist()


def expected(world: Any, name: str, rows: list[dict[str, Any]]) -> set[str]:
    """What a reader with a pencil would mark: everything is looked up in the list of messages, one by one."""
    ordered = sorted(rows, key=lambda row: (row["sent_at"], row["scope"], row["message_id"]))
    hits = [row for row in ordered if "兼职刷单" in row["text"]]
    marked = set()
    for row in hits:
        place = ordered.index(row)
        recent = [o for o in ordered[: place + 1] if row["sent_at"] - o["sent_at"] <= dt.timedelta(minutes=5)]
        own = [o for o in recent if (o["account_id"], o["community_id"]) == (row["account_id"], row["community_id"])]
        here = [o for o in recent if o["community_id"] == row["community_id"]]
        mine = [o for o in recent if o["account_id"] == row["account_id"] and o in hits]
        if name == "sender":
            holds = len(own) >= 3
        elif name == "count":
            holds = len([o for o in own if o in hits]) >= 2
        elif name == "anyone":
            holds = len([o for o in here if o in hits]) >= 3
        elif name == "near":
            holds = any("加我" in o["text"] for o in own[-3:])
        elif name == "near_anyone":
            holds = any("加我领资料" in o["text"] for o in here[-3:])
        elif name == "joined":
            minute = JOINS.get(int(row["account_id"][1:]))
            start = world.START + dt.timedelta(minutes=minute or 0)
            since = [
                o for o in ordered[: place + 1]
                if (o["account_id"], o["community_id"]) == (row["account_id"], row["community_id"])
                and o["sent_at"] >= start
            ]  # fmt: skip
            holds = minute is not None and row["sent_at"] >= start and len(since) <= 2
        elif name == "spread":
            holds = len({o["community_id"] for o in mine}) >= 2
        elif name == "spread_text":
            holds = len({o["community_id"] for o in recent if o["text"] == row["text"]}) >= 2
        else:
            often = len([o for o in own if o in hits]) >= 3
            holds = (len(own) >= 4 or "加我" in row["text"]) and not often
        if holds:
            marked.add(row["message_id"])
    return marked


@LIGHT
@given(TALK)
def test_conditions_are_as_counted_naively(world: Any, drawn: list[tuple[int, int, int, int]]) -> None:
    rows = rows_of(world, drawn)
    findings = found(world, rows, [window_rule(name, when) for name, when in CONDITIONS.items()])
    for name in CONDITIONS:
        assert {each["message_id"] for each in findings if each["rule"] == f"x.{name}"} == expected(world, name, rows)


@LIGHT
@given(TALK, st.lists(st.integers(1, 30), min_size=1, max_size=3, unique=True))
def test_incremental_runs_find_the_same(world: Any, drawn: list[tuple[int, int, int, int]], cuts: list[int]) -> None:
    rows = rows_of(world, drawn)
    rules = [window_rule(name, when) for name, when in CONDITIONS.items()]
    whole = found(world, rows, rules)
    edges = [
        world.START - dt.timedelta(days=1),
        *(world.START + dt.timedelta(minutes=cut) for cut in sorted(cuts)),
        world.START + dt.timedelta(days=1),
    ]
    parts: list[dict[str, Any]] = []
    for first, after in itertools.pairwise(edges):
        known = [row for row in rows if row["sent_at"] < after]
        parts += found(world, known, rules, first=first, after=after) if known else []

    def key(finding: dict[str, Any]) -> str:
        return str(finding["finding_id"])

    assert sorted(parts, key=key) == sorted(whole, key=key)


@LIGHT
@given(TALK, st.sampled_from([1, 2, 3, 100]))
def test_what_is_gathered_is_the_same_for_every_batch_size(
    world: Any, drawn: list[tuple[int, int, int, int]], size: int
) -> None:
    table = pa.Table.from_pylist(rows_of(world, drawn), MESSAGE)
    rules = [window_rule(name, when) for name, when in CONDITIONS.items()]
    (taker,) = gatherers(rules)
    inspector = Inspector((), asked=conditional.asked_for([rule.parameters.rule for rule in rules]))

    def taken(rows: int) -> list[dict[str, Any]]:
        batches = table.combine_chunks().to_batches(max_chunksize=rows)
        return [row for batch in batches for each in inspector.pieces(batch) for row in taker.take(each).to_pylist()]

    assert taken(size) == taken(1000)


def test_no_condition_reads_farther_back_than_it_says(world: Any) -> None:
    """Whatever lies before the look-back may be left out: the finding at the end stays as it is."""
    for name, when in CONDITIONS.items():
        each = window_rule(name, when)
        session = world.session_of([world.said(0, "u0")])
        back = longest_look_back([each], WindowContext(session, "s", "1"))
        session.close()
        assert back == dt.timedelta(hours=1 if name == "joined" else 0, minutes=0 if name == "joined" else 5)


def test_a_finding_says_where_and_by_what(world: Any) -> None:
    rows = rows_of(world, [(0, 1, 1, 0), (1, 1, 0, 0)])
    (finding,) = found(world, rows, [window_rule("near", CONDITIONS["near"])])
    assert finding["spans"] == [{"start": 0, "end": 4}]
    assert finding["related"] == ["00"]
    assert finding["check"] == "phrases"
    assert finding["account_id"] == "u1"


def test_exempted_hits_count_nowhere(world: Any) -> None:
    rows = [
        world.said(0, "u0", "严禁兼职刷单", id="a"),
        world.said(10, "u0", "兼职刷单", id="b"),
        world.said(20, "u0", "兼职刷单", id="c"),
    ]
    counted = window_rule("count", CONDITIONS["count"], exempt={"speech": ["negation"]})
    assert [each["message_id"] for each in found(world, rows, [counted])] == ["c"]


@pytest.mark.parametrize("negated", [False, True])
def test_joins_that_a_source_cannot_tell_are_unknown(world: Any, negated: bool) -> None:
    rows = rows_of(world, [(1, 0, 0, 0), (1, 0, 0, 1)])
    when = {"not": [CONDITIONS["joined"]]} if negated else CONDITIONS["joined"]
    session = session_with_joins(world, rows)
    knows = {"chat:0": Capabilities({"joins": "yes"}), "chat:1": Capabilities({"joins": "no"})}
    context = WindowContext(session, "s", "1", capabilities=knows)
    report = inspect_windows([window_rule("joined", when)], context)
    session.close()
    assert [each["community_id"] for each in report.findings.to_pylist()] == ([] if negated else ["chat:0"])
    assert [(each.rule, each.community_id) for each in report.unknown] == [("x.joined", "chat:1")]
