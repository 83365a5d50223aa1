"""Terms are found whatever their width, case or form; Latin ones as whole words."""

from __future__ import annotations

import pytest

from qunjian.text.terms import named, naming

CASES = {
    "今天的輔食吃了半碗": ("辅食",),
    "ＰＹＴＨＯＮ 入门": ("python",),
    "pythonic": (),
    "辅食与 Python": ("辅食", "python"),
    "c++ 好学吗": ("c++",),
    "": (),
}


@pytest.mark.parametrize("text", CASES)
def test_named(text: str):
    assert named(text, ("辅食", "python", "c++")) == CASES[text]


def test_columns_agree_with_single_texts():
    texts = list(CASES)
    assert naming(texts, ("辅食", "python", "c++")).tolist() == [bool(CASES[text]) for text in texts]
    assert naming(texts, ()).tolist() == [False] * len(texts)
    assert naming([], ("a",)).tolist() == []
