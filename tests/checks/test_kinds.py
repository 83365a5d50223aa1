"""The kinds of message check on texts people write, and on their innocent neighbours."""

from __future__ import annotations

import pytest
from tests.checks.rules import rule

from qunjian.checks.runner import compile_rules


def hits(detect: dict, text: str) -> list[tuple[str, str]]:
    verdicts = compile_rules([rule("x.y", detect)]).check([text])[0]
    return [(match.detail, text[match.start : match.end]) for each in verdicts for match in each.matches]


CONTACT = {"kind": "contact", "channels": ["wechat", "qq", "phone", "link", "qr_words"]}


@pytest.mark.parametrize(
    ("text", "channel", "span"),
    [
        ("加我微信聊", "wechat", "加我微信"),
        ("＋Ｖ：abc12345", "wechat", "Ｖ：abc12345"),
        ("➕薇信 详聊", "wechat", "➕薇信"),
        ("威信号 lily_2024", "wechat", "威信号 lily_2024"),
        ("我的wxid_k3j4h5k6l7", "wechat", "wxid_k3j4h5k6l7"),
        ("加个v", "wechat", "加个v"),
        ("加老师微信领讲义", "wechat", "加老师微信"),
        ("日结到账，薇❤ jz_20260", "wechat", "薇❤ jz_20260"),
        ("有意➕薇 jz20260x", "wechat", "➕薇 jz20260x"),
        ("QQ群：123456789", "qq", "QQ群：123456789"),
        ("加我扣扣", "qq", "加我扣扣"),
        ("打 138 1234 5678", "phone", "138 1234 5678"),
        ("资料 https://pan.baidu.com/s/1abc 自取", "link", "https://pan.baidu.com/s/1abc"),
        ("看这里 t.cn/A6abc。", "link", "t.cn/A6abc"),
        ("长按识别二维码进群", "qr_words", "长按识别二维码"),
        ("扫码进群领资料", "qr_words", "扫码进"),
    ],
)
def test_ways_out_of_the_group(text: str, channel: str, span: str) -> None:
    assert (channel, span) in hits(CONTACT, text)


@pytest.mark.parametrize(
    "text",
    ["微信支付真方便", "这个功能微信里也有", "看VLOG", "我加了一个vlookup公式", "订单号138123456789012", "qqq哈哈",
     "www.qunjian.example.com 官网", "稍微信一点", "视频 v1.2 更新", "wechat payment is nice",
     "https://youtu.be/watch?v=abcdefgh", "CuvxmABCDEF12",

     "WechatIMG105.jpeg", "q123456789@2x.png", "vxworks2000系统", "fa0ec13812345678badc3",
     "添加viewer权限", "加他微信让他自己说", "去年加微信的那批照片", "白鱼+企鹅+海狮",
     "price is 1391234567", "node.js 和 vue.js"],
)  # fmt: skip
def test_innocent_neighbours(text: str) -> None:
    assert hits(CONTACT, text) == []


def test_the_teams_own_are_allowed() -> None:
    own = {**CONTACT, "allow": ["qunjian_kefu", "t.cn"]}
    assert hits(own, "微信号 Qunjian_Kefu 和 t.cn/abc") == []


PERSONAL = {
    "kind": "personal_data",
    "types": ["id_card", "bank_card", "phone", "landline", "email", "address", "plate", "passport"],
}


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("身份证 11010519491231002X。", "id_card", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id_card", "１１０１０５１９４９１２３１００２Ｘ"),
        ("卡号 4111 1111 1111 1111", "bank_card", None),
        ("卡号 4532 0151 1283 0366", "bank_card", "4532 0151 1283 0366"),
        ("手机13912345678", "phone", "13912345678"),
        ("座机 010-62345678", "landline", "010-62345678"),
        ("邮箱 Li.Lei@example.com.cn 谢谢", "email", "Li.Lei@example.com.cn"),
        ("车牌沪A·12345", "plate", "沪A·12345"),
        ("护照号E12345678", "passport", "E12345678"),
        ("住在幸福路88弄3号1202室", "address", None),
        ("寄到海淀区中关村大街27号", "address", None),
    ],
)
def test_personal_data(text: str, kind: str, span: str | None) -> None:
    found = hits(PERSONAL, text)
    if text.startswith("卡号 4111"):
        assert found == []  # two digits, repeated: a test number, nobody's card
    else:
        assert (kind, span) in found if span else kind in [each for each, _ in found]


@pytest.mark.parametrize(
    "text",
    ["订单 110105194912310021", "时间戳 1699999999999", "快递单号 7713912345678901", "12345678901", "今天走了10000步",
     "沪A股涨了", "微博@小明 你好", "m.weibo.cn https://m.weibo.cn/detail/4532015112830366",
     "4532015112830366.png", "9de9c13912345678dd3", "路飞还是1号2号位", "他手里有2号楼和6号",
     "头像 cat_blue@2x.png", "截图 {D2@}KRF}1ab@25VJ.jpg 下载", "https://cdn.example.com/a@1036w.webp",
     "客服邮箱 support@example.com", "投稿 zhaopin-2026@example.com", "问题反馈给 kefu01@example.cn",
     "6222020200112231", "第3章 12-15页", "010101010101"],
)  # fmt: skip
def test_numbers_that_identify_nobody(text: str) -> None:
    assert hits(PERSONAL, text) == []


def test_links() -> None:
    classes = ["shop", "download", "invite", "ip", "lookalike"]
    detect = {"kind": "links", "classes": classes, "domains": ["spam.example"], "allow": ["jd.com"]}
    text = (
        "https://item.taobao.com/x.htm 和 https://item.jd.com/1.html 和 http://1.2.3.4:8080/a 和 a.b.com/app.apk，"
        "还有 https://xn--fiq.com/ https://discord.gg/abc http://m.spam.example/x"
    )
    assert [kind for kind, _ in hits(detect, text)] == ["shop", "ip", "download", "lookalike", "invite", "other"]
    assert hits(detect, "邮件 a@taobao.com") == []
