"""Why an indicator has no value: stable codes and the sentence people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.model.language import Language

REASONS: dict[str, Phrase] = {
    "outside_record": Phrase("这个周期不在已导入的记录之内", "the imported record does not reach this period"),
    "no_replies": Phrase("来源不记录回复关系", "the source does not record replies"),
    "no_mentions": Phrase("来源不记录 @ 提及", "the source does not record mentions"),
    "no_media": Phrase("来源不说明消息是否含媒体", "the source does not say which messages hold media"),
    "no_accounts": Phrase("来源不区分发言账号", "the source does not tell accounts apart"),
    "no_joins": Phrase("来源不记录入群", "the source does not record joins"),
    "no_leaves": Phrase("来源不记录退群", "the source does not record leaves"),
    "no_roster": Phrase("没有成员名单，也没有群人数记录", "no roster and no record of the group's size"),
    "no_staff": Phrase("不知道谁是运营：没有值班表，名单里也没有角色", "no duty table and no roles: staff unknown"),
    "no_questions": Phrase("这个周期没有需要答复的提问", "no question awaited an answer in this period"),
    "no_one_to_count": Phrase("分母为零", "the denominator is zero"),
    "too_many_open": Phrase(
        "未答复的太多，这个分位数尚未达到", "too many are still unanswered: the quantile is not reached"
    ),
    "history_too_short": Phrase("周期之前的记录不够长", "the record before the period is too short"),
    "not_yet_observed": Phrase("观察期未满，还不能判断", "the days to observe have not passed yet"),
}


def sentence(code: str, language: Language) -> str:
    """Return the sentence of a reason's code; the code itself where it is not ours."""
    phrase = REASONS.get(code)
    return phrase.said(language) if phrase else code
