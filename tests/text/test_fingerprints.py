"""Fingerprints: equal for texts that are equal once folded and freed of separators, wherever they stand in a batch."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.fingerprints import fingerprints
from qunjian.text.folding import Folded, fold, without_separators

_TEXTS = st.lists(st.text(alphabet="加微信 VXvｘ…。\u200b😀臺台\n0", max_size=8), min_size=1, max_size=12)


@settings(deadline=None)
@given(_TEXTS)
def test_equal_exactly_when_the_compared_texts_are(texts: list[str]) -> None:
    prints, chars = fingerprints(texts)
    compared = [without_separators(fold(text)) for text in texts]
    assert chars.tolist() == [len(text) for text in compared]
    for one, text in zip(prints.tolist(), compared, strict=True):
        assert [each == one for each in prints.tolist()] == [each == text for each in compared]
    assert fingerprints(Folded(texts))[0].tolist() == prints.tolist()


def test_a_text_of_millions_of_characters_has_the_same_fingerprint_anywhere() -> None:
    long = "加微信领取资料" * 100_000
    assert fingerprints([long])[0][0] == fingerprints(["甲", long, "乙"])[0][1]


@settings(deadline=None)
@given(_TEXTS, st.sampled_from(["v", "x", "信", "。", "."]))
def test_rows_with_a_character_are_those_whose_folded_text_holds_it(texts: list[str], character: str) -> None:
    assert Folded(texts).rows_with(character) == [row for row, text in enumerate(texts) if character in fold(text)]
