"""Masking: what identifies a person is hidden, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.text.masking import excerpt, mask_account, mask_name, mask_names, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138 1234 5678", "138 **** 5678"),
        ("邮箱 zhang.san@example.com", "邮箱 z********@example.com"),
        ("身份证11010519491231002X", "身份证110***********002X"),
        ("微信号：abc_12345", "微信号：a********"),
        ("QQ 12345678", "QQ 12****78"),
        ("2026-11-20 12:30 的会，价格 1999 元", "2026-11-20 12:30 的会，价格 1999 元"),
    ],
)
def test_examples(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(st.text(max_size=60) | st.text(alphabet="0123456789 -@.微信qQa１２", max_size=40))
def test_the_length_never_changes(text: str) -> None:
    assert len(mask_text(text)) == len(text)


def test_names_and_accounts() -> None:
    assert (mask_name("张三丰"), mask_name("王"), mask_name("")) == ("张**", "*", "")
    assert mask_account("telegram:123456789") == "telegram:12*****89"
    assert mask_account("s1:name:张三丰") == "s1:name:张**"
    assert mask_names("张三丰和张三来了", ["张三", "张三丰", ""]) == "张**和张*来了"


def test_an_excerpt_shows_the_hit_in_place_and_masks_the_rest() -> None:
    text = "各位好，" + "很" * 40 + "想要的加我微信，电话13812345678，" + "谢" * 40
    start = text.index("加我微信")
    shown = excerpt(text, [(start, start + 4)], around=12)
    assert "【加我微信】" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "13812345678" not in shown
    assert "\n" not in excerpt("一\n二\n三", [(2, 3)])


@pytest.mark.parametrize("said", ["加V：jz_520888", "+v jz_520888", "＋Ｖjz_520888"])
def test_an_account_after_the_letter_that_stands_for_wechat_is_masked(said: str) -> None:
    assert mask_text(said) == said.replace("jz_520888", "j********")


@pytest.mark.parametrize("said", ["薇❤ jz_520888", "威❤️jz_520888", "卫❤星 jz_520888，日结", "call jz_520888"])
def test_an_account_is_masked_however_the_word_before_it_is_disguised(said: str) -> None:
    assert mask_text(said) == said.replace("jz_520888", "j********")


def test_words_with_few_digits_stay() -> None:
    said = "iPhone15 用 RTX4090，第 W46 周，covid_19，abc1234"
    assert mask_text(said) == said
