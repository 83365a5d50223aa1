"""What messages weigh: novelty against a plain reference, any batches alike, usefulness by hand, unknown never zero."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.indicators.worlds import message, session_of

from qunjian.conversations import novelty
from qunjian.conversations.novelty import Memory
from qunjian.conversations.weighing import Weighed, weighed
from qunjian.text.substance import FILLERS
from qunjian.text.talk import placed_terms

START = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)


def plain(said: list[tuple[int, str]], least: int) -> list[tuple[float, float, float]]:
    """Weigh each message by looking through all messages of earlier days."""
    found = []
    for day, text in said:
        before = [{each.term for each in placed_terms(other)[1]} for other_day, other in said if other_day < day]
        days = [{each.term for each in placed_terms(other)[1]} | {-d} for d, other in said if d < day]
        terms = {each.term for each in placed_terms(text)[1]}
        if len(before) < least or not terms:
            found.append((math.nan,) * 3 if len(before) < least else (0.0, math.nan, math.nan))
            continue
        weights = {}
        own = set()
        for term in terms:
            times = sum(term in each for each in before)
            weights[term] = 1 - math.log1p(times) / math.log1p(len(before)) if before else 1.0
            spoken = {next(-x for x in each if x <= 0) for each in days if term in each}
            if len(spoken) >= novelty.OWN_DAYS:
                own.add(term)
        total = sum(weights.values())
        new = sum(all(term not in each for each in before) for term in terms) / len(terms)
        found.append((total, new, sum(weights[t] for t in own) / total if total else math.nan))
    return found


said = st.lists(st.tuples(st.integers(1, 6), st.text(alphabet="读书会ab ", max_size=7)), max_size=14)


@settings(deadline=None, max_examples=50)
@given(said, st.integers(1, 4))
def test_novelty_as_one_would_look_it_up(drawn: list[tuple[int, str]], size: int):
    drawn = sorted(drawn, key=lambda one: one[0])
    before, novelty.LEAST_HISTORY = novelty.LEAST_HISTORY, 2
    try:
        memory, found = Memory(), []
        for start in range(0, len(drawn), size):
            part = drawn[start : start + size]
            new = memory.read(np.array([day for day, _ in part]), ["x:a"] * len(part), [text for _, text in part])
            found += list(zip(new.information.tolist(), new.novel.tolist(), new.own.tolist(), strict=True))
    finally:
        novelty.LEAST_HISTORY = before
    assert np.array(found).reshape(-1, 3) == pytest.approx(np.array(plain(drawn, 2)).reshape(-1, 3), nan_ok=True)


def test_communities_do_not_know_each_other():
    memory = Memory()
    memory.read(np.ones(300, dtype=np.int64), ["x:a"] * 300, ["读书会"] * 300)
    new = memory.read(np.array([2, 2]), ["x:a", "x:b"], ["读书会", "读书会"])
    assert new.novel[0] == 0
    assert math.isnan(new.novel[1])
    assert new.pieces(1, "读书会") == (["读书会"], [])


def of(messages: list[dict], answering: bool = True) -> list[Weighed]:
    session = session_of({"x:a": {"zone": "Asia/Shanghai", "messages": messages}})
    found = list(weighed(session, {"books": ("书单",)}, {"x:a": 0}, ["x:a"] if answering else []))
    session.close()
    return found


def at(hours: float) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


TALK = [
    message(at(0), "ann", id="1", text="求一份书单"),
    message(at(1), "bob", id="2", reply_to="1", text="谢谢提醒，我也要"),
    message(at(2), "bob", id="3", reply_to="1", text="这本也好"),
    message(at(3), "ann", id="4", reply_to="1", text="自己顶"),
    message(at(25), "cy", id="5", reply_to="1", text="一天之后才看到"),
    message(at(25.5), "ann", id="6", text="求一份书单"),
    message(at(26), "cy", id="7", text="👍"),
    message(at(26), "cy", "image", id="8", text=""),
]


def test_usefulness_by_hand():
    (found,) = of(TALK)
    assert found.people.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]  # bob twice; ann herself and cy after a day do not count
    assert found.thanks.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert np.isnan(found.usefulness).tolist() == [False, False, False, True, True, True, True, True]  # young: unknown
    # Mature are 1, 2, 3 (mean 1/3); each hour holds one of them and borrows 50 at that mean.
    assert found.expected[0] == pytest.approx((1 + 50 / 3) / 51)
    assert found.usefulness[0] == pytest.approx(2 / (1 + (1 + 50 / 3) / 51))


def test_relevance_and_filler():
    (found,) = of(TALK)
    assert found.topics["books"].tolist() == [True, False, False, False, False, True, False, False]
    assert found.relevance[0] == 1
    assert math.isnan(found.relevance[1])  # no history yet
    codes = [FILLERS[code] if code >= 0 else None for code in found.filler.tolist()]
    assert codes == ["", "", "", "", "", "", "wordless", None]  # the image cannot be read; 25.5 h later is no repeat


def test_a_source_without_replies_or_reactions_is_unknown():
    (found,) = of(TALK, answering=False)
    assert np.isnan(found.usefulness).all()
    assert of([]) == []
