"""What each kind of window check finds and spares, counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.checks.windows.running import WINDOW_KINDS, inspect_windows
from qunjian.model.capabilities import Capabilities
from qunjian.model.decisions import Decisions, Duty, Shift
from qunjian.model.schemas import FINDING

AD = "低价代购正品包包，私聊我了解"


def rule(kind: str, *, scope: dict[str, Any] | None = None, **parameters: int) -> WindowRule:
    return WindowRule("spam.test", "minor", "spam", kind, WINDOW_KINDS[kind].parameters(**parameters), **(scope or {}))


def found(world: Any, rows: list[dict[str, Any]], *rules: WindowRule, **context: Any) -> list[dict[str, Any]]:
    session = world.session_of(rows)
    report = inspect_windows(rules, WindowContext(session, "standard", "1", **context))
    assert report.findings.schema == FINDING
    rows = report.findings.to_pylist()
    session.close()
    return rows


def ids(findings: list[dict[str, Any]]) -> list[str]:
    return [each["message_id"] for each in findings]


class TestFlood:
    def test_stands_at_the_message_too_many_and_once_per_flood(self, world: Any) -> None:
        rows = [world.said(second, "loud", f"{second}", id=f"a{second}") for second in (0, 2, 4, 6, 8, 300, 302, 304)]
        findings = found(world, rows, rule("flood", messages=3, seconds=5))
        assert ids(findings) == ["a4", "a304"]
        assert findings[0]["related"] == ["a0", "a2"]
        assert findings[0]["account_id"] == "loud"

    def test_counts_each_account_and_community_alone(self, world: Any) -> None:
        rows = [world.said(n, f"m{n % 2}", f"{n}", id=f"{n}") for n in range(4)]
        rows += [world.said(n, "m0", f"b{n}", id=f"b{n}", community="chat:b") for n in range(1)]
        assert found(world, rows, rule("flood", messages=3, seconds=60)) == []

    def test_spares_exempt_roles_and_system_lines(self, world: Any) -> None:
        rows = [world.said(n, "boss", f"{n}", id=f"{n}") for n in range(3)]
        rows += [world.said(n, "m", f"s{n}", id=f"s{n}", kind="system") for n in range(3)]
        rows += [world.said(n, "n", f"n{n}", id=f"n{n}") for n in range(3)]
        spared = rule("flood", messages=3, seconds=60, scope={"exempt_roles": ("owner",)})
        assert ids(found(world, rows, spared, roles={("chat:a", "boss"): "owner"})) == ["n2"]
        only = rule("flood", messages=3, seconds=60, scope={"roles": ("owner",)})
        assert ids(found(world, rows, only, roles={("chat:a", "boss"): "owner"})) == ["2"]

    def test_exactly_the_window_counts_and_a_microsecond_more_does_not(self, world: Any) -> None:
        inside = [world.said(0, "m", id="0"), world.said(5, "m", id="1")]
        outside = [world.said(0, "m", id="0"), world.said(5.000001, "m", id="1")]
        assert ids(found(world, inside, rule("flood", messages=2, seconds=5))) == ["1"]
        assert found(world, outside, rule("flood", messages=2, seconds=5)) == []

    def test_times_to_the_minute_are_judged_only_where_certain(self, world: Any) -> None:
        rows = [world.said(60 * (n // 10), "m", f"{n}", id=f"{n:03}") for n in range(30)]
        session = world.session_of(rows)
        short, long = rule("flood", messages=8, seconds=20), rule("flood", messages=8, seconds=60)
        report = inspect_windows([short], WindowContext(session, "s", "1"))
        assert (report.findings.num_rows, [each.community_id for each in report.unknown]) == (0, ["chat:a"])
        report = inspect_windows([long], WindowContext(session, "s", "1"))
        assert (ids(report.findings.to_pylist()), report.unknown) == (["007", "017", "027"], ())


class TestDuplicates:
    def test_sees_through_folding_and_separators(self, world: Any) -> None:
        texts = ["加我微信VX看货源", "加我微信vx 看貨源", "加.我.微.信.ＶＸ.看货源"]
        rows = [world.said(n * 60, "m", text, id=f"{n}") for n, text in enumerate(texts)]
        findings = found(world, rows, rule("duplicates", times=3, within_minutes=10, min_chars=6))
        assert ids(findings) == ["2"]
        assert findings[0]["related"] == ["0", "1"]

    def test_short_texts_and_old_copies_do_not_count(self, world: Any) -> None:
        rows = [world.said(n, "m", "好的", id=f"{n}") for n in range(5)]
        rows += [world.said(n * 3600, "m", AD, id=f"ad{n}") for n in range(5)]
        assert found(world, rows, rule("duplicates", times=3, within_minutes=60, min_chars=6)) == []

    def test_only_texts_of_a_named_kind(self, world: Any) -> None:
        rows = [world.said(n, f"m{n}", "从前有座山山里有座庙", id=f"{n}") for n in range(3)]
        rows += [world.said(9 + n, f"m{n}", "限时 特 价三天有意下单", id=f"ad{n}") for n in range(3)]
        wanted = rule("duplicates", times=3, within_minutes=10, accounts=3, patterns=("特价", "优惠"))
        assert ids(found(world, rows, wanted)) == ["ad2"]

    def test_one_account_or_many(self, world: Any) -> None:
        rows = [world.said(n, f"m{n}", AD, id=f"{n}") for n in range(4)]
        assert found(world, rows, rule("duplicates", times=3, within_minutes=10)) == []
        assert ids(found(world, rows, rule("duplicates", times=3, within_minutes=10, accounts=3))) == ["2"]
        same = [world.said(n, "m", AD, id=f"{n}") for n in range(4)]
        assert found(world, same, rule("duplicates", times=3, within_minutes=10, accounts=3)) == []

    def test_across_communities_names_the_other_scope(self, world: Any) -> None:
        rows = [world.said(n, "m", AD, id="1", community=f"chat:{n}") for n in range(3)]
        cross = rule("cross_community_duplicates", times=3, communities=3, within_minutes=60)
        findings = found(world, rows, cross)
        assert [(each["scope"], each["related"]) for each in findings] == [("chat:2", ["chat:0#1", "chat:1#1"])]
        assert found(world, rows, rule("duplicates", times=2, within_minutes=60)) == []
        assert found(world, [row | {"community_id": "chat:0"} for row in rows], cross) == []


class TestMentionAll:
    def test_counts_per_local_day(self, world: Any) -> None:
        late = dt.datetime(2026, 3, 2, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai, 15:30 in London
        calls = ["@所有人 开会", "＠所有人 集合", "@All last call"]
        rows = [world.said(late + dt.timedelta(minutes=20 * n), "m", text, id=f"{n}") for n, text in enumerate(calls)]
        once = rule("mention_all", per_day=1)
        assert ids(found(world, rows, once, zones={"chat:a": "Asia/Shanghai"})) == ["1"]
        assert ids(found(world, rows, once, zones={"chat:a": "Europe/London"})) == ["1", "2"]

    @pytest.mark.parametrize(
        "text", ["await @channel", "@here", "@allen 你好", "help@all.example", "@所有", "all hands", "a@everyone.org"]
    )
    def test_people_and_addresses_are_not_everyone(self, world: Any, text: str) -> None:
        assert found(world, [world.said(0, "m", text)], rule("mention_all", per_day=0)) == []

    @pytest.mark.parametrize("text", ["@所有人", "@everyone!", "通知：@全体成员 今晚", "@**all** hi", "<!channel> hi"])
    @pytest.mark.parametrize("platform", ["chat", "zulip"])
    def test_the_calls_of_platforms_are_known(self, world: Any, text: str, platform: str) -> None:
        rows = [world.said(0, "m", text) | {"platform": platform}]
        assert len(found(world, rows, rule("mention_all", per_day=0))) == 1

    def test_irc_has_no_call_to_everyone(self, world: Any) -> None:
        rows = [world.said(0, "m", "my @all = 1..3") | {"platform": "irc"}]
        assert found(world, rows, rule("mention_all", per_day=0)) == []

    def test_a_native_call_needs_no_text(self, world: Any) -> None:
        rows = [world.said(0, "m", "开会", mentions=("chat:all",))]
        assert len(found(world, rows, rule("mention_all", per_day=0))) == 1


class TestFirstResponse:
    LIMIT = 180
    DUTY = Duty("chat:a", "小王", ("op",), shifts=(Shift((1, 2, 3, 4, 5), dt.time(9), dt.time(18)),))

    def asked(self, world: Any, *rest: dict[str, Any]) -> list[dict[str, Any]]:
        return [world.said(0, "m", "@小王 怎么退款", mentions=("op",), id="q"), *rest]

    def judged(self, world: Any, rows: list[dict[str, Any]], **context: Any) -> list[dict[str, Any]]:
        context = {"decisions": Decisions(duties=(self.DUTY,)), **context}
        return found(world, rows, rule("staff_first_response", within_seconds=self.LIMIT), **context)

    def test_in_time_late_and_never(self, world: Any) -> None:
        end = world.said(3600, "x", "散了")
        assert self.judged(world, self.asked(world, world.said(180, "op", to="q"), end)) == []
        late = self.judged(world, self.asked(world, world.said(181, "op", to="q"), end))
        never = self.judged(world, self.asked(world, end))
        assert [ids(late), ids(never)] == [["q"], ["q"]]
        assert never[0]["account_id"] == "op"
        assert late[0]["finding_id"] == never[0]["finding_id"]

    def test_a_question_still_within_the_limit_is_no_fault(self, world: Any) -> None:
        assert self.judged(world, self.asked(world, world.said(100, "x", "散了"))) == []
        stamp = {"chat:a": world.START + dt.timedelta(hours=1)}
        assert len(self.judged(world, self.asked(world, world.said(100, "x", "散了")), observed=stamp)) == 1

    def test_nights_do_not_count(self, world: Any) -> None:
        evening = world.START + dt.timedelta(hours=8, minutes=59)  # 17:59
        morning = world.START + dt.timedelta(hours=24)  # 09:00 the next day
        asked = world.said(evening, "m", "@小王 在吗？", mentions=("op",), id="q")
        in_time = world.said(morning + dt.timedelta(seconds=110), "op", to="q")
        late = world.said(morning + dt.timedelta(seconds=130), "op", to="q")
        end = world.said(morning + dt.timedelta(hours=1), "x", "散了")
        assert self.judged(world, [asked, in_time, end]) == []
        assert ids(self.judged(world, [asked, late, end])) == ["q"]

    def test_unlinked_words_of_staff_make_it_less_sure(self, world: Any) -> None:
        rows = self.asked(world, world.said(60, "op", "稍等"), world.said(3600, "x", "散了"))
        assert [each["confidence"] for each in self.judged(world, rows)] == [0.5]

    def test_unknown_is_said_never_zero(self, world: Any) -> None:
        rows = self.asked(world, world.said(3600, "x", "散了"), world.said(0, "y", community="chat:b"))
        judge = rule("staff_first_response", within_seconds=self.LIMIT)
        session = world.session_of(rows)
        without = inspect_windows([judge], WindowContext(session, "s", "1"))
        assert [each.community_id for each in without.unknown] == ["chat:a", "chat:b"]
        assert {each.why.en for each in without.unknown} == {"unknown: no duty table"}
        blind = WindowContext(session, "s", "1", decisions=Decisions(duties=(self.DUTY,)), capabilities={})
        assert "the source" in inspect_windows([judge], blind).unknown[0].why.en
        partly = {"chat:a": Capabilities({"mentions": "partly"}), "chat:b": Capabilities()}
        seeing = WindowContext(session, "s", "1", decisions=Decisions(duties=(self.DUTY,)), capabilities=partly)
        report = inspect_windows([judge], seeing)
        assert [each.community_id for each in report.unknown] == ["chat:b"]
        assert ids(report.findings.to_pylist()) == ["q"]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("flood", {"messages": 3}), ("flood", {"messages": 3, "second": 5}), ("duplicates", {"times": 1}),
     ("mention_all", {"per_day": -1}), ("staff_first_response", {"within_seconds": 10})],
)  # fmt: skip
def test_wrong_parameters_are_refused(kind: str, parameters: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        WINDOW_KINDS[kind].parameters(**parameters)
