"""What a pair may begin is worked out once and remembered: memory changes no find, however small, full or old it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text import seeking
from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL
from qunjian.text.matching import Word
from qunjian.text.scanning import Scanner

_WORDS = ("加微信", "刷单返利", "兼职日结", "妈妈好骗", "六合彩", "代开发票")
_PIECES = (
    *_WORDS, "家唯心", "刷单返禾刂", "兼zhi日结", "6合彩", "妈妈好片", "代 开发票", "刷", "单", "返", "利", "加", "微",
    "心", "，", "a",
)  # fmt: skip
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=6).map("".join), min_size=1, max_size=8)
_LARGE = Scanner([Word(word, USUAL) for word in _WORDS])


@pytest.mark.parametrize(("slots", "groups"), [(2, 1 << 22), (6, 8)])
def test_memory_changes_no_find(slots: int, groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "_SLOTS", slots)
    monkeypatch.setattr(seeking, "_MOST_GROUPS", groups)
    small = Scanner([Word(word, USUAL) for word in _WORDS])

    @settings(max_examples=60, deadline=None)
    @given(_TEXTS)
    def same(texts: list[str]) -> None:
        whole = _LARGE.scan(Folded(texts))
        assert small.scan(Folded(texts)) == whole
        assert {row: seen for row, text in enumerate(texts) if (seen := small.scan(Folded([text])).get(0))} == whole

    same()


def test_literal_words_stand_where_they_are_written() -> None:
    texts = ["加微信", "请加微信六合彩", "微信加", "六合彩 加微信 六合彩"]
    found = _LARGE.scan(Folded(texts))
    assert {row: [each.start for each in seen] for row, seen in found.items()} == {0: [0], 1: [1, 4], 3: [0, 4, 8]}
