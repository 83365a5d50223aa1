"""A small made world for reports: three groups in one week, one of them hostile, with findings, people and files."""

# ruff: noqa: E501 - rows of made data

import datetime as dt

import numpy as np

from qunjian.assessment.communities import Grounds, Subject, score_community
from qunjian.assessment.compliance import Tally
from qunjian.assessment.operators import Held, score_person
from qunjian.assessment.points import Named
from qunjian.assessment.ranking import rank
from qunjian.indicators.reasons import REASONS
from qunjian.insight.anomaly import anomalies
from qunjian.insight.compare import compare_all
from qunjian.insight.records import Daily
from qunjian.insight.signs.record import Sign
from qunjian.model.decisions import Announcement, Decisions, Duty, Registered
from qunjian.model.language import Phrase
from qunjian.model.periods import parse_period
from qunjian.model.records import Finding, Value
from qunjian.reports.material import (
    Case,
    CommunityFacts,
    ContextLine,
    IndicatorFacts,
    Material,
    OverlapGap,
    RuleFacts,
    Shape,
    SourceFile,
)  # fmt: skip
from qunjian.standards.schema import Standard

WEEK = parse_period("2026-W38")
NOW = dt.datetime(2026, 9, 21, 2, 0, tzinfo=dt.UTC)
HOSTILE = '<script>alert("x")</script>\u202e=1+1\u0007'
STANDARD = Standard.model_validate(
    {
        "id": "general", "name": {"zh": "通用社群运营标准", "en": "General standard"}, "version": "1.0",
        "goals": ({"id": "lively", "name": {"zh": "群里有人说话", "en": "People talk"}, "indicators": ("active_ratio", "speakers")},),
        "indicators": (
            {"id": "active_ratio", "part": "activity", "target": 0.2, "floor": 0.02, "weight": 60},
            {"id": "stickiness", "part": "activity", "target": 0.3, "floor": 0.05, "weight": 40},
            {"id": "leave_rate", "part": "growth", "target": 0.01, "floor": 0.1, "weight": 100, "direction": "down"},
            {"id": "first_response_median", "part": "service", "target": 180.0, "floor": 3600.0, "weight": 100, "direction": "down"},
        ),
        "scorecard": {"parts": {"activity": 40, "growth": 20, "compliance": 30, "service": 10}},
    }
)  # fmt: skip
INDICATORS = (
    ("active_ratio", Phrase("活跃率", "Active ratio"), "share", "up", "activity"),
    ("stickiness", Phrase("粘性", "Stickiness"), "share", "up", "activity"),
    ("speakers", Phrase("发言人数", "Speakers"), "people", "up", "activity"),
    ("leave_rate", Phrase("退群率", "Leave rate"), "share", "down", "growth"),
    ("first_response_median", Phrase("首次响应中位数", "First response, median"), "seconds", "down", "service"),
)
RULES = (
    RuleFacts("contact.wechat_id", Phrase("公开留微信号引流", "WeChat id posted in public"), "major", "compliance",
              "《网络信息内容生态治理规定》第七条（2019-12-20 版）", Phrase("私信提醒并撤回", "remind in private and recall")),
    RuleFacts("privacy.id_card", Phrase("公开身份证号", "Identity number in public"), "critical", "privacy",
              "《个人信息保护法》第十条（2021-08-20 版）", Phrase("立即撤回", "recall at once")),
    RuleFacts("spam.flood", Phrase("刷屏", "Flooding"), "minor", "spam", "群规", Phrase("提醒", "remind")),
)  # fmt: skip
FACTS = (
    CommunityFacts("wechat:a", "阳光妈妈群", "wechat", "Asia/Shanghai", "母婴", True, 480, 2310, 2480, 96, 300, 300,
                   dt.datetime(2026, 7, 1, tzinfo=dt.UTC), dt.datetime(2026, 9, 20, 15, tzinfo=dt.UTC), 26000),
    CommunityFacts("qq:b", "夜读会", "qq", "Asia/Shanghai", "母婴", True, 120, 640, 700, 41, 20, 20,
                   dt.datetime(2026, 7, 1, tzinfo=dt.UTC), dt.datetime(2026, 9, 20, 15, tzinfo=dt.UTC), 8000),
    CommunityFacts("telegram:c", HOSTILE, "telegram", "Asia/Shanghai", "母婴", False, None, 1200, 1100, 60, 5, 5,
                   dt.datetime(2026, 7, 1, tzinfo=dt.UTC), dt.datetime(2026, 9, 20, 15, tzinfo=dt.UTC), 9000),
    CommunityFacts("wechat:d", "数码闲聊", "wechat", "Asia/Shanghai", "数码", True),
)  # fmt: skip
MEASURED = {
    "wechat:a": {"active_ratio": (0.2, 0.167, 0.238), "stickiness": (0.21, None, None), "speakers": (96, None, None), "leave_rate": (0.012, 0.005, 0.026), "first_response_median": (640, 300, 900)},
    "qq:b": {"active_ratio": (0.09, 0.05, 0.155), "stickiness": (0.12, None, None), "speakers": (41, None, None), "leave_rate": (0.09, 0.05, 0.155), "first_response_median": None},
    "telegram:c": {"active_ratio": None, "stickiness": (0.28, None, None), "speakers": (60, None, None), "leave_rate": None, "first_response_median": None},
}  # fmt: skip
COUNTS = (
    Tally("wechat:a", "contact.wechat_id", "major", "compliance", 5, 1, 1, 1, 3),
    Tally("wechat:a", "spam.flood", "minor", "spam", 12, 0, 0, 0, 4),
    Tally("qq:b", "privacy.id_card", "critical", "privacy", 1, 0, 0, 0, 1),
    Tally("telegram:c", "contact.wechat_id", "major", "compliance", 3, 0, 0, 0, 2),
)
DECISIONS = Decisions(
    duties=(Duty("wechat:a", "王小梅", ("wechat:wm",)), Duty("qq:b", "李大力", ("qq:77",))),
    register=tuple(
        Registered(each.community_id, each.name, each.type, exporter="小陈") for each in FACTS if each.registered
    ),
    announcements=(Announcement("general", "王小梅", dt.date(2026, 9, 1)),),
)


def _value(
    community: str, indicator: str, measured: tuple[float, float | None, float | None] | None, scale: float = 1.0
) -> Value:
    start = dt.datetime(2026, 9, 13, 16, tzinfo=dt.UTC)
    if measured is None:
        return Value(indicator, community, "week", WEEK.name, start, unknown="no_roster")
    number, low, high = (None if each is None else each * scale for each in measured)
    return Value(indicator, community, "week", WEEK.name, start, number, denominator=480.0, n=480, low=low, high=high)


def _values(scale: float = 1.0) -> tuple[Value, ...]:
    return tuple(
        _value(community, indicator, measured, scale)
        for community, own in MEASURED.items()
        for indicator, measured in own.items()
    )


def _daily() -> tuple[Daily, ...]:
    rng = np.random.default_rng(5)
    first = dt.date(2026, 6, 29)
    series = []
    for community, base in (("wechat:a", 330), ("qq:b", 95), ("telegram:c", 160)):
        week = np.tile([1, 1, 1, 1, 1.1, 1.3, 1.25], 12)
        posts = rng.poisson(base * week)
        evening = rng.poisson(base * 0.35 * week)
        if community == "qq:b":
            evening[8 * 7 :] = 0
        leaves = rng.poisson(0.4 * week)
        if community == "wechat:a":
            leaves[-7:] += 5
        series += [
            Daily(community, "posts", first, posts), Daily(community, "evening_posts", first, evening),
            Daily(community, "speakers", first, rng.poisson(base / 12 * week)), Daily(community, "leaves", first, leaves),
        ]  # fmt: skip
    return tuple(series)


def _line(number: int, name: str, text: str, kind: str = "text") -> ContextLine:
    at = dt.datetime(2026, 9, 16, 12, number, tzinfo=dt.UTC)
    return ContextLine(f"m{number}", at, f"wechat:acc{number}", name, kind, text)


def _finding(number: int, rule: str, severity: str, community: str, **more: object) -> Finding:
    return Finding(
        f"f{number}", "general", "1.0@x", rule, severity, "compliance", "phrases", "wechat", "m3", b"h", "wechat",  # type: ignore[arg-type]
        community, None, "wechat:acc3", dt.datetime(2026, 9, 16, 12, 3, tzinfo=dt.UTC), **more,  # type: ignore[arg-type]
    )  # fmt: skip


CASES = (
    Case(
        _finding(1, "contact.wechat_id", "major", "wechat:a", spans=((6, 15),), transformations=("全角转半角",), confidence=0.9),
        (
            _line(1, "张三丰", "大家晚上好，奶粉团购还有吗"),
            _line(2, "李四光", "", "image"),
            _line(3, "王二麻", "有的，加V信：abc123xyz 详聊，电话13812345678，李四光介绍来的"),
            _line(4, "张三丰", "好的谢谢"),
            _line(5, HOSTILE, HOSTILE + "https://example.com"),
        ),
    ),
    Case(
        _finding(2, "privacy.id_card", "critical", "qq:b", spans=((5, 23),)),
        (_line(2, "赵敏", "身份证发一下"), _line(3, "周芷若", "我的证件：110101199003077758 麻烦登记"), _line(4, "赵敏", "收到")),
    ),
    Case(
        _finding(3, "contact.wechat_id", "major", "telegram:c", spans=((0, 4),)),
        (_line(3, HOSTILE, HOSTILE),), "silenced", Phrase("已获批准的活动，负责人小陈，到 2026-12-31", "approved event, owner Chen, until 2026-12-31"),
    ),
)  # fmt: skip


def make_material() -> Material:
    """Return the whole material of the made world."""
    grounds = Grounds(
        STANDARD, "1.0@x", WEEK, {name: Named(title, unit) for name, title, unit, _, _ in INDICATORS},
        {rule.rule: rule.name for rule in RULES}, lambda code: REASONS.get(code, Phrase(code, code)),
    )  # fmt: skip
    values, before, daily = _values(), _values(0.7), _daily()
    own = {
        facts.community_id: {v.indicator: v for v in values if v.community_id == facts.community_id} for facts in FACTS
    }
    cards = rank(
        [
            score_community(
                Subject(each.community_id, each.name, each.type, (), each.members, each.messages, each.speakers, each.messages - each.unread_media),
                own[each.community_id], [tally for tally in COUNTS if tally.community_id == each.community_id], grounds,
            )
            for each in FACTS
            if each.messages
        ]
    )  # fmt: skip
    people = tuple(
        score_person(
            duty.person,
            [Held(duty, True, 220, own[duty.community_id], (Tally(duty.community_id, "spam.flood", "minor", "spam", 2, 0),))],
            DECISIONS, grounds,
        )
        for duty in DECISIONS.duties
    )  # fmt: skip
    mondays = [dt.date(2026, 6, 29) + dt.timedelta(days=7 * week) for week in range(12)]
    units = {name: unit for name, _, unit, _, _ in INDICATORS}
    return Material(
        WEEK, "Asia/Shanghai", NOW, STANDARD, "1.0@x", DECISIONS, FACTS, values, before, daily, cards, people,
        compare_all(values, before, units, daily, WEEK), anomalies(daily, mondays), COUNTS, CASES,
        (Shape("wechat:a", tuple((hour * (7 - abs(3 - day))) % 97 for day in range(7) for hour in range(24)), (), (("奶粉", 120), ("辅食", 88))),),
        RULES,
        tuple(IndicatorFacts(name, title, Phrase(f"{title.zh}的定义", f"Definition of {title.en}"), unit, way, family, Phrase("成员", "members")) for name, title, unit, way, family in INDICATORS),
        (SourceFile("act1", f"妈妈群{HOSTILE}.json", "chatlab", "Asia/Shanghai", "default", NOW, FACTS[0].first, FACTS[0].last, 9000, 8800, 150, 50, ("wechat:a",), "小陈", ("50 rejected",)),),
        (OverlapGap("wechat:a", "a1.json", "a2.json", 7, FACTS[0].first, FACTS[0].last),),  # type: ignore[arg-type]
        (Sign("silence", "wechat:a", dt.datetime(2026, 9, 16, 16, tzinfo=dt.UTC), dt.datetime(2026, 9, 18, 16, tzinfo=dt.UTC), {"hours": 48}, Phrase("48 小时没有一条消息", "no message for 48 h"), (), 0.0004),),
    )  # fmt: skip
