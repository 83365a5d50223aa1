"""Knows the words around a statement: which make it a question, a denial, hearsay, a past or another price."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.text.quantities import Quantity

_QUESTION = re.compile(
    r"[?]\s*$|吗[呀啊呢~。!]*\s*$|多少|几(?:块|元|天|号|点|折)|是不是|是否|有没有|能不能|可不可以|要不要|会不会|对不对|呢[~。]?\s*$"
)
# Said of others, of the past, of what might be: no claim of the one who writes.
HEDGED = re.compile(
    r"有人|他们|她们|别人|别家|其他家|隔壁|网上|听说|据说|传言|谣传|你说|您说|您刚说|客户说|群友说|有群友|有的群|盗版|山寨|假冒|骗子|黄牛|闲鱼|二手"
    r"|如果|假如|要是|倘若|万一|除非|比如|例如|譬如|假设|举个例子|打个比方"
    r"|去年|前年|上次|上期|往期|上一期|当年|当时|曾经|以前|之前的?(?:价|是|卖|规定|政策)|原先|原来(?:是|的)?|早先|历史价|旧版|老版|过去"
    r"|记错|写错|打错|说错|更正|不再是|不是说|作废|错误|误传|假的|不实|举例|模板|示例"
)
# A clause in which it is not told what belongs to what.
AMBIGUOUS = re.compile(
    r"分别|依次|一起[报买拍学]|打包|联报|合报|合计|加起来|套餐|各是|各自|相比|对比|比[^,]{0,8}(?:贵|便宜|高|低|多|少|划算)|差价|vs"
)
ALL = re.compile(r"都|均|全部|一律|统一")
JOINS = re.compile(r"\s?(?:和|与|跟|及|以及|、|/|&|\+|或|还有)\s?")
VARIANT_BEFORE = re.compile(
    r"(?:超级|高级|至尊|白金|黄金|钻石|黑金|尊享|升级|豪华|年度|月度|季度|学生|家庭|双人|儿童|迷你|体验|试听|定制|老款|新款|旧款|二手|仿|别家的?|盗版|小|大|老|旧|非|前)$"
)
VARIANT_AFTER = re.compile(
    r"\s?(?:pro|plus|max|mini|ultra|lite|se(?![a-z])|vip|[二三四五2-9]代|升级版|豪华版|家庭版|体验|试听|试用|小样|套装|礼盒|组合|配件|周边|替换装|补充装|资料|教材|教辅|讲义|练习册|助教|老师|续费|押金|优惠券|代金券)"
)
PRICE = re.compile(
    r"价格?|售|卖|只要|仅需|只需|仅|才|就|到手|收费|费用|学费|报名费|门票|票价|定价|一共|总共|共|付|交|花|拿下|入手|下单"
)
PRICE_NOUN = re.compile(r"价格|售价|现价|费用|学费|报名费|门票|票价|定价")
# Right before a number without a unit: it is a price.
BARE_PRICE = re.compile(r"(?:价格?|售价?|卖|只要|仅需|只需|到手|收费|费用|学费|报名费)[是为:]?\s?$")
ASKS_PRICE = re.compile(r"多少钱|价格|几钱|怎么卖|什么价|啥价|多少米|几块|几元|收费|费用|多少元|贵不贵|学费")
OTHER_MONEY = re.compile(
    r"押金|定金|订金|保证金|运费|邮费|快递费|包装费|教材|资料费|礼品|赠|送|券|红包|立减|减|优惠|省|返|补|抵|差|手续费|服务费|工本费|税|均|分期|首付|尾款"
    r"|罚|赔|奖|提成|佣金|涨|降|便宜|价值|原价|市场价|门市价|吊牌|划线价|日常价|平时|利润|成本|拼团|团购|团价|双人|情侣|会员价|学生价|早鸟|券后"
    r"|折后|折|秒杀|限时|活动|特惠|特价|新人|新客|内部|员工|老学员|老客|续费|续报|首月|首单|第二|加购|加价|换购|另付|另加|每|/|一节|一次|一天|一个月|一年|人均|起拍|日薪|月薪"
    r"|充值|余额|积分|人一起|两份|三份|两件|三件|两盒|三盒|两瓶|三瓶|两人|三人|[2-9二三四五六七八九十]\s?(?:份|件|盒|瓶|人|个|袋|包|组|套|节|箱)|x\s?[0-9]"
)
LIGHT = re.compile(
    r"现在|目前|我们|咱们?|这边|这个|该|课程|产品|商品|本次|本期|统一|都是|都|均|一律|是|为|只要|只需|仅需|仅|才|就|要|需要|的|哦|哈|呀|啊|呢|亲|亲亲|宝子?们?|您好|你好|好的|价格?|售价|费用|卖|售|一共|总共"
    r"|到手|收费|收|正式|全程|一套|一份|一个|一盒|一瓶|也|在|从|于|时间|日期|大家|各位|记得|今年|官方|可以|可|能|支持|享受|享|有|提供|报名|下单|购买|后|之?内|签收|收到|发货|自|起"
)
_DENIAL = re.compile(
    r"(?:不是|并非|不要|不用|不需要|没有|没到|不到|哪有|哪里要|哪要|非|不再|不止|不会|别|无需|绝不|而不是)[^,。]{0,3}$"
)
_LATER = re.compile(
    r"涨价|涨到|涨至|调整|上调|下调|恢复|改为|改成|改到|以后|之后|过后|下个?月|下周|明天|后天|明年|即将|将要|将|马上|到时|届时|预售|预计|截止后|结束后|期满后|活动后|第二年|次年"
)
_FROM = re.compile(r"^\s?(?:起|开始|以?后|之后)|^(?:日|号)?起")
_NEGATIVE = re.compile(
    r"(?:不可以?|不能|不支持|不予|不会|不给|不提供|不允许|不含|不包|不送|不|无法|没法|没有|没|无|暂不|概不|禁止|谢绝|未)(?:再|能|办理|申请|任何)?$"
)
_POSITIVE = re.compile(
    r"(?:可以|可|能|支持|允许|提供|随时|包|含|送|免费|全额|都能|都可以|保证|承诺|给您?|帮您?|会)(?:办理|申请|随时|全额|无条件|直接|给您?|帮您?)?$"
)
_ASSERTS = ("包", "含", "送", "免", "可", "支持", "提供")
_BEHIND_NO = re.compile(r"\s?(?:是|都)?(?:不行|不可以|不支持|不了|不能|不予|办不了|没有|不提供|不给)")
_BEHIND_YES = re.compile(r"\s?(?:是|都|也)?(?:没问题|可以的?|支持|都行|ok|随时)")
_CONDITIONAL = re.compile(
    r"如果|满|内|前(?!台)|之前|未|除非|只有|才|特殊|情况|的话|可能|一般|部分|视|审核|条件|规则|咨询|联系|流程|怎么|如何|关于|申请表|政策|说明|能否|须|需"
)


def is_question(sentence: str) -> bool:
    """Return whether a folded sentence asks."""
    return _QUESTION.search(sentence) is not None


def denied(folded: str, start: int, place: int) -> bool:
    """Return whether what stands at a place is denied by the words right before it, in the clause from `start` on."""
    return _DENIAL.search(folded[max(start, place - 8) : place]) is not None


def later(
    sentence: str, quantity: Quantity, inside: Sequence[Quantity], day: dt.date | None
) -> tuple[dt.date | None, bool]:
    """Return the day a statement is about, and whether that is not sure: then any value that ever holds is right."""
    if quantity.kind in ("date", "weekly", "time", "clock"):
        return day, False
    for each in inside:
        if each.kind == "date" and each.bound == "least":
            return dt.date.fromordinal(int(each.low)), False
    return day, _LATER.search(sentence) is not None


def answered(clause: str, cue: str) -> tuple[bool, int, int] | None:
    """Return whether a clause says yes or no of what a word points to, and the span that says it; None: neither."""
    if _CONDITIONAL.search(clause.replace(cue, "")):
        return None
    place = clause.find(cue)
    if place < 0:
        return None
    end = place + len(cue)
    before = clause[max(0, place - 8) : place]
    if found := _NEGATIVE.search(before):
        return False, place - len(found[0]), end
    if found := _BEHIND_NO.match(clause, end):
        return False, place, found.end()
    if found := _POSITIVE.search(before):
        if _NEGATIVE.search(before[: found.start()]):
            return False, place - len(before) + found.start(), end
        return True, place - len(found[0]), end
    if found := _BEHIND_YES.match(clause, end):
        return True, place, found.end()
    return (True, place, end) if cue.startswith(_ASSERTS) else None
