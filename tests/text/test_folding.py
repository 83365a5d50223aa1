"""Folding: what each step does, and that the way back is exact."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.folding import Folded, fold, fold_with_origin, steps_of, without_separators
from qunjian.text.matching import named

_CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
_TEXT = st.text(alphabet=_CHARACTERS | st.sampled_from("加微信體ＡＶ①…\u200b\u0301\ufe0f 。\n"), max_size=30)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＶＸ１２３", "vx123"),
        ("聯繫電話", "联系电话"),
        ("加\u200b微\u202e信\ufeff", "加微信"),
        ("w\u0336e\u0336i", "wei"),
        ("①②③", "123"),
        ("㊙㎏", "秘kg"),
        ("Ｃafé", "cafe"),
        ("ﬁne", "fine"),
        ("안녕 がぎ", "안녕 がぎ"),
        ("…", "..."),
        ("❤️", "❤"),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None)
@given(_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(_TEXT)
def test_every_folded_character_comes_from_the_original_at_its_origin(text: str) -> None:
    folded, origin = fold_with_origin(text)
    assert len(folded) == len(origin)
    assert origin == sorted(origin)
    for place in set(origin):
        came = "".join(c for c, o in zip(folded, origin, strict=True) if o == place)
        assert came == fold(text[place])
    for place in set(range(len(text))) - set(origin):
        assert fold(text[place]) == ""


@settings(deadline=None)
@given(st.lists(_TEXT, max_size=8))
def test_a_batch_equals_its_texts(texts: list[str]) -> None:
    folded = Folded(pa.array(texts, pa.string()))
    assert folded.rows == len(texts)
    compact = folded.compact().text.split("\0")
    for row, text in enumerate(texts):
        assert folded.row(row) == fold(text)
        assert folded.original(row) == text
        assert folded.origins(row, 0, len(fold(text))) == fold_with_origin(text)[1]
        assert compact[row] == without_separators(fold(text))


@settings(deadline=None)
@given(_CHARACTERS)
def test_the_table_agrees_with_unicode(character: str) -> None:
    """Where Python's own data is newer than the table's, unassigned characters are left alone."""
    steps = named(steps_of(character))
    if unicodedata.category(character) == "Cf":
        assert fold(character) == "" or steps == ()
    elif "traditional" not in steps and "mark" not in steps and steps:
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
        assert fold(character) == "".join(c for c in plain if not unicodedata.combining(c)) or "invisible" in steps


def test_nul_and_lone_surrogates_do_not_shift_what_follows() -> None:
    folded = Folded(["a\0Ｂ", "x\ud800Ｙ"])
    assert folded.rows == 2
    assert folded.place(0, 1, 2) == (2, 3)
    assert folded.place(1, 2, 3) == (2, 3)
