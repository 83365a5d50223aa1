"""A shared community's questions go to whoever answered, or was alone on shift; counted by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.indicators.worlds import message, session_of

from qunjian.indicators.persons import service_by_person
from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Duty, Shift
from qunjian.model.periods import parse_period

CST = dt.timezone(dt.timedelta(hours=8))
WEEK = parse_period("2026-W46")
NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
# Wang until noon, Li from eleven: an hour together.
WANG = Duty("x:club", "王", ("wang",), shifts=(Shift(EVERY_DAY, dt.time(9), dt.time(12)),))
LI = Duty("x:club", "李", ("li",), shifts=(Shift(EVERY_DAY, dt.time(11), dt.time(18)),))
LINKS = {"x:club": Capabilities({"replies": "yes", "mentions": "yes"})}


def at(hour: int, minute: int = 0, day: int = 10) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=CST)


def asked(messages: list, **more):
    session = session_of({"x:club": {"zone": "Asia/Shanghai", "messages": messages, "documents": ()}})
    found = service_by_person(
        session, (WANG, LI), WEEK, zones={"x:club": "Asia/Shanghai"}, now=NOW, capabilities=LINKS, **more
    )
    session.close()
    return {person: values for (_, person), values in found.items()}


def test_questions_go_to_the_answerer_or_to_who_was_alone():
    found = asked([
        message(at(9, 30), "ann", id="1", mentions=("wang",), text="问一下订单怎么查"),
        message(at(9, 40), "wang", id="2", reply_to="1"),
        message(at(10, 0), "bob", id="3", mentions=("wang",), text="怎么退款呢"),
        message(at(11, 30), "li", id="4", reply_to="3"),
        message(at(11, 40), "cy", id="5", mentions=("wang",), text="周末开门吗"),
        message(at(14, 0), "dee", id="6", mentions=("li",), text="地址在哪里呀"),
        message(at(17, 0, day=12), "eve", id="7", text="今天真冷"),
    ])  # fmt: skip
    wang, li = found["王"], found["李"]
    # Wang: ann's, answered in 10 minutes. Li: bob's, answered in 90; dee's, open. cy's at 11:40 is nobody's.
    assert (wang["response_rate"].numerator, wang["response_rate"].denominator) == (1, 1)
    assert wang["first_response_median"].value == 600
    assert (li["response_rate"].numerator, li["response_rate"].denominator) == (1, 2)
    assert li["first_response_median"].value == 5400
    assert li["first_response_p90"].unknown == "too_many_open"


def test_no_question_is_no_figure():
    found = asked([message(at(9), "ann", id="1"), message(at(9, 5), "wang", id="2")])
    assert {value.unknown for values in found.values() for value in values.values()} == {"no_questions"}


@pytest.mark.parametrize("day", [8, 16])
def test_other_weeks_do_not_count(day: int):
    found = asked([
        message(at(9, 30, day=day), "ann", id="1", mentions=("wang",), text="问一下订单怎么查"),
        message(at(9, 40, day=day), "wang", id="2", reply_to="1"),
    ])  # fmt: skip
    assert found["王"]["response_rate"].unknown == "no_questions"
