"""What speaks for a hidden word is counted as by hand; words of today are put together as a plain reading does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.text.matching import Place
from qunjian.text.plausible import evidence
from qunjian.text.segmenting import dictionary_words

_TODAY = ("微信", "微信号", "公众号", "企业微信", "加群")


def _here(text: str, part: str, itself: str) -> list[Place]:
    """Return the places of the characters of a part of a text; `itself`: 1 for each that is the word's own."""
    at = text.index(part)
    return [Place(at + nth, at + nth, sign == "1") for nth, sign in enumerate(itself)]


@pytest.mark.parametrize(
    ("text", "cut", "across", "inside"),
    [
        ("他把手机票", ["他", "把手", "机票"], 1, 1),
        ("他把手机拿走", ["他", "把", "手机", "拿走"], 0, 0),
    ],
)
def test_ends_inside_words_and_changed_characters_of_words(text: str, cut: list[str], across: int, inside: int) -> None:
    assert dictionary_words(text) == cut
    seen = evidence(text, _here(text, "把手机", "011"), "扒手机")
    assert seen is not None
    assert (seen.across, seen.inside) == (across, inside)
    assert (seen.written, seen.heard, seen.other, seen.gap, seen.short) == (2, 1, 0, False, True)


def test_signs_among_a_words_own_characters_leave_nothing_to_weigh() -> None:
    assert evidence("快买🍐手机票", _here("快买🍐手机票", "🍐手机", "011"), "扒手机") is None


@given(st.lists(st.sampled_from([*_TODAY, "企业", "微", "信", "号", "加", "群", "我们", "a", " ", "，"]), max_size=8))
def test_words_of_today_stand_whole_and_nothing_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(dictionary_words(text)) == text
    if all(each in _TODAY for each in parts):
        left = text
        for word in dictionary_words(text):
            assert left.startswith(word)
            left = left[len(word) :]


def test_the_longest_word_of_today_wins() -> None:
    assert dictionary_words("加微信号") == ["加", "微信号"]
    assert dictionary_words("我的公众号") == ["我", "的", "公众号"]
