"""Words of two characters are seen in disguise only where words end around them and something of the rule is near."""

from __future__ import annotations

import pytest

from qunjian.checks.contract import Candidate
from qunjian.checks.nearness import Near
from qunjian.checks.phrases import Parameters, PhrasesCheck
from qunjian.text.folding import Folded
from qunjian.text.scanning import Scanner

_FAR = "今天天气真不错大家都出来走一走吧看看花看看草看看树"


def found(text: str, **given: object) -> list[str]:
    check = PhrasesCheck(Parameters.model_validate({"words": ("赌博", "提现", "稳赚不赔"), **given}))
    sightings = Scanner(check.needles).scan(Folded([text])).get(0, [])
    return [text[each.start : each.end] for each in check.judge(Candidate(text, tuple(sightings)))]


# Written by hand: text, what is found.
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("来赌博", ["赌博"]),
        ("来睹博", []),
        ("来睹博，随时提现", ["睹博", "提现"]),
        ("来睹博，随时题现", ["睹博", "题现"]),
        ("来赌bo，随时提现", ["赌bo", "提现"]),
        ("来贝者博，随时提现", ["贝者博", "提现"]),
        ("来赌·博，稳赚不培", ["赌·博", "稳赚不培"]),
        (f"来睹博{_FAR}提现", ["提现"]),
        ("赌博体现了人性", ["赌博"]),
        ("提现都不会，下跌渡薄冰", ["提现"]),
        ("赌b，提现", ["提现"]),
        ("赌，博，提现", ["提现"]),
    ],
)
def test_short_words_in_disguise_need_something_beside(text: str, seen: list[str]) -> None:
    assert found(text) == seen


def test_what_must_stand_near_is_something_beside() -> None:
    assert found("来睹博，快报名", near=Near(words=("报名",))) == ["睹博"]
    assert found("来睹博，快看看", near=Near(words=("报名",))) == []


def test_without_the_key_short_words_are_found_as_written() -> None:
    keys = ("literal", "sound", "split", "pinyin")
    assert found("来睹博，随时提现", keys=keys) == ["提现"]
