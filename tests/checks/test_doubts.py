"""A reading that may be chance is no finding: something else must speak for it, else a person is asked."""

from __future__ import annotations

import pytest
from tests.checks.rules import messages, rule

from qunjian.checks.contract import MessageContext
from qunjian.checks.runner import Inspector

_WORDS = {"kind": "phrases", "words": ["出售证件", "代办证件"]}
_NEAR = {**_WORDS, "near": {"words": ["日结工资"], "within": 20}}
_RULE = rule("x.papers", _WORDS, name={"zh": "买卖证件", "en": "Papers for sale"})
# Written by hand. 整件 is a word, so the sentence makes sense; 政件 is none.
_CHANCE, _DISGUISE = "商场出售整件大衣", "商场出售政件大全"


def fires(text: str, detect: dict = _WORDS) -> bool:
    return bool(Inspector([rule("x.papers", detect)]).check([text])[0])


def test_a_word_that_makes_no_sense_in_its_place_is_a_disguise() -> None:
    assert fires(_DISGUISE)
    assert not fires(_CHANCE)


@pytest.mark.parametrize(
    "more",
    [
        "，加我看货",
        "，私聊",
        "，300元一件",
        "，¥300",
        "，qq 123456",
        "，13912345678",
        " https://a.example/b",
        "，代办证件",
    ],
)
def test_an_offer_or_another_word_of_the_rule_speaks_for_a_doubtful_reading(more: str) -> None:
    assert fires(_CHANCE + more)


@pytest.mark.parametrize("more", ["，很好看", "，三百件", "，第300楼"])
def test_other_talk_does_not(more: str) -> None:
    assert not fires(_CHANCE + more)


def test_a_word_that_must_stand_near_speaks_for_it() -> None:
    assert fires(_CHANCE + "日结工资", _NEAR)


def test_doubts_are_told_and_explained_and_nothing_is_both_found_and_asked() -> None:
    batch = messages([_CHANCE, _DISGUISE, "商场出售证件", _CHANCE + "，私聊", None, "出售大衣"])
    found = Inspector([_RULE]).inspect(batch, MessageContext())
    asked = Inspector([_RULE], doubts=True).inspect(batch, MessageContext())
    assert found.column("message_id").to_pylist() == ["1", "2", "3"]
    assert asked.column("message_id").to_pylist() == ["0"]
    assert asked.column("spans").to_pylist() == [[{"start": 2, "end": 6}]]
    (verdict,) = Inspector([_RULE]).explain(_CHANCE)
    assert not verdict.fired
    assert verdict.why.zh.startswith("“出售整件”只是读音或字形像")
    assert "question to a person" in verdict.why.en
