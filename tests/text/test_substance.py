"""What a text tells, and what is filler: verdicts by hand, batches alike, hidden forms folded."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.substance import FILLERS, Substance, repeats, substance

# text → characters, numbers, dates, links, question, filler
BY_HAND = {
    "顶": (1, 0, 0, 0, False, "bump"),
    "沙发！！": (2, 0, 0, 0, False, "bump"),
    "打卡": (2, 0, 0, 0, False, "bump"),
    "６６６": (3, 1, 0, 0, False, "cry"),
    "哈哈哈哈": (4, 0, 0, 0, False, "cry"),
    "謝謝": (2, 0, 0, 0, False, "courtesy"),
    "收到，谢谢": (4, 0, 0, 0, False, "courtesy"),
    "@小王 @小李": (0, 0, 0, 0, False, "wordless"),
    "[微笑][强]": (0, 0, 0, 0, False, "wordless"),
    "👍👍": (0, 0, 0, 0, False, "wordless"),
    "": (0, 0, 0, 0, False, "wordless"),
    "？": (0, 0, 0, 0, True, ""),
    "这本怎么样": (5, 0, 0, 0, True, ""),
    "在吗": (2, 0, 0, 0, True, ""),
    "是的": (2, 0, 0, 0, False, ""),
    "666 元": (4, 1, 0, 0, False, ""),
    "https://example.com/a?b=1": (0, 0, 0, 1, False, ""),
    "3月5日14:30开会，费用99.5元": (16, 1, 2, 0, False, ""),
    "怎么安装 v2.3": (7, 1, 0, 0, True, ""),
    "The quick brown fox": (16, 0, 0, 0, False, ""),
}


def rows(found: Substance) -> list[tuple[object, ...]]:
    columns = (found.characters, found.numbers, found.dates, found.links, found.question)
    return [(*each, FILLERS[code]) for *each, code in zip(*(c.tolist() for c in columns), found.filler, strict=True)]


@pytest.mark.parametrize("text", BY_HAND)
def test_by_hand(text: str):
    assert rows(substance([text])) == [BY_HAND[text]]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(list(BY_HAND)), st.text(max_size=12)), max_size=12), st.integers(1, 4))
def test_a_row_depends_on_nothing_but_itself(texts: list[str], size: int):
    whole = substance(pa.array(texts, pa.string()))
    parts = [substance(texts[start : start + size]) for start in range(0, len(texts), size)]
    for name in Substance.__struct_fields__:
        assert getattr(whole, name).tolist() == [x for part in parts for x in getattr(part, name).tolist()]


def test_nulls_and_nothing():
    assert substance(pa.array([], pa.string())).characters.tolist() == []
    assert rows(substance(pa.array([None, "顶"], pa.string()))) == [BY_HAND[""], BY_HAND["顶"]]


def test_words_and_lines():
    found = substance(["用 Python 3 写\n\n第二行 numpy-like 数组", "没有"])
    assert (found.words.tolist(), found.lines.tolist()) == ([2, 0], [2, 1])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 2), st.integers(0, 30)), max_size=14), st.integers(0, 10))
def test_repeats_as_one_would_look_for_them(said: list[tuple[int, int, int]], within: int):
    said = sorted(said, key=lambda one: one[2])
    expected = [
        who >= 0 and what != 0 and any(o[:2] == (who, what) and at - o[2] <= within for o in said[:place])
        for place, (who, what, at) in enumerate(said)
    ]
    columns = np.array(said, dtype=np.int64).reshape(-1, 3).T
    assert repeats(*columns, within).tolist() == expected
