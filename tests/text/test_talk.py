"""Terms of talk: pairs of Chinese characters and whole words, equal wherever they stand, whatever the batch."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.talk import placed_terms, terms


def pieces(text: str) -> list[str]:
    folded, found = placed_terms(text)
    return [folded[each.start : each.end] for each in found]


def test_by_hand():
    assert pieces("读书会Ａpp 12 好，x 第3章") == ["读书", "书会", "app", "12"]
    assert pieces("") == pieces("！？") == pieces("好") == []
    assert pieces("python3很好用") == ["python3", "很好", "好用"]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="读书会ab1 ，\n", max_size=10), max_size=8), st.integers(1, 3))
def test_equal_wherever_they_stand(texts: list[str], size: int):
    whole = terms(texts)
    found = {(row, term) for row, term in zip(whole.row.tolist(), whole.term.tolist(), strict=True)}
    assert found == {(row, each.term) for row, text in enumerate(texts) for each in placed_terms(text)[1]}
    assert len(found) == len(whole.row)
    parts = [terms(texts[start : start + size]) for start in range(0, len(texts), size)]
    assert [x for part in parts for x in part.term.tolist()] == whole.term.tolist()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["读书", "书会", "会读", "ab", "ba", "a1"]), min_size=1, max_size=6))
def test_different_terms_have_different_numbers(words: list[str]):
    assert len(set(terms(words).term.tolist())) == len(set(words))
