"""Mass messages beyond the daily number: by hand, against a naive count, and the same for incremental runs."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.checks.windows.running import WINDOW_KINDS, inspect_windows

TEXTS = ("今天的读书任务是第三章", "会员日满减欢迎下单", "周末活动改到周日上午", "好")
LIGHT = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Hours after the start, text, community.
SENT = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)
ZONE = dt.timedelta(hours=8)


def rule(**parameters: int) -> WindowRule:
    kind = WINDOW_KINDS["mass_sends"]
    return WindowRule("spam.mass", "minor", "conduct", kind.name, kind.parameters(**parameters))


def found(world: Any, rows: list[dict[str, Any]], mass: WindowRule, **context: Any) -> list[dict[str, Any]]:
    session = world.session_of(rows)
    findings = inspect_windows([mass], WindowContext(session, "s", "1", **context)).findings.to_pylist()
    session.close()
    return findings


def rows_of(world: Any, drawn: list[tuple[int, int, int]]) -> list[dict[str, Any]]:
    return [
        world.said(hour * 3600 + place, "staff", TEXTS[text], id=f"{place:02}", community=f"chat:{community}")
        for place, (hour, text, community) in enumerate(sorted(drawn))
    ]


def naive(rows: list[dict[str, Any]], per_day: int, communities: int) -> set[str]:
    """Walk through the messages: at each, see which texts are mass messages by now, and number them per community."""
    first: dict[tuple[dt.date, str], dict[str, dict[str, Any]]] = {}
    numbered: dict[tuple[dt.date, str], list[str]] = {}
    excess = set()
    for row in sorted(rows, key=lambda row: (row["sent_at"], row["message_id"])):
        if len(row["text"]) < 8:
            continue
        day = (row["sent_at"] + ZONE).date()
        copies = first.setdefault((day, row["text"]), {})
        if row["community_id"] in copies:
            continue
        copies[row["community_id"]] = row
        if len(copies) < communities:
            continue
        known = copies.values() if len(copies) == communities else [row]
        for copy in known:
            already = numbered.setdefault((day, copy["community_id"]), [])
            already.append(copy["message_id"])
            if len(already) > per_day:
                excess.add(copy["message_id"])
    return excess


def test_the_second_mass_message_of_a_day_is_one_too_many(world: Any) -> None:
    rows = [world.said(n, "boss", TEXTS[0], id=f"a{n}", community=f"chat:{n}") for n in range(3)]
    rows += [world.said(60 + n, "boss", TEXTS[1], id=f"b{n}", community=f"chat:{n}") for n in range(3)]
    findings = found(world, rows, rule())
    assert [(each["message_id"], each["related"]) for each in findings] == [(f"b{n}", [f"a{n}"]) for n in range(3)]
    assert found(world, rows, rule(per_day=2)) == []
    assert found(world, rows, rule(communities=4)) == []


def test_days_are_local_and_copies_are_told_without_separators(world: Any) -> None:
    late = dt.datetime(2026, 3, 2, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai, 15:30 in London
    rows = [world.said(late, "boss", TEXTS[0], id=f"a{n}", community=f"chat:{n}") for n in range(3)]
    other = ["会员日满减欢迎下单", "會員日滿減，歡迎下單", "会员日 满减 欢迎下单！"]
    later = late + dt.timedelta(hours=1)
    rows += [world.said(later, "boss", text, id=f"b{n}", community=f"chat:{n}") for n, text in enumerate(other)]
    shanghai, london = ({f"chat:{n}": zone for n in range(3)} for zone in ("Asia/Shanghai", "Europe/London"))
    assert found(world, rows, rule(), zones=shanghai) == []
    assert len(found(world, rows, rule(), zones=london)) == 3


@LIGHT
@given(SENT)
def test_mass_messages_are_as_counted_naively(world: Any, drawn: list[tuple[int, int, int]]) -> None:
    rows = rows_of(world, drawn)
    findings = found(world, rows, rule(per_day=1, communities=2))
    assert {each["message_id"] for each in findings} == naive(rows, 1, 2)


@LIGHT
@given(SENT, st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True))
def test_incremental_runs_find_the_same(world: Any, drawn: list[tuple[int, int, int]], cuts: list[int]) -> None:
    rows, mass = rows_of(world, drawn), rule(per_day=1, communities=2)
    end = world.START + dt.timedelta(days=3)
    edges = [world.START - dt.timedelta(days=1), *(world.START + dt.timedelta(hours=c) for c in sorted(cuts)), end]
    whole = found(world, rows, mass, after=end)
    parts: list[dict[str, Any]] = []
    for first, after in itertools.pairwise(edges):
        known = [row for row in rows if row["sent_at"] < after]
        parts += found(world, known, mass, first=first, after=after) if known else []
    assert sorted(each["finding_id"] for each in parts) == sorted(each["finding_id"] for each in whole)
