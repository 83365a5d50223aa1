"""Findings are those of a naive reference, and the same for one full run or any number of incremental ones."""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.checks.windows.running import WINDOW_KINDS, inspect_windows
from qunjian.model.decisions import Decisions, Duty, Shift

_spec = importlib.util.spec_from_file_location("qunjian_naive_windows", Path(__file__).with_name("naive.py"))
assert _spec is not None
assert _spec.loader is not None
naive = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(naive)

TEXTS = ("低价代购正品包包", "今天晚上谁来跑步", "好的")
LIGHT = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Minutes after the start, account, text, community: few values, so that windows, ties and repeats are common.
MESSAGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=40
)
DUTY = Duty("chat:0", "小王", ("u0",), shifts=(Shift((1, 2, 3, 4, 5), dt.time(9), dt.time(9, 30)),))


def rule(name: str, kind: str, **parameters: int) -> WindowRule:
    return WindowRule(name, "minor", "spam", kind, WINDOW_KINDS[kind].parameters(**parameters))


def rows_of(world: Any, drawn: list[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    """Every third message replies to the one before it in its community: questions and answers among them."""
    rows: list[dict[str, Any]] = []
    for place, (minute, account, text, community) in enumerate(sorted(drawn)):
        before = [row for row in rows if row["community_id"] == f"chat:{community}"]
        rows.append(
            world.said(
                minute * 60 + 7, f"u{account}", TEXTS[text], id=f"{place:02}", community=f"chat:{community}",
                to=before[-1]["message_id"] if place % 3 and before else None,
            )
        )  # fmt: skip
    return rows


def found(world: Any, rows: list[dict[str, Any]], rules: list[WindowRule], **context: Any) -> list[dict[str, Any]]:
    session = world.session_of(rows)
    findings = inspect_windows(
        rules, WindowContext(session, "s", "1", decisions=Decisions(duties=(DUTY,)), **context)
    ).findings
    session.close()
    return findings.to_pylist()


@LIGHT
@given(MESSAGES)
def test_flood_is_as_counted_naively(world: Any, drawn: list[tuple[int, int, int, int]]) -> None:
    rows = rows_of(world, drawn)
    findings = found(world, rows, [rule("r", "flood", messages=3, seconds=180)])
    assert sorted((each["message_id"], each["related"]) for each in findings) == sorted(naive.flood(rows, 3, 180))


@LIGHT
@given(MESSAGES)
def test_repeats_are_as_counted_naively(world: Any, drawn: list[tuple[int, int, int, int]]) -> None:
    rows = rows_of(world, drawn)
    long = [row for row in rows if len(row["text"]) > 3]
    for kind, group, limits in (
        ("duplicates", ("community_id", "account_id"), {"accounts": 1, "communities": 1}),
        ("duplicates", ("community_id",), {"accounts": 2, "communities": 1}),
        ("cross_community_duplicates", (), {"accounts": 1, "communities": 2}),
    ):
        parameters = limits if kind != "duplicates" else {"accounts": limits["accounts"]}
        findings = found(world, rows, [rule("r", kind, times=3, within_minutes=5, min_chars=4, **parameters)])
        expected = naive.repeats(long, group, times=3, minutes=5, **limits)
        named = [(each["message_id"], [name.rpartition("#")[2] for name in each["related"]]) for each in findings]
        assert sorted(named) == sorted(expected)


# A flood begun before the cut goes on after it: whoever reads back one window only finds it twice.
@example([(0, 1, 2, 0), (2, 1, 2, 0), (3, 1, 2, 0), (4, 1, 2, 0)], [4])
@settings(LIGHT, max_examples=8)
@given(MESSAGES, st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True))
def test_incremental_runs_find_the_same(world: Any, drawn: list[tuple[int, int, int, int]], cuts: list[int]) -> None:
    rows = rows_of(world, drawn)
    rules = [
        rule("a", "flood", messages=3, seconds=180),
        rule("b", "duplicates", times=2, within_minutes=5, min_chars=4),
        rule("c", "duplicates", times=2, within_minutes=5, min_chars=4, accounts=2),
        rule("d", "cross_community_duplicates", times=2, within_minutes=5, min_chars=4),
        rule("e", "mention_all", per_day=0),
        rule("f", "staff_first_response", within_seconds=120),
    ]
    end = world.START + dt.timedelta(hours=2)
    whole = found(world, rows, rules, after=end, observed={"chat:0": end})
    parts: list[dict[str, Any]] = []
    edges = [
        world.START - dt.timedelta(days=1),
        *(world.START + dt.timedelta(minutes=cut) for cut in sorted(cuts)),
        end,
    ]
    for first, after in itertools.pairwise(edges):
        known = [row for row in rows if row["sent_at"] < after]
        parts += found(world, known, rules, first=first, after=after, observed={"chat:0": after}) if known else []

    def key(finding: dict[str, Any]) -> str:
        return str(finding["finding_id"])

    assert sorted(parts, key=key) == sorted(whole, key=key)
