"""Thanks, acknowledgements and what is settled close a conversation; whatever else stands beside them asks."""

from __future__ import annotations

import pytest

from qunjian.text.closings import is_closing


# Written by hand.
@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "@运营 谢谢老师的耐心解答，已经解决了",
        "谢谢群主！问题解决了",
        "好的好的，麻烦您了",
        "太感谢了",
        "感谢老师分享",
        "明白了，辛苦老师",
        "谢谢你的及时回复🌹",
        "收到，谢谢亲",
        "已经到账了，谢谢",
        "打扰了",
        "OK，谢谢！",
        "嗯嗯知道了谢谢您",
    ],
)
def test_what_closes(text: str) -> None:
    assert is_closing(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的，那退款呢",
        "谢谢，请问几点",
        "怎么退款",
        "麻烦老师处理",
        "麻烦您处理",
        "麻烦客服跟进",
        "退款到账了吗",
        "可以退吗",
        "辛苦老师帮忙看看",
        "麻烦您推荐",
        "好的，什么时候到账",
        "谢谢老师，还是打不开",
        "你好",
        "老师好",
        "老师",
        "谢谢？",
        "解决",
    ],
)
def test_what_still_asks(text: str) -> None:
    assert not is_closing(text)
