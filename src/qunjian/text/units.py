"""Knows units: what they measure, what one is worth in the form that is compared, and when a word is none."""

from __future__ import annotations

import re
from fractions import Fraction

_DAY = 86_400
_COUNTS = (  # noqa: SIM905 (a list of forty strings is harder to read)
    "人 位 名 个人 个 次 节课 节 课时 讲 件 盒 瓶 颗 粒 片 包 袋 支 张 款 期 集 章 门课 门 科 本 套 条 台 部 只"
    " 份 罐 箱 桶 枚 步 题 组 双 道 岁 积分 席"
).split()
_SAME = {"位": "人", "名": "人", "个人": "人", "节课": "节", "课时": "节", "讲": "节", "门课": "门"}
_UNITS: dict[str, tuple[str, Fraction]] = {
    **{name: ("money", Fraction(1)) for name in ("元钱", "元", "块钱", "块", "圆", "大洋")},
    **{name: ("money", Fraction(1)) for name in ("人民币", "rmb", "cny", "¥")},
    "万元": ("money", Fraction(10_000)), "毛钱": ("money", Fraction(1, 10)), "毛": ("money", Fraction(1, 10)),
    "角钱": ("money", Fraction(1, 10)), "分钱": ("money", Fraction(1, 100)),
    "美元": ("usd", Fraction(1)), "美金": ("usd", Fraction(1)), "刀": ("usd", Fraction(1)), "usd": ("usd", Fraction(1)),
    "秒": ("seconds", Fraction(1)), "秒钟": ("seconds", Fraction(1)), "分钟": ("seconds", Fraction(60)),
    "min": ("seconds", Fraction(60)),
    **{name: ("seconds", Fraction(3600)) for name in ("个小时", "小时", "个钟头", "钟头", "个钟", "h", "hours")},
    **{name: ("seconds", Fraction(_DAY)) for name in ("个自然日", "自然日", "天", "日", "晚")},
    **{name: ("seconds", Fraction(7 * _DAY)) for name in ("周", "星期", "个星期", "个礼拜", "礼拜")},
    **{name: ("workdays", Fraction(1)) for name in ("个工作日", "工作日")},
    "个月": ("months", Fraction(1)), "月": ("months", Fraction(1)), "年": ("months", Fraction(12)),
    "季度": ("months", Fraction(3)),
    "个季度": ("months", Fraction(3)),
    "mg": ("g", Fraction(1, 1000)), "毫克": ("g", Fraction(1, 1000)), "g": ("g", Fraction(1)), "克": ("g", Fraction(1)),
    "kg": ("g", Fraction(1000)), "公斤": ("g", Fraction(1000)), "千克": ("g", Fraction(1000)),
    "斤": ("g", Fraction(500)),
    "两": ("g", Fraction(50)), "吨": ("g", Fraction(1_000_000)),
    "ml": ("ml", Fraction(1)), "毫升": ("ml", Fraction(1)), "l": ("ml", Fraction(1000)), "升": ("ml", Fraction(1000)),
    "mm": ("mm", Fraction(1)), "毫米": ("mm", Fraction(1)), "cm": ("mm", Fraction(10)), "厘米": ("mm", Fraction(10)),
    "公分": ("mm", Fraction(10)), "米": ("mm", Fraction(1000)), "km": ("mm", Fraction(1_000_000)),
    "公里": ("mm", Fraction(1_000_000)), "英寸": ("mm", Fraction(254, 10)), "寸": ("mm", Fraction(254, 10)),
    "平米": ("count:平米", Fraction(1)), "平方米": ("count:平米", Fraction(1)),
    "平方": ("count:平米", Fraction(1)),
    "mb": ("byte", Fraction(2**20)), "gb": ("byte", Fraction(2**30)), "tb": ("byte", Fraction(2**40)),
    "w": ("watt", Fraction(1)), "瓦": ("watt", Fraction(1)), "kw": ("watt", Fraction(1000)),
    "千瓦": ("watt", Fraction(1000)),
    "mah": ("mah", Fraction(1)), "毫安": ("mah", Fraction(1)), "毫安时": ("mah", Fraction(1)),
    "℃": ("celsius", Fraction(1)), "摄氏度": ("celsius", Fraction(1)), "°c": ("celsius", Fraction(1)),
    **{name: (f"count:{_SAME.get(name, name)}", Fraction(1)) for name in _COUNTS},
}  # fmt: skip
PREFIXES = {"¥": "money", "rmb": "money", "cny": "money", "$": "usd", "usd": "usd", "us$": "usd"}
# The longest unit first; a Latin one must not be a piece of a longer word.
UNIT = "|".join(
    re.escape(name) + (r"(?![a-z0-9])" if name.isascii() and name.isalpha() else "")
    for name in sorted(_UNITS, key=len, reverse=True)
)
# What may follow 块 when it is money: three 块 of cake are none.
_AFTER_KUAI = (
    "钱报包到拿买卖抢入带就能可给送搞解起以左上下不一二三四五六七八九的吧啊呢哦啦了多每半都还已太贵便划省真也够是吗"
    "/、-~至)]」』"
)
_NO_UNIT = dict(
    written.split(":")
    for written in (  # noqa: SIM905 (see above)
        "元:旦素宵老首件气帅青 毛:病巾衣笔线孩孔坯利 天:猫津河涯气空使才"
        " 年:级代龄货糕轻会终底初薪款前份 周:年岁边围期到 日:本韩元常报用程 个:人中别性体税"
        " 本:来人身质科地月周群店 期:待望间末 部:分门队 名:字单称额牌片 条:件款 道:理歉"
        " 两:个人天年月周次种点块 升:级华 月:饼 节:省日约 门:店槛票口 科:技学 包:邮括含装裹退 张:力"
        " 台:阶 步:骤 组:织 套:路装 米:饭粉 克:服 支:持付 只:要有能是需限 份:额 次:日 人:民"
        " 晚:上安会餐饭 刀:具 寸:步"
    ).split()
)
_WEAK = frozenset(("毛", "刀", "两", "寸", "晚", "升", "大洋"))


def unit_of(name: str) -> tuple[str, Fraction]:
    """Return what a unit measures, and what one is worth."""
    if name not in _UNITS:
        name = {"小时": "小时", "钟": "个钟", "月": "个月"}.get(name, name)
    return _UNITS[name]


def follows_well(folded: str, unit: str, number: str, start: int, end: int) -> bool:
    """Return whether a word behind a number is its unit, and no part of another word (五月, 3元素, 5g网络, 三年级)."""
    behind = folded[end : end + 1]
    if unit == "块" and behind and behind not in _AFTER_KUAI and not _apart(behind):
        return False
    if behind and behind in _NO_UNIT.get(unit, ""):
        return False
    if unit == "月" and not folded.startswith(("卡", "会员", "子"), end):
        return False  # 11月: a month, no duration
    if unit == "年" and number.isdigit() and len(number) == 4:
        return False
    if unit == "g" and number in ("2", "3", "4", "5", "6"):
        return False
    if unit == "w" and not number.isascii():
        return False
    if (
        unit in ("毛", "刀", "两", "寸", "晚", "升", "大洋")
        and behind
        and not _apart(behind)
        and behind not in "钱装起包多半左一"
    ):
        return False
    return not (start and folded[start - 1] == "第")


def _apart(character: str) -> bool:
    return character.isspace() or character.isdigit() or not (character.isalnum() or "\u4e00" <= character <= "\u9fff")
