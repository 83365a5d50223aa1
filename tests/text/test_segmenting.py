"""Top words: counted by message, without stop words and numbers, the same in every order."""

from __future__ import annotations

from qunjian.text.segmenting import top_words, words


def test_topic_words() -> None:
    assert words("大家好，今天領取優惠券了吗？2026") == ["领取", "优惠券"]


def test_top_words_count_messages_first() -> None:
    texts = ["优惠券优惠券优惠券", "面膜", "面膜 优惠券", None, "", "面膜"]
    top = top_words(texts, 2)
    assert [(each.word, each.messages, each.times) for each in top] == [("面膜", 3, 3), ("优惠券", 2, 4)]
    assert top_words(reversed(texts), 2) == top
    assert [each.word for each in top_words(texts, 2, also_stop=frozenset({"面膜"}))] == ["优惠券"]
