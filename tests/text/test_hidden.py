"""Hidden words: each key sees its disguise, names it, and points at the original characters; clean twins stay free."""

from __future__ import annotations

import pytest

from qunjian.text.folding import Folded
from qunjian.text.keys import TRANSFORMATIONS, USUAL
from qunjian.text.matching import CONFIDENCE, Sighting, Word
from qunjian.text.scanning import Scanner

_WORDS = ("扒手机", "加微信", "刷单返利", "兼职日结", "超级赌博", "稳赚不赔", "妈妈好骗", "六合彩", "代开发票")
_SCANNER = Scanner([Word(word, USUAL) for word in _WORDS])


def seen(text: str, scanner: Scanner = _SCANNER) -> list[Sighting]:
    return scanner.scan(Folded([text])).get(0, [])


# Written by hand: text, word, the part of the text it stands in, what it took.
_CASES = (
    ("大家加微信吧", "加微信", "加微信", ()),
    ("请嘉薇芯，谢谢", "加微信", "嘉薇芯", ("homophone",)),
    ("请加威信，谢谢", "加微信", "加威信", ("homophone",)),
    ("有人叭手机", "扒手机", "叭手机", ("homophone",)),
    ("快加微信，信我", "加微信", "加微信", ()),
    ("大家加，加微信", "加微信", "加微信", ()),
    ("妈妈好骗，骗人", "妈妈好骗", "妈妈好骗", ()),
    ("超级睹博快来", "超级赌博", "超级睹博", ("homophone",)),
    ("每天刷单返刹哦", "刷单返利", "刷单返刹", ("shape",)),
    ("我 徽.信 加 徽.信", "加微信", "加 徽.信", ("separator", "shape")),
    ("+加加微微信号", "加微信", "加微微信", ("repeat",)),
    ("每天刷單返力哦", "刷单返利", "刷單返力", ("traditional", "homophone")),
    ("刷单返禾刂", "刷单返利", "刷单返禾刂", ("split",)),
    ("走召级赌博", "超级赌博", "走召级赌博", ("split",)),
    ("買6合彩", "六合彩", "6合彩", ("digit",)),
    ("兼zhi日结", "兼职日结", "兼zhi日结", ("pinyin",)),
    ("jiaweixin 123", "加微信", "jiaweixin", ("pinyin",)),
    ("刷单返🍐", "刷单返利", "刷单返🍐", ("emoji",)),
    ("穩賺不赔", "稳赚不赔", "穩賺不赔", ("traditional",)),
    ("兼职曰结", "兼职日结", "兼职曰结", ("shape",)),
    ("骗人：妈妈好片", "妈妈好骗", "妈妈好片", ("homophone",)),
)


@pytest.mark.parametrize(("text", "word", "part", "took"), _CASES)
def test_each_key_sees_its_disguise(text: str, word: str, part: str, took: tuple[str, ...]) -> None:
    found = [each for each in seen(text) if _WORDS[each.needle] == word]
    assert [text[each.start : each.end] for each in found] == [part]
    assert found[0].transformations == took
    assert (found[0].confidence == 1) == (not took)


# Words with separators of their own, written by hand.
_DOTTED = ("0.1折充值", "99%的人", "哈.哈笑", ".dot词")
_DOTTED_SCANNER = Scanner([Word(word, USUAL) for word in _DOTTED])


@pytest.mark.parametrize(
    ("text", "part", "took"),
    [
        ("来0.1折充值呀", "0.1折充值", ()),
        ("来O.1折充值呀", "O.1折充值", ("letter",)),
        ("来0.1折-充值呀", "0.1折-充值", ("separator",)),
        ("来0 .1折充值呀", "0 .1折充值", ("separator",)),
        ("来０.1折充直呀", "０.1折充直", ("width", "homophone")),
        ("９９%的人", "９９%的人", ("width",)),
        ("哈.哈笑", "哈.哈笑", ()),
        ("一个.dot词", ".dot词", ()),
    ],
)
def test_words_with_separators_of_their_own_are_seen_with_these(text: str, part: str, took: tuple[str, ...]) -> None:
    found = seen(text, _DOTTED_SCANNER)
    assert [text[each.start : each.end] for each in found] == [part]
    assert found[0].transformations == took


@pytest.mark.parametrize("text", ["来01折充值呀", "99的人", "99的%人", "来10.1折充值呀", "哈哈笑"])
def test_words_with_separators_of_their_own_are_not_seen_without(text: str) -> None:
    assert seen(text, _DOTTED_SCANNER) == []


@pytest.mark.parametrize(
    "text",
    [
        "参加微软的信息会", "家里唯一的心愿", "妈好骗", "加，微，信", "加一下他的微信", "彩合六", "日结兼职",
        "单刷返利", "liuhecaix", "赌博网超级", "", "🍐🍐🍐", "增加伪信息", "请家唯心，谢谢", "刷单，返利，",
        "加薇，新来的", "妈，妈好骗", "买了二手机", "请把手机给我",
    ],
)  # fmt: skip
def test_clean_twins_stay_free(text: str) -> None:
    assert [_WORDS[each.needle] for each in seen(text) if each.transformations != ("separator",)] == []


def test_a_word_is_only_seen_by_the_keys_its_rule_names() -> None:
    texts = {"sound": "加威信", "shape": "加徽信", "split": "加微人言", "pinyin": "jia微信", "digit": "6合彩"}
    for key, text in texts.items():
        word = "六合彩" if key == "digit" else "加微信"
        without = tuple(each for each in USUAL if each != key)
        assert seen(text, Scanner([Word(word, USUAL)]))
        assert not seen(text, Scanner([Word(word, without)])), key


def test_initials_are_seen_only_on_demand_and_stand_free() -> None:
    scanner = Scanner([Word("加微信", (*USUAL, "initials"))])
    assert seen("jwx") == []
    assert [each.transformations for each in seen("快 jwx 哦", scanner)] == [("initial",)]
    assert seen("ajwxb", scanner) == []


def test_two_characters_are_found_as_written_only() -> None:
    scanner = Scanner([Word("微信", USUAL)])
    assert seen("唯心", scanner) == []
    assert [each.transformations for each in seen("微信", scanner)] == [()]


def test_the_sure_way_of_seeing_wins_where_there_are_several() -> None:
    assert [(each.start, each.end, each.transformations) for each in seen("加微信jia🍐")] == [(0, 3, ())]


def test_every_transformation_has_a_confidence() -> None:
    assert set(CONFIDENCE) == set(TRANSFORMATIONS)


@pytest.mark.parametrize("keys", [("literal",), ("literal", "separated"), USUAL])
@pytest.mark.parametrize("text", ["加微信信息", "加加微信", "大家加加微信信不信", "加微信，信不信"])
def test_what_stands_literally_is_found_beside_its_own_characters(text: str, keys: tuple) -> None:
    found = seen(text, Scanner([Word("加微信", keys)]))
    assert [(text[each.start : each.end], each.transformations) for each in found] == [("加微信", ())]


@pytest.mark.parametrize(
    ("word", "text", "took"),
    [
        ("加whatsapp", "加wһаtsapр", ("letter",)),  # Cyrillic
        ("加whatsapp", "加wh4tsapp", ("letter",)),
        ("网络水军", "👑络水军", ("emoji",)),  # 水军 is 浑 as well, and is not read so
        ("找人代充", "手戈人代充", ("split",)),  # and 我
        ("AI换脸", "AI换lian", ("pinyin",)),  # ai is a syllable too
    ],
)
def test_competing_readings_are_all_tried(word: str, text: str, took: tuple[str, ...]) -> None:
    scanner = Scanner([Word(word, USUAL), Word("我的浑水", USUAL)])
    assert [each.transformations for each in scanner.scan(Folded([text])).get(0, [])] == [took]


@pytest.mark.parametrize(("word", "text"), [("盗qq号", "盗99号"), ("私聊我", "笑死了我"), ("点击下单", "十点半下单")])
def test_what_makes_sense_by_itself_is_no_disguise(word: str, text: str) -> None:
    assert Scanner([Word(word, USUAL)]).scan(Folded([text])) == {}
