"""Writes docs/zh/indicators.md and docs/en/indicators.md from the registry of indicators."""

from __future__ import annotations

from generated_pages import keep

from qunjian.indicators.reasons import REASONS
from qunjian.indicators.record import FAMILIES, UNITS, Indicator
from qunjian.indicators.registry import INDICATORS
from qunjian.model.language import Language, Phrase

TITLE = Phrase("指标", "Indicators")
INTRO = Phrase(
    """本页由 `scripts/indicators_page.py` 从指标登记表生成，请勿手改。命令行：`qunjian indicators`、`qunjian measure`。

- **谁算发言**：发过至少一条消息（系统提示、撤回提示除外）的账号。聊天导出没有阅读记录。
- **机器人与运营**：机器人默认不计（名单或角色决定为 `bot`；没有这些时，名字全部以 bot/Bot/BOT/机器人 结尾的账号），
  `--bots` 计入。运营默认计入，`--no-staff` 不计。
- **日界**：按社群自己的时区（含夏令时）；周为 ISO 周，周一开始。
- **未知不是零**：来源不可能知道的，写“未知”和原因。
- **周期未完**：现在还没到周期末，或记录没有到达周期的最后一个本地日（按日时：记录恰好结束在这一天）。
- **区间**：95 %；占比用 Wilson，均值用 t，分位数用 Kaplan–Meier。
- **谁是成员**：需要至少一份完整名单。入群（事件或名单上的时间）开始，退群或移出结束；从未见入群、但在名单上
  或有其他事件的人，视为记录开始前就在；不在名单上也没有事件的人，从首次发言起算，到最后一次露面为止。起止当日都算在群。
  没有完整名单时用 31 天内最近的群人数记录。
""",
    """This page is made by `scripts/indicators_page.py` from the registry: do not edit it.
Commands: `qunjian indicators`, `qunjian measure`.

- **Who spoke**: accounts with at least one message (system and recall notices aside). Chat exports hold no reads.
- **Bots and staff**: bots are out (role `bot` on the roster or stated; without either, accounts all of whose names end
  in bot/Bot/BOT/机器人) unless `--bots`. Staff are in unless `--no-staff`.
- **Days** follow the community's own zone, daylight saving included; weeks are ISO weeks from Monday.
- **Unknown is not zero**: what the source cannot know is unknown, with the reason.
- **Unfinished**: the period has not ended yet, or the record does not reach its last local day (for days: the record
  ends on that day).
- **Intervals**: 95 %; shares by Wilson, means by Student's t, quantiles by Kaplan–Meier.
- **Who is a member** needs one complete roster. A stay begins with joining (event or roster time) and ends with leaving
  or removal. Who was never seen joining but is listed or has another event was inside before the record began; who is
  neither listed nor in any event, from their first post to when they were last seen. Both end days count as inside.
  Without a complete roster the newest recorded size of the last 31 days stands in.
""",
)
KEYS = Phrase(
    """## `qunjian measure --json` 的键

每行一个值：`indicator` `community_id` `account_id`（现在总为 null） `by` `period` `starts`（周期开始的 UTC 时刻）
`value` `numerator` `denominator`（有分子分母时 value 为其商） `n`（观察数） `low` `high`（95 % 区间）
`unknown`（没有值的原因代码，否则 null） `unfinished`（周期未完）
`part`（分布类指标的一格：类型、“星期-小时”、词；总行为 null）。
""",
    """## Keys of `qunjian measure --json`

One value per line: `indicator`, `community_id`, `account_id` (null for now), `by`, `period`, `starts` (the UTC instant
the period begins), `value`, `numerator`, `denominator` (value is their quotient where both exist), `n` (observations),
`low`, `high` (95 % interval), `unknown` (the code of the reason, else null), `unfinished`, `part` (one part of a
breakdown: a kind, weekday-hour, a word; null for the whole).
""",
)
HEADS = {
    "definition": Phrase("定义", "Definition"),
    "denominator": Phrase("分母", "Denominator"),
    "unit": Phrase("单位", "Unit"),
    "direction": Phrase("好的方向", "Good direction"),
    "needs": Phrase("来源须知道", "The source must know"),
    "reasons": Phrase("没有值的原因", "Reasons for no value"),
}
DIRECTIONS = {"up": Phrase("越高越好", "up"), "down": Phrase("越低越好", "down"), "none": Phrase("无", "none")}
NOTHING = Phrase("无", "nothing")


def page(language: Language) -> str:
    lines = [f"# {TITLE.said(language)}", "", INTRO.said(language)]
    for family, title in FAMILIES.items():
        lines += [f"## {title.said(language)}", ""]
        for one in INDICATORS.values():
            if one.family == family:
                lines += _section(one, language)
    lines += [KEYS.said(language)]
    lines += [f"## {HEADS['reasons'].said(language)}", ""]
    lines += [f"- `{code}`: {phrase.said(language)}" for code, phrase in REASONS.items()]
    return "\n".join(lines) + "\n"


def _section(one: Indicator, language: Language) -> list[str]:
    needs = [f"`{field}`" for field in one.needs]
    if one.needs_any:
        needs.append(Phrase(" 或 ", " or ").said(language).join(f"`{field}`" for field in one.needs_any))
    rows = {
        "definition": one.definition.said(language),
        "denominator": one.denominators.said(language),
        "unit": UNITS[one.unit].said(language),
        "direction": DIRECTIONS[one.direction].said(language),
        "needs": ", ".join(needs) or NOTHING.said(language),
    }
    colon = Phrase("：", ": ").said(language)
    body = [f"- {HEADS[name].said(language)}{colon}{text}" for name, text in rows.items()]
    return [f"### {one.title.said(language)} `{one.id}`", "", *body, ""]


if __name__ == "__main__":
    raise SystemExit(keep("indicators.md", page))
