"""Quotation, negation, warning: what is only spoken of passes; who solicits is not excused, however it is put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.text.folding import fold
from qunjian.text.speech import Excuse, excuse, solicits

ALL = ("quotation", "negation", "warning")


def told(text: str, hit: str, *kinds: str) -> Excuse | None:
    folded = fold(text)
    start = folded.index(fold(hit))
    return excuse(folded, start, start + len(fold(hit)), kinds or ALL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hit", "kind"),
    [
        ("有人发兼职刷单，大家别信", "刷单", "warning"),
        ("反诈中心提醒：刷单返利都是骗局", "刷单", "warning"),
        ("警惕兼职刷单骗局", "刷单", "warning"),
        ("有人发兼职刷单，别信这种", "刷单", "warning"),
        ("遇到兼职刷单的，小心", "刷单", "warning"),
        ("刷单是违法的，大家注意", "刷单", "warning"),
        ("凡是让你刷单的都是骗子", "刷单", "warning"),
        ("加微信刷单的都是骗子", "刷单", "warning"),
        ("群里有人私聊推刷单。已举报", "刷单", "warning"),
        ("警惕兼職刷單騙局！", "刷單", "warning"),
        ("他骂我“傻逼”", "傻逼", "quotation"),
        ("“绿茶婊”这个词早没人用了", "绿茶婊", "quotation"),
        ("昨天有人问“全网最低价”什么意思", "全网最低价", "quotation"),
        ("群里有人说“加我微信日结”，大家小心", "加我微信", "quotation"),
        ("有人私聊我说刷单，已举报", "刷单", "quotation"),
        ("> 加我微信刷单\n这种别理", "刷单", "quotation"),
        ("「张三：加我微信刷单」\n- - - - - - - -\n又来了", "刷单", "quotation"),
        ("请勿在群里发砍一刀", "砍一刀", "negation"),
        ("不要加微信", "加微信", "negation"),
        ("请大家不要加我微信", "加我微信", "negation"),
        ("严禁刷单", "刷单", "negation"),
        ("我们从不刷单", "刷单", "negation"),
        ("本群禁止发布刷单信息", "刷单", "negation"),
    ],
)
def test_what_is_only_spoken_of(text: str, hit: str, kind: str) -> None:
    found = told(text, hit)
    assert found is not None
    assert told(text, hit, kind) is not None
    assert found.cue


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        # a warning does not excuse a solicitation in another clause
        ("别信他们，加我微信刷单", "刷单"),
        ("别信他们，加我微信刷单", "加我微信"),
        ("有人发兼职刷单，大家别信，加我微信带你做", "刷单"),
        ("别信他们 专业刷单日结", "刷单"),
        ("别信他们👉专业刷单日结", "刷单"),
        ("别信谣言，刷单日结三百", "刷单"),
        ("谨防诈骗！专业刷单，日结", "刷单"),
        ("防骗提醒：专业刷单日结500", "刷单"),
        ("兼职刷单日结，谨防假冒", "刷单"),
        ("兼职刷单，别信别家", "刷单"),
        ("别信别家刷单我家刷单稳赚", "刷单"),
        ("小心骗子，刷单认准我们正规平台", "刷单"),
        ("骗子太多，刷单找我", "刷单"),
        ("有人说刷单是骗人的，其实不是，我做了三天赚五百，想做的私我", "刷单"),
        ("刷单日结，电话：13812345678，别信其他", "刷单"),
        ("刷单日结三百，别信课本", "刷单"),
        ("刷单千万别错过", "刷单"),
        # a judgement that is denied
        ("刷单不是骗局", "刷单"),
        ("刷单绝不是骗人的", "刷单"),
        ("刷单没有套路", "刷单"),
        # a negation that negates something else, asks, or demands
        ("不用本金刷单", "刷单"),
        ("不限时间刷单", "刷单"),
        ("拒绝套路，刷单日结", "刷单"),
        ("不是刷单，是正规兼职", "刷单"),
        ("没加微信的抓紧", "加微信"),
        ("不加微信不给资料", "加微信"),
        ("不刷单怎么赚钱", "刷单"),
        ("要不要加微信", "加微信"),
        ("有没有刷单的", "刷单"),
        ("不得不刷单", "刷单"),
        ("何不加微信", "加微信"),
        # quotation marks without anybody who is quoted, or who quotes himself
        ("“刷单”日结，来", "刷单"),
        ("“加我微信”刷单日结", "加我微信"),
        ("我说“你是傻逼”", "傻逼"),
        ("> 加我微信刷单", "刷单"),
    ],
)
def test_dodges_are_not_excused(text: str, hit: str) -> None:
    assert told(text, hit) is None


def test_only_the_kinds_asked_for_excuse() -> None:
    assert told("警惕兼职刷单骗局", "刷单", "negation", "quotation") is None
    assert told("严禁刷单", "刷单", "warning", "quotation") is None


@pytest.mark.parametrize("solicitation", ["加我微信", "想做的私我", "扫码进群领取", "微信：abc12345", "我们这里正规"])
@pytest.mark.parametrize("text", ["有人发兼职刷单，大家别信", "刷单都是骗局", "警惕刷单", "严禁刷单"])
@pytest.mark.parametrize("joint", ["，", "。", " ", "\n", "…", "👉"])
def test_no_text_that_solicits_is_excused(text: str, solicitation: str, joint: str) -> None:
    assert told(text, "刷单") is not None
    assert told(f"{text}{joint}{solicitation}", "刷单") is None
    assert told(f"{solicitation}{joint}{text}", "刷单") is None


def test_a_solicitation_of_others_is_not_the_writers_own() -> None:
    assert solicits("加我微信")
    assert not solicits("请大家不要加我微信")
    assert not solicits("骗子说加我微信领红包")
    assert not solicits("对方发“扫码进群领取”")


@given(st.text(alphabet='别信加我微信刷单，。“”"「」\n >-都是骗局有人说不要0a', max_size=80))
def test_any_text_is_told_without_trouble(text: str) -> None:
    folded = fold(text)
    for start in range(len(folded)):
        found = excuse(folded, start, start + 1, ALL)
        assert found is None or found.kind in ALL
