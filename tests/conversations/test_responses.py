"""Questions, first responses and duty time: equal to a naive count, and right in the cases people argue about."""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunjian.conversations.knowledge import observed_until
from qunjian.conversations.pairing import stored
from qunjian.conversations.responses import RESPONSE_COLUMNS, compiled, duty_calendar, response_pairs
from qunjian.model.decisions import Duty, Shift

_spec = importlib.util.spec_from_file_location("qunjian_naive_responses", Path(__file__).with_name("naive.py"))
assert _spec is not None
assert _spec.loader is not None
naive = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(naive)

WEEK = (1, 2, 3, 4, 5, 6, 7)
OFFICE = Shift((1, 2, 3, 4, 5), dt.time(9), dt.time(18))
WANG = Duty("chat:a", "小王", ("op",), shifts=(OFFICE,))
ZONE = "Asia/Shanghai"


def judged(
    world: Any, rows: list[dict[str, Any]], *duties: Duty, zone: str = ZONE, **more: Any
) -> list[dict[str, Any]]:
    session = world.session_of(rows)
    observed = observed_until(session)
    moments = [row["sent_at"] for row in rows]
    day = dt.timedelta(days=1)
    calendar = duty_calendar(duties or (WANG,), {"chat:a": zone}, min(moments) - day, max(moments) + day)
    table = response_pairs(session, calendar, observed, **more)
    assert table.columns == RESPONSE_COLUMNS
    found = session.ibis.to_pyarrow(table).to_pylist()
    session.close()
    return sorted(found, key=lambda row: (row["asked_at"], row["message_id"]))


def seconds(pair: dict[str, Any]) -> float:
    return float(pair["waited_us"] / 1e6)


def test_the_clock_starts_at_the_last_consecutive_message(world: Any) -> None:
    rows = [
        world.said(0, "m", "@小王 你好", mentions=("op",), id="q"),
        world.said(30, "m", "订单没到"),
        world.said(60, "m", "帮看下"),
        world.said(100, "x", "我也是"),
        world.said(110, "m", "急"),
        world.said(160, "op", "稍等", to="q"),
    ]
    (pair,) = judged(world, rows)
    assert (pair["state"], seconds(pair), pair["person"], pair["asked_again"]) == ("answered", 100, "小王", 0)


def test_asking_again_is_the_same_question(world: Any) -> None:
    rows = [
        world.said(0, "m", "@小王 在吗", mentions=("op",), id="q"),
        world.said(600, "m", "@小王 人呢", mentions=("op",)),
        world.said(900, "op", "在", mentions=("m",), id="r"),
        world.said(1000, "m", "那退款呢", to="r", id="q2"),
        world.said(2000, "x", "散了"),
    ]
    first, second = judged(world, rows)
    assert (seconds(first), first["asked_again"], first["state"]) == (900, 1, "answered")
    assert (seconds(second), second["state"], second["censored"]) == (1000, "waiting", True)


def test_a_day_later_it_is_another_question_and_both_wait(world: Any) -> None:
    rows = [
        world.said(0, "m", "@小王 在吗", mentions=("op",), id="q"),
        world.said(90_000, "m", "@小王 人呢", mentions=("op",), id="q2"),
        world.said(90_060, "op", "在", mentions=("m",)),
    ]
    first, second = judged(world, rows)
    assert (first["message_id"], second["message_id"]) == ("q", "q2")
    assert (seconds(first), seconds(second)) == (9 * 3600 + 3660, 60)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("谢谢", "text"),
        ("@小王 好的，谢谢！", "text"),
        ("OK", "text"),
        ("收到👌", "text"),
        ("", "sticker"),
        ("👍", "text"),
    ],
)
def test_closings_and_stickers_ask_nothing(world: Any, text: str, kind: str) -> None:
    assert judged(world, [world.said(0, "m", text, mentions=("op",), kind=kind), world.said(500, "x")]) == []


@pytest.mark.parametrize("text", ["好的，那怎么退款", "OK?", "@小王", "谢谢，地址发一下", "收到的货坏了"])
def test_what_still_asks_is_a_question(world: Any, text: str) -> None:
    assert len(judged(world, [world.said(0, "m", text, mentions=("op",)), world.said(500, "x")])) == 1


def test_an_answer_out_of_shift_earns_nothing_and_costs_nothing(world: Any) -> None:
    evening = world.START + dt.timedelta(hours=8, minutes=55)  # 17:55
    rows = [
        world.said(evening, "m", "@小王 在吗", mentions=("op",), id="q"),
        world.said(evening + dt.timedelta(hours=2), "op", "在", to="q"),
    ]
    (pair,) = judged(world, rows)
    assert (pair["state"], pair["censored"], seconds(pair), pair["in_shift"]) == ("off_hours", True, 300, True)


def test_bots_and_staff_do_not_ask_and_members_do_not_answer(world: Any) -> None:
    rows = [
        world.said(0, "bot", "@小王", mentions=("op",)),
        world.said(1, "op2", "@小王 换班", mentions=("op",)),
        world.said(2, "m", "@小王 在吗", mentions=("op",), id="q"),
        world.said(3, "x", "他不在", to="q"),
        world.said(9, "x", "散了"),
    ]
    duties = (WANG, Duty("chat:a", "小李", ("op2",), shifts=(OFFICE,)))
    (pair,) = judged(world, rows, *duties, bots=[("chat:a", "bot")])
    assert (pair["message_id"], pair["state"], pair["person"]) == ("q", "waiting", None)


def test_before_and_after_the_duty_the_account_is_a_member(world: Any) -> None:
    from_tuesday = Duty("chat:a", "小王", ("op",), starts=dt.date(2026, 3, 3), ends=dt.date(2026, 3, 3))
    day = 86_400
    rows = [world.said(n * day, "m", f"@小王 {n}？", mentions=("op",), id=f"{n}") for n in range(3)]
    rows += [world.said(n * day + 60, "x", "散了") for n in range(3)]
    assert [pair["message_id"] for pair in judged(world, rows, from_tuesday)] == ["1"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(dt.date(2026, 3, 8), 23), (dt.date(2026, 11, 1), 25), (dt.date(2026, 6, 1), 24)],
)
def test_a_whole_day_on_duty_has_the_hours_of_its_day(world: Any, day: dt.date, hours: int) -> None:
    """New York changes its clocks on 8 March and 1 November 2026 (tz database)."""
    duty = Duty("chat:a", "Ann", ("op",), starts=day, ends=day)
    start = dt.datetime.combine(day, dt.time(), tzinfo=naive.ZoneInfo("America/New_York")).astimezone(dt.UTC)
    rows = [
        world.said(start, "m", "@Ann hello?", mentions=("op",)),
        world.said(start + dt.timedelta(hours=60), "x", "end"),
    ]
    (pair,) = judged(world, rows, duty, zone="America/New_York")
    assert seconds(pair) == hours * 3600


# The minute, who speaks (two staff, two members), what, and whom they address: nobody, an account, the last speaker.
SPOKEN = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 4),
        st.sampled_from(["op", "op2", "m", "n"]),
        st.sampled_from(["怎么退款", "谢谢", "在吗？"]),
        st.sampled_from(["", "op", "op2", "m", "n", "last"]),
        st.sampled_from(["text", "text", "sticker"]),
    ),
    min_size=1,
    max_size=30,
)
SHIFTS = st.sampled_from([(), (OFFICE,), (Shift(WEEK, dt.time(8), dt.time(12)), Shift(WEEK, dt.time(11), dt.time(20)))])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPOKEN, SHIFTS, SHIFTS, st.sampled_from([ZONE, "America/New_York", "Australia/Lord_Howe"]))
def test_pairs_are_as_counted_naively(
    world: Any, spoken: list[Any], mine: tuple[Shift, ...], other: tuple[Shift, ...], zone: str
) -> None:
    start = dt.datetime(2026, 3, 6, tzinfo=dt.UTC)
    rows: list[dict[str, Any]] = []
    for place, (minute, account, text, to, kind) in enumerate(sorted(spoken)):
        last = rows[-1]["message_id"] if rows else None
        rows.append(
            world.said(
                start + dt.timedelta(minutes=minute), account, text, id=f"{place:02}", kind=kind,
                to=last if to == "last" else None, mentions=(to,) if to not in ("", "last") else (),
            )
        )  # fmt: skip
    duties = [
        Duty("chat:a", "小王", ("op",), shifts=mine),
        Duty("chat:a", "小李", ("op2",), starts=dt.date(2026, 3, 8), shifts=other),
    ]
    found = judged(world, rows, *duties, zone=zone)
    expected = naive.pairs(rows, duties, zone, {"谢谢"})
    assert [
        {key: pair[key] for key in ("message_id", "clock_from", "state", "response_id")}
        | {"waited": pair["waited_us"] / 60e6}
        for pair in found
    ] == expected


def test_compiled_statements_are_current() -> None:
    assert compiled() == stored(), "run scripts/indicators_compiled.py"


def test_pairing_does_not_import_ibis() -> None:
    code = "import sys, qunjian.indicators.waiting; print('ibis' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
