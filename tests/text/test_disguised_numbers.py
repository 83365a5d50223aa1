"""Numbers in disguise are read as a person reads them aloud, and what merely looks like one is left alone."""

from __future__ import annotations

import pytest

from qunjian.checks.contact import ContactCheck
from qunjian.checks.contact import Parameters as Contact
from qunjian.checks.contract import Candidate
from qunjian.checks.personal_data import Parameters, PersonalDataCheck
from qunjian.text.folding import Folded
from qunjian.text.scanning import Scanner


def found(check: ContactCheck | PersonalDataCheck, text: str) -> list[tuple[str, tuple[str, ...]]]:
    sightings = Scanner(check.needles).scan(Folded([text])).get(0, [])
    return [
        (text[match.start : match.end], match.transformations)
        for match in check.judge(Candidate(text, tuple(sightings)))
    ]


@pytest.fixture(scope="module")
def phones() -> PersonalDataCheck:
    return PersonalDataCheck(Parameters(types=("phone",), allow=("13800138000",)))


@pytest.fixture(scope="module")
def contacts() -> ContactCheck:
    return ContactCheck(Contact(channels=("wechat", "qq", "phone"), allow=("13800138000", "guanfang_888")))


@pytest.mark.parametrize(
    ("text", "number", "took"),
    [
        ("电话一三九一二三四五六七八哦", "一三九一二三四五六七八", {"digit"}),
        ("打幺三九 零零一二 三四五六", "幺三九 零零一二 三四五六", {"digit"}),
        ("壹叁玖12345678", "壹叁玖12345678", {"digit"}),
        ("1 3 9 1 2 3 4 5 6 7 8", "1 3 9 1 2 3 4 5 6 7 8", {"separator"}),
        ("1.3.9.1.2.3.4.5.6.7.八", "1.3.9.1.2.3.4.5.6.7.八", {"separator", "digit"}),
        ("呼139l23456o8", "139l23456o8", {"shape"}),
    ],
)
def test_a_mobile_number_in_disguise_is_seen(
    phones: PersonalDataCheck, contacts: ContactCheck, text: str, number: str, took: set[str]
) -> None:
    for check in (phones, contacts):
        assert [(seen, set(how)) for seen, how in found(check, text)] == [(number, took)]


@pytest.mark.parametrize(
    "text",
    [
        "一三五七九二四六八",  # nine
        "1.3.9.1,2.3.4.5.6.7.8",  # not one sign throughout
        "13 9 1 2 3 4 5 6 7 8",
        "一三九一二三四五六七八十",  # goes on
        "一二九一二三四五六七八",  # no prefix of mobile numbers
        "型号x139l23456o8",  # a piece of a longer code
        "139lololollo",  # too few digits
        "一 三 八 零 零 一 三 八 零 零 零",  # the team's own
        "http://a.cn/1.3.9.1.2.3.4.5.6.7.8",
    ],
)
def test_what_is_no_number_in_disguise_is_left_alone(
    phones: PersonalDataCheck, contacts: ContactCheck, text: str
) -> None:
    assert found(phones, text) == []
    assert found(contacts, text) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("加扣三二一四五六七拿资料", "三二一四五六七"),
        ("微信：一三九一二三四五六七八", "一三九一二三四五六七八"),
        ("加葳信 ab12345", "加葳信 ab12345"),
        ("老师我想jia薇xin领资料", "jia薇xin"),
        ("加薇❤信：ab_12345", "加薇❤信：ab_12345"),
        ("加·我·微·信 领资料", "加·我·微·信"),
    ],
)
def test_a_hidden_name_is_seen_where_an_id_or_a_request_stands(contacts: ContactCheck, text: str, seen: str) -> None:
    assert {(place, bool(how)) for place, how in found(contacts, text)} == {(seen, True)}


@pytest.mark.parametrize(
    "text",
    [
        "他加葳信了没有啊这个人",  # nobody asks
        "佳维新品上市",
        "加葳信 guanfang_888",  # the team's own
    ],
)
def test_a_hidden_name_without_either_is_left_alone(contacts: ContactCheck, text: str) -> None:
    assert found(contacts, text) == []
