"""What staff say against a fact sheet: by hand case for case, and the evaluation's figures as floors."""

from __future__ import annotations

import datetime as dt
import importlib.util
import time
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import PROJECT

from qunjian.checks.claims import Sheet
from qunjian.checks.windows.facts_in_answers import answer
from qunjian.standards.facts import Fact
from qunjian.text.folding import fold

DAY = dt.date(2026, 11, 18)


def fact(**said: object) -> Fact:
    return Fact.model_validate({"id": f"f{abs(hash(str(said)))}", "source": "价目表", **said})


SHEET = Sheet([
    fact(subject="基础班", kind="price", attribute="现价", value="99元", to=dt.date(2026, 11, 30)),
    fact(subject="基础班", kind="price", attribute="现价", value="129元", **{"from": dt.date(2026, 12, 1)}),
    fact(subject="基础班", kind="date", attribute="开课", value="2026-11-25"),
    fact(subject="进阶班", kind="price", attribute="现价", value="399元"),
    fact(subject="进阶班", kind="policy", attribute="退款", value="不支持"),
])  # fmt: skip


def told(text: str, day: dt.date | None = DAY) -> list[tuple[str, str]]:
    folded = fold(text)
    return [(folded[each.start : each.end], each.fact.shown) for each in SHEET.wrong(folded, day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("基础班现价89元", [("89元", "99元")]),
        ("基础班现价九十九块", []),
        ("基础班99，进阶班299元", [("299元", "399元")]),
        ("99元基础班，299元进阶班", [("299元", "399元")]),
        ("基础班不是89元", []),
        ("基础班是89元吗", []),
        ("有人说基础班89元", []),
        ("基础班教材费30元", []),
        ("基础班Pro 299元", []),
        ("超级进阶班 999元", []),
        ("基础班下周四开课", [("下周四", "2026-11-25")]),
        ("基础班下周三开课", []),
        ("进阶班可以退款", [("可以退款", "不支持")]),
        ("进阶班不能退款", []),
        ("基础班可以退款", []),
        ("基础班12月1日起129元", []),
        ("基础班12月1日起99元", [("99元", "129元")]),
    ],
)
def test_by_hand(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_the_value_in_force_on_the_day_of_the_message_counts() -> None:
    assert told("基础班现价99元", dt.date(2026, 11, 30)) == []
    assert told("基础班现价99元", dt.date(2026, 12, 1)) == [("99元", "129元")]
    assert told("基础班现价129元", dt.date(2026, 11, 30)) == [("129元", "99元")]


def test_without_a_day_any_value_that_ever_holds_is_right() -> None:
    assert told("基础班现价129元", None) == []
    assert told("进阶班现价299元", None) == [("299元", "399元")]


@pytest.mark.parametrize(
    ("question", "reply", "spans"),
    [
        ("基础班多少钱", "89", [(0, 2)]),
        ("基础班多少钱", "亲，现在89元哦", [(4, 7)]),
        ("基础班多少钱", "99", []),
        ("基础班多少钱", "进阶班399", []),  # names its own subject: the message check's business
        ("进阶班能退款吗", "可以退款的", [(0, 4)]),
        ("基础班和进阶班多少钱", "89", []),  # of which?
        ("基础班报名了", "89", []),  # no question
        ("什么时候发工资呀", "89元", []),
    ],
)
def test_an_answer_is_about_what_was_asked(question: str, reply: str, spans: list[tuple[int, int]]) -> None:
    found = answer(SHEET, question, reply, DAY)
    assert (list(found[0]) if found else []) == spans


def _evaluation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("facts_evaluation", PROJECT / "evaluation" / "facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "least_recall"), [("facts.tsv", 0.95), ("facts_held_out.tsv", 0.85)])
def test_the_evaluation_keeps_its_figures(name: str, least_recall: float) -> None:
    evaluation = _evaluation()
    results = evaluation.outcomes(evaluation.HERE / name, evaluation.sheet())
    assert len(results) >= 70
    assert [each.text for each in results if each.false] == []
    found, missed = sum(each.found for each in results), sum(each.missed for each in results)
    assert found / (found + missed) >= least_recall


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="基础进阶班退款可以不元块99八折天,。！?\n现价原和都、 ", max_size=60))
def test_findings_lie_in_the_text_and_contradict(text: str) -> None:
    folded = fold(text)
    for each in SHEET.wrong(folded, DAY):
        assert 0 <= each.start < each.end <= len(folded)
        assert each.fact in SHEET.facts
        assert 0 < each.confidence <= 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["99元", "九十九元", "￥99", "99.0元", "99块钱"]), st.sampled_from(["现价{}", "{}", "现在{}"]))
def test_the_right_price_is_never_a_finding_however_it_is_written(value: str, frame: str) -> None:
    assert told("基础班" + frame.format(value)) == []


def test_long_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    for piece in ("基础班", "99元", "基础班99、", "不", "可以退款", "基础班和"):
        SHEET.wrong(piece * 3000, DAY)
    assert time.process_time() - began < 10
