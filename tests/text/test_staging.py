"""Needles of two ranks: with every row asked, what one scanner sees of all; else what rules with a fault want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL
from qunjian.text.scanning import Pattern, Scanner, Word
from qunjian.text.staging import StagedScanner, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.text.matching import Sighting

# Rules 0 to 2, and 3 whose faults others see. 500元 is a fault of two; 日结 stands near in two, 加 in rule 3 only.
_NEEDLES = (
    Word("加微信", USUAL), Word("微信"), Pattern("[0-9]{3}元"), Word("刷单返利", USUAL), Pattern("日结|现结"),
    Word("加"), Word("兼职招人", USUAL), Pattern("\\p{Han}{3}"),
)  # fmt: skip
_TOLD: tuple[set[int], ...] = ({0}, set(), {1, 2}, {2}, set(), set(), set(), set())
_NEAR: tuple[set[int], ...] = ({2}, {0}, set(), {1}, {1, 2}, {3}, {0, 3}, {2})
_PIECES = (
    "加微信", "家唯心", "微信", "500元", "刷单返禾刂", "刷 单 返 利", "日结", "加", "＋", "，", "a", "\n", "jiaweixin",
    "兼 职 招 人", "兼职招人", "jianzhizhaoren",
)  # fmt: skip
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=5).map("".join), max_size=6)
_STAGED = StagedScanner(
    _NEEDLES, [Use(frozenset(told), frozenset(near)) for told, near in zip(_TOLD, _NEAR, strict=True)]
)
_WHOLE = Scanner(_NEEDLES)


def _plain(texts: list[str], elsewhere: Mapping[int, set[int]]) -> dict[int, list[Sighting]]:
    """Look for everything everywhere, then leave what no rule that saw a fault has a use for."""
    left: dict[int, list[Sighting]] = {}
    for row, seen in _WHOLE.scan(Folded(texts)).items():
        rules = set(elsewhere.get(row, ()))
        for each in seen:
            rules |= _TOLD[each.needle]
        kept = [each for each in seen if _TOLD[each.needle] or _NEAR[each.needle] & rules]
        if kept:
            left[row] = kept
    return left


@settings(max_examples=150, deadline=None)
@given(_TEXTS, st.dictionaries(st.integers(0, 5), st.sets(st.integers(0, 4))))
def test_two_ranks_see_what_one_scanner_sees(texts: list[str], elsewhere: dict[int, set[int]]) -> None:
    elsewhere = {row: rules for row, rules in elsewhere.items() if row < len(texts)}
    assert _STAGED.scan(Folded(texts), every=True) == _WHOLE.scan(Folded(texts))
    assert _STAGED.scan(Folded(texts)) == _plain(texts, {})
    told = {row: frozenset(rules) for row, rules in elsewhere.items()}
    assert _STAGED.scan(Folded(texts), told=told) == _plain(texts, elsewhere)


def _seen(texts: list[str], told: Mapping[int, frozenset[int]] | None = None) -> list[list[int]]:
    found = _STAGED.scan(Folded(texts), told=told)
    return [[each.needle for each in found.get(row, ())] for row in range(len(texts))]


def test_a_word_near_a_fault_is_looked_for_where_its_own_rule_saw_one() -> None:
    assert _seen(["加微信", "加微信，日结", "500元", "500元日结"]) == [[0, 1], [0, 1], [2], [2, 7, 4]]


def test_one_of_the_second_rank_is_read_by_re2_alone() -> None:
    assert _STAGED.without_prefilter == ("\\p{Han}{3}",)


def test_a_word_near_a_fault_alone_is_not_seen() -> None:
    assert _seen(["日结", "微信", "加", "兼职招人"]) == [[], [], [], []]


def test_what_something_else_saw_counts_as_a_fault_of_its_rule() -> None:
    texts = ["日结", "兼 职 招 人", "加微信，兼职招人", "加"]
    assert _seen(texts) == [[], [], [0, 1, 6], []]
    assert _seen(texts, {0: frozenset({1}), 1: frozenset({3}), 3: frozenset({0, 3})}) == [[4], [6], [0, 1, 6], [5]]
