"""Needles of two ranks: with every row asked, what one scanner sees of all; else the rows of the first rank, whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL
from qunjian.text.scanning import Pattern, Scanner, Word
from qunjian.text.staging import StagedScanner

_NEEDLES = (
    Word("加微信", USUAL), Word("微信"), Pattern("[0-9]{3}元"), Word("刷单返利", USUAL), Pattern("日结|现结"),
    Word("加"),
)  # fmt: skip
_FIRST = (True, False, True, True, False, False)
_PIECES = (
    "加微信",
    "家唯心",
    "微信",
    "500元",
    "刷单返禾刂",
    "刷 单 返 利",
    "日结",
    "加",
    "＋",
    "，",
    "a",
    "\n",
    "jiaweixin",
)
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=5).map("".join), max_size=6)
_STAGED = StagedScanner(_NEEDLES, _FIRST)
_WHOLE = Scanner(_NEEDLES)


@settings(max_examples=80, deadline=None)
@given(_TEXTS)
def test_two_ranks_see_what_one_scanner_sees(texts: list[str]) -> None:
    whole = _WHOLE.scan(Folded(texts))
    assert _STAGED.scan(Folded(texts), every=True) == whole
    telling = {row: seen for row, seen in whole.items() if any(_FIRST[each.needle] for each in seen)}
    assert _STAGED.scan(Folded(texts)) == telling


def test_a_row_with_the_second_rank_alone_is_left_out() -> None:
    texts = ["日结", "加微信日结", "500元"]
    assert [[each.needle for each in seen] for seen in _STAGED.scan(Folded(texts)).values()] == [[0, 5, 1, 4], [2]]
    assert sorted(_STAGED.scan(Folded(texts), every=True)) == [0, 1, 2]
