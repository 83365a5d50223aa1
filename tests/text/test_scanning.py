"""Matching: spans point at the right original characters, whatever was put between or in their place."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.model.errors import BadInputError
from qunjian.text.folding import Folded, fold
from qunjian.text.matching import Sighting, Word
from qunjian.text.patterns import confirmer, folded_pattern
from qunjian.text.prefilter import prefilter
from qunjian.text.scanning import Needle, Pattern, Scanner

_WORDS = ("加微信", "兼职刷单", "免费领取", "VX", "代开发票", "稳赚不赔")
_SCANNER = Scanner([Word(word, ("literal", "separated")) for word in _WORDS])
# Written here, not taken from the matcher's tables.
_WIDE = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}
_TRADITIONAL = dict(zip("职单费领开发票赚赔", "職單費領開發票賺賠", strict=True))
_INVISIBLE = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u00ad", "\ufe0f")
_SEPARATORS = (" ", ".", "·", "*", "_", "~", "\u3000", "😀")
_CALM = st.text(alphabet="今天大家一起去公园看花吃饭，。！0 ", max_size=12)


def found(needles: list[Needle], text: str) -> list[Sighting]:
    return Scanner(needles).scan(Folded([text])).get(0, [])


@settings(deadline=None)
@given(_CALM, _CALM, st.sampled_from(_WORDS), st.data())
def test_a_disguised_word_is_found_where_it_stands(before: str, after: str, word: str, data: st.DataObject) -> None:
    written, steps = "", set()
    for place, character in enumerate(word):
        if place and len(word) >= 3 and data.draw(st.booleans()):
            written += data.draw(st.sampled_from(_SEPARATORS))
            steps.add("separator")
        elif place and data.draw(st.booleans()):
            written += data.draw(st.sampled_from(_INVISIBLE))
            steps.add("invisible")
        change = data.draw(st.sampled_from(("none", "width", "case", "traditional")))
        other = {
            "width": _WIDE.get(character),
            "case": character.swapcase(),
            "traditional": _TRADITIONAL.get(character),
        }.get(change)
        if other and other != character:
            written += other
            steps.add(change)
        else:
            written += character
    text = before + written + after
    seen = [each for each in _SCANNER.scan(Folded([text])).get(0, []) if _WORDS[each.needle] == word]
    assert [(each.start, each.end) for each in seen] == [(len(before), len(before) + len(written))]
    assert set(seen[0].transformations) == steps
    assert list(seen[0].transformations) == [
        s for s in ("width", "case", "traditional", "invisible", "separator") if s in steps
    ]
    assert (seen[0].confidence == 1) == (not steps)


@settings(deadline=None)
@given(st.text(alphabet="加微信兼职刷单vxVX免费领取 ，.a0", max_size=40))
def test_literal_words_equal_a_plain_search(text: str) -> None:
    words = ["加微信", "微信", "刷单", "领取免"]
    seen = {(words[each.needle], each.start) for each in found([Word(word) for word in words], text)}
    naive = {(word, match.start()) for word in words for match in re.finditer(f"(?={word})", text)}
    assert seen == naive


def test_a_word_of_two_lines_stands_in_one_row() -> None:
    words: list[Needle] = [Word("加\n微信"), Word("\n")]
    assert [(each.needle, each.start, each.end) for each in found(words, "加\n微信")] == [(0, 0, 4), (1, 1, 2)]
    assert not Scanner(words).scan(Folded(["加", "微信", ""]))


def test_latin_words_and_numbers_stand_free() -> None:
    assert found([Word("vx")], "加vx123, VX: 和 vxworks")[0].start == 1
    assert len(found([Word("vx")], "加vx123, VX: 和 vxworks devx")) == 2
    assert found([Word("12315")], "拨打123156") == []


@pytest.mark.parametrize("text", ["做兼职，刷单的别来", "兼职！刷单", "兼职\n刷单", "兼职    刷单", "加入微软信用"])
def test_a_clause_is_not_a_disguise(text: str) -> None:
    assert found([Word("兼职刷单", ("literal", "separated")), Word("加微信", ("separated",))], text) == []


def test_two_characters_are_never_found_across_separators() -> None:
    assert found([Word("微信", ("literal", "separated"))], "稍微 信心不足") == []


def test_confidence_falls_with_every_step() -> None:
    texts = ["兼职刷单", "兼職刷單", "兼職刷單".replace("刷", "\u200b刷"), "兼 職 \u200b刷 單"]
    sure = [found([Word("兼职刷单", ("literal", "separated"))], text)[0].confidence for text in texts]
    assert sure == sorted(sure, reverse=True)
    assert len(set(sure)) == len(sure)


PATTERNS = (
    "价格：([0-9]+)元",
    "加.{0,4}微信",
    "[^，。！？\\n]{0,3}(?:最好|最佳)",
    "^\\s*签到",
    "再见$",
    "\\bqq\\b",
    "[\\p{Han}]{2}x",
    "(?i)ABC+",
    "\\d{3}-\\d{4}",
    "[一二三]+号",
    "(?:免费|白送){1,2}[^a-z]{2,30}(?:领|拿)",
    "[^\\x00-\\x7f]{2}q",
    "\\Qa.b\\E",
    "(?P<n>赚|挣)\\d+",
    "a\\nb",
    "[“「].+[”」]",
    "(?s)开.结",
    "第[^\\d]+名",
    "[[:alpha:]]{3}号",
    "x{2,}",
    "[ａ-ｃ]z",
    "\\p{Greek}",
)
_PATTERNS = Scanner([Pattern(source) for source in PATTERNS])
_MIXED = st.text(
    alphabet="加微信价格：:0123-元最好佳qQ 签到再见\n，。abcABCxz一三号免费白送领拿赚挣“”「」名第开结αß…１", max_size=25
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_MIXED, min_size=1, max_size=6))
def test_patterns_equal_re2_on_every_text_alone(texts: list[str]) -> None:
    """The prefilter may ask too often, never too seldom: with it and without, the same spans."""
    seen = {
        (row, each.needle, each.seen)
        for row, all_of_row in _PATTERNS.scan(Folded(pa.array(texts))).items()
        for each in all_of_row
    }
    naive = {
        (row, number, match.group(0))
        for row, text in enumerate(texts)
        for number, source in enumerate(PATTERNS)
        for match in confirmer(source).finditer(fold(text))
    }
    assert seen == naive


def test_pattern_spans_are_code_points_of_the_original() -> None:
    text = "😀價格：\u200b１００元，价格:5元"
    seen = found([Pattern("价格：([0-9]+)元", 1)], text)
    assert [text[each.start : each.end] for each in seen] == ["１００", "5"]
    assert seen[0].transformations == ("width",)


def test_patterns_are_written_as_people_write() -> None:
    assert folded_pattern("（免費）[：，]+Ａ") == "\\(免费\\)[:,]+a"
    assert found([Pattern("優惠（今日）")], "优惠(今日)")


@pytest.mark.parametrize("source", ["(?!x)a", "(a", "a{2000}", "(a)\\1", "a*", "^", ".?"])
def test_what_re2_cannot_take_is_an_error_people_understand(source: str) -> None:
    with pytest.raises(BadInputError) as caught:
        confirmer(source)
    assert source in caught.value.what.zh


def test_a_pattern_that_blows_up_elsewhere_is_linear_here() -> None:
    scanner = Scanner([Pattern("^(a+)+$")])
    assert scanner.scan(Folded(["a" * 50_000 + "!"])) == {}


def test_a_prefilter_is_known_for_usual_patterns() -> None:
    assert [source for source in PATTERNS if prefilter(folded_pattern(source)) is None] == ["\\p{Greek}"]
    assert re2.compile(folded_pattern("[^，。]{0,3}最好"))
