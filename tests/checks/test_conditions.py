"""Conditions and exemptions on one message: what holds, what does not, and the words for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.rules import messages, rule

from qunjian.checks.contract import MessageContext
from qunjian.checks.runner import Facts, Inspector, compile_rules
from qunjian.model.problems import WrittenError
from qunjian.model.written import parse_written
from qunjian.runs.checking import Checker
from qunjian.standards.conditions import Condition
from qunjian.standards.editions import Edition
from qunjian.standards.rules import Rule
from qunjian.standards.schema import Standard

WORDS = {"kind": "phrases", "words": ["兼职刷单"]}
NIGHT = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)  # a Saturday


def fires(text: str, facts: Facts | None = None, **more: object) -> bool:
    return bool(compile_rules([rule("x.y", WORDS, **more)]).check([text], facts=facts)[0])


def why(text: str, facts: Facts | None = None, **more: object) -> str:
    return compile_rules([rule("x.y", WORDS, **more)]).explain(text, facts=facts)[0].why.zh


HOLDS: list[tuple[dict[str, Any], str, Facts, Facts]] = [
    # condition, text, facts for which it holds, facts for which it does not
    ({"role": ["member"]}, "兼职刷单", Facts(), Facts(role="staff")),
    ({"kinds": ["text"]}, "兼职刷单", Facts(), Facts(kind="link")),
    ({"tags": ["理财"]}, "兼职刷单", Facts(tags=("理财", "读书")), Facts(tags=("读书",))),
    ({"hours": {"from": "22:00", "to": "06:00"}}, "兼职刷单", Facts(local=NIGHT), Facts(local=NIGHT.replace(hour=12))),
    ({"hours": {"weekdays": [6]}}, "兼职刷单", Facts(local=NIGHT), Facts(local=NIGHT + dt.timedelta(days=1))),
    ({"during": {"from": dt.date(2026, 11, 1), "to": dt.date(2026, 11, 21)}}, "兼职刷单", Facts(local=NIGHT),
     Facts(local=NIGHT + dt.timedelta(hours=1))),
    ({"replies": False}, "兼职刷单", Facts(), Facts(replies=True)),
    ({"forwarded": True}, "兼职刷单", Facts(forwarded=True), Facts()),
    ({"mentions": {"at_least": 2}}, "兼职刷单", Facts(mentions=("a", "b")), Facts(mentions=("a", "a"))),
    ({"mentions": {"everyone": True}}, "兼职刷单", Facts(platform="t", mentions=("t:all",)), Facts(mentions=("a",))),
    ({"mentions": {"roles": ["staff"]}}, "兼职刷单", Facts(mentions=("a",), roles=lambda _: "staff"),
     Facts(mentions=("a",), roles=lambda _: "member")),
    ({"attachment": {"endings": ["apk"]}}, "兼职刷单", Facts(attachments=(("file", "报名表.APK"),)),
     Facts(attachments=(("file", "apk.pdf"),))),
    ({"attachment": {"kinds": ["file"], "patterns": ["报名"]}}, "兼职刷单", Facts(attachments=(("file", "报名.doc"),)),
     Facts(attachments=(("image", "报名.doc"),))),
]  # fmt: skip


@pytest.mark.parametrize(("when", "text", "yes", "no"), HOLDS, ids=lambda each: str(each)[:30])
def test_conditions_on_what_is_known_of_a_message(when: dict[str, Any], text: str, yes: Facts, no: Facts) -> None:
    assert fires(text, yes, when=when)
    assert not fires(text, no, when=when)
    assert fires(text, no, when={"not": [when]})
    assert not fires(text, yes, when={"not": [when]})
    (name,) = when
    assert name in why(text, no, when=when)
    assert f"not {name}" in why(text, yes, when={"not": [when]})


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"near": {"words": ["日结"], "within": 3}}, "兼职刷单，日结", "兼职刷单，每天晚上日结"),
        ({"near": {"words": ["日结"]}}, "兼职刷单日结", "兼职刷单" + "啊" * 25 + "日结"),
        ({"near": {"patterns": [r"\d+元"], "within": 5}}, "兼职刷单100元", "兼职刷单，一百块"),
        ({"contains": {"words": ["免垫付"]}}, "免垫付" + "啊" * 90 + "兼职刷单", "兼职刷单要垫付"),
        ({"contains": {"words": ["免垫付"], "keys": ["literal", "separated"]}}, "免.垫.付，兼职刷单", "兼职刷单"),
        ({"link": {}}, "兼职刷单 https://a.example.com/x", "兼职刷单"),
        ({"link": {"classes": ["short"]}}, "兼职刷单 t.cn/abc", "兼职刷单 https://jd.com/x"),
        ({"link": {"domains": ["jd.com"], "every": True}}, "兼职刷单 https://m.jd.com/x", "兼职刷单 jd.com/1 t.cn/abc"),
        ({"all": [{"contains": {"words": ["日结"]}}, {"link": {}}]}, "兼职刷单日结 t.cn/abc", "兼职刷单日结"),
        ({"any": [{"contains": {"words": ["日结"]}}, {"link": {}}]}, "兼职刷单日结", "兼职刷单"),
        ({"not": [{"contains": {"words": ["别信"]}}]}, "兼职刷单", "别信，兼职刷单"),
        ({"not": [{"any": [{"link": {}}, {"contains": {"words": ["别信"]}}]}]}, "兼职刷单", "兼职刷单 t.cn/abc"),
    ],
    ids=lambda each: str(each)[:40],
)  # fmt: skip
def test_conditions_on_the_text(when: dict[str, Any], yes: str, no: str) -> None:
    assert fires(yes, when=when)
    assert not fires(no, when=when)
    assert "条件" in why(no, when=when)


def test_words_of_a_condition_alone_are_no_hit() -> None:
    assert not fires("日结", when={"contains": {"words": ["日结"]}})
    assert why("日结", when={"contains": {"words": ["日结"]}}) == "没有出现要找的词句或样式"


def test_what_is_not_known_never_accuses() -> None:
    for facts in (Facts(replies=None), Facts(mentions=None), Facts(attachments=None), Facts(local=None)):
        for when in ({"replies": True}, {"mentions": {}}, {"attachment": {}}, {"hours": {"from": "08:00"}}):
            name = next(iter(when))
            if {"replies": facts.replies, "mentions": facts.mentions, "attachment": facts.attachments,
                "hours": facts.local}[name] is None:  # fmt: skip
                assert not fires("兼职刷单", facts, when=when)
                assert not fires("兼职刷单", facts, when={"not": [when]})
                assert "来源没有这项信息" in why("兼职刷单", facts, when=when)


def test_speech_takes_away_its_own_hit_alone() -> None:
    speech = {"speech": ["quotation", "negation", "warning"]}
    assert not fires("有人发兼职刷单，大家别信", exempt=speech)
    assert fires("别信他们，加我微信兼职刷单", exempt=speech)
    assert fires("有人发兼职刷单，大家别信", exempt={"speech": ["negation"]})
    assert "提醒警示" in why("警惕兼职刷单骗局", exempt=speech)
    found = compile_rules([rule("x.y", WORDS, exempt=speech)]).check(["严禁兼职刷单。兼职刷单，日结三百"])[0]
    assert [(match.start, match.end) for match in found[0].matches] == [(7, 11)]


def granted(**more: object) -> dict[str, Any]:
    entry = {"reason": "活动", "owner": "王芳", "expires": dt.date(2026, 11, 21), **more}
    return {"granted": [entry]}


def test_granted_exemptions_hold_until_their_last_day() -> None:
    exempt = granted(when={"role": ["admin"]})
    admin = Facts(role="admin", local=NIGHT)
    assert not fires("兼职刷单", admin, exempt=exempt)
    assert fires("兼职刷单", Facts(local=NIGHT), exempt=exempt)
    assert fires("兼职刷单", Facts(role="admin", local=NIGHT + dt.timedelta(hours=1)), exempt=exempt)
    said = why("兼职刷单", admin, exempt=exempt)
    assert "活动" in said
    assert "王芳" in said
    assert "2026-11-21" in said


def test_granted_exemptions_of_a_phrase_and_of_verified_links() -> None:
    local = Facts(local=NIGHT)
    exempt = granted(phrases=["兼职刷单防骗课"])
    assert not fires("兼职刷单防骗课开讲", local, exempt=exempt)
    assert fires("兼职刷单防骗课和兼职刷单", local, exempt=exempt)
    links = granted(when={"link": {"domains": ["gov.cn"], "every": True}})
    assert not fires("兼职刷单 https://www.gov.cn/a", local, exempt=links)
    assert fires("兼职刷单 https://www.gov.cn/a http://t.cn/abc", local, exempt=links)
    assert fires("兼职刷单 https://gov.cn.evil.top/a", local, exempt=links)
    assert fires("兼职刷单", local, exempt=links)


CONTEXT = MessageContext("s", "1", {"t:g": ("理财",)}, {("t:g", "t:0"): "staff"}, {"t:g": "Asia/Tokyo"})


def test_facts_come_from_the_batch() -> None:
    conditions: list[dict[str, Any]] = [
        {"role": ["staff"]}, {"tags": ["理财"]}, {"replies": True}, {"forwarded": True}, {"mentions": {}},
        {"mentions": {"roles": ["staff"]}}, {"attachment": {"endings": ["apk"]}},
        {"hours": {"from": "09:00", "to": "09:01"}},
    ]  # fmt: skip
    rules = [rule(f"x.r{number}", WORDS, when=when) for number, when in enumerate(conditions)]
    batch = messages(
        ["兼职刷单"] * 3,
        reply_to=[None, "1", None], forwarded_from=[None, None, "u"], mentions=[[], ["t:0"], ["t:1"]],
        attachments=[[], None, [{"kind": "file", "name": "a.apk"}]],
    )  # fmt: skip
    found = Inspector(rules).inspect(batch, CONTEXT).to_pylist()
    assert {(each["rule"][3:], each["message_id"]) for each in found} == {
        ("0", "0"), ("1", "0"), ("1", "1"), ("1", "2"), ("2", "1"), ("3", "2"), ("4", "1"), ("4", "2"), ("5", "1"),
        ("6", "2"), ("7", "0"), ("7", "1"), ("7", "2"),
    }  # fmt: skip


def test_what_a_source_cannot_tell_is_not_known() -> None:
    blind = MessageContext("s", "1", unknown={"t:g": ("replies", "mentions", "media")})
    batch = messages(["兼职刷单"])
    for when in ({"replies": False}, {"mentions": {}}, {"attachment": {}}):
        for each in (when, {"not": [when]}):
            assert Inspector([rule("x.y", WORDS, when=each)]).inspect(batch, blind).num_rows == 0
    assert Inspector([rule("x.y", WORDS, when={"replies": False})]).inspect(batch, CONTEXT).num_rows == 1


_PIECES = st.sampled_from(["兼职刷单", "日结", "别信", "，", "严禁", "t.cn/abc", "“", "”"])
_TEXTS = st.lists(st.none() | st.lists(_PIECES, max_size=5).map("".join), max_size=8)


@settings(deadline=None, max_examples=40)
@given(_TEXTS)
def test_findings_are_equal_for_every_batch_size(texts: list[str | None]) -> None:
    rules = [
        rule("x.a", WORDS, when={"near": {"words": ["日结"], "within": 3}, "role": ["member"]}),
        rule("x.b", WORDS, when={"not": [{"link": {}}]}, exempt={"speech": ["warning", "negation", "quotation"]}),
        rule("x.c", WORDS, exempt=granted(when={"contains": {"words": ["别信"]}})),
    ]
    inspector = Inspector(rules)
    batch = messages(texts)
    whole = inspector.inspect(batch, CONTEXT).to_pylist()
    for size in (1, 2, 3):
        parts = [inspector.inspect(batch.slice(at, size), CONTEXT) for at in range(0, len(texts), size)]
        assert [row for part in parts for row in part.to_pylist()] == whole


def test_a_batch_without_the_columns_leaves_them_unknown() -> None:
    batch = messages(["兼职刷单"])
    bare = pa.RecordBatch.from_arrays(
        [batch.column(name) for name in batch.schema.names if name not in ("reply_to", "mentions", "attachments")],
        [name for name in batch.schema.names if name not in ("reply_to", "mentions", "attachments")],
    )
    assert Inspector([rule("x.y", WORDS, when={"replies": False})]).inspect(bare, CONTEXT).num_rows == 0


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{rolle: [member]}", "role"),
        ("{role: [membr]}", "member"),
        ("{near: {words: [a], witin: 3}}", "within"),
        ("{near: {within: 3}}", "words"),
        ("{near: {words: [a], within: 3, messages: 2}}", "只写一个"),
        ("{any: [{link: {classes: [shrot]}}]}", "short"),
        ("{not: [{attachment: {patterns: ['(?!a)']}}]}", "RE2"),
        ("{hours: {from: 25:00}}", "22:00"),
        ("{link: {domains: ['http://a.com']}}", "example.com"),
        ("{}", "空"),
        ("{all: [{first_after_joing: {}}]}", "first_after_joining"),
    ],
)
def test_a_wrong_condition_is_refused_with_the_nearest_name(when: str, said: str) -> None:
    with pytest.raises(WrittenError) as caught:
        parse_written(when.encode(), name="r.yaml").make(Condition)
    assert said in caught.value.sentence("zh")


def test_conditions_that_look_back_stand_where_they_can_be_answered() -> None:
    with pytest.raises(ValueError, match="other messages"):
        rule("x.y", WORDS, exempt=granted(when={"sender": {"messages": 2, "within_minutes": 1}}))
    with pytest.raises(ValueError, match="takes no when"):
        rule("x.y", {"kind": "flood", "messages": 3, "seconds": 10}, when={"role": ["member"]})
    asked = {"question": {"zh": "真？", "en": "true?"}, "draw": {"phrases": ["网传通知"]}}
    with pytest.raises(ValueError, match="earlier messages"):
        rule("x.y", {"kind": "question", **asked}, when={"count": {"hits": 2, "within_minutes": 1}})
    written: Rule = rule("x.y", WORDS, when={"any": [{"spread": {"communities": 2, "within_minutes": 5}}]})
    assert written.is_window
    verdict = Inspector([written]).explain("兼职刷单")[0]
    assert not verdict.fired
    assert "要看之前的消息" in verdict.why.zh


def test_explain_names_the_key_that_was_not_allowed() -> None:
    literal = rule("x.y", {**WORDS, "keys": ["literal"]})
    open_ = rule("x.z", {**WORDS, "keys": ["literal", "separated"]})
    asked = {"kind": "question", "question": {"zh": "真？", "en": "true?"}, "draw": {"phrases": ["兼职刷单"]}}
    checker = Checker(
        Edition(Standard.model_validate({"id": "s", "name": "s"}), (literal, open_, rule("x.q", asked)), "1")
    )
    told = {each.rule: each for each in checker.explain("兼.职.刷.单")}
    assert told["x.z"].fired
    assert "separated" in told["x.y"].why.zh
    assert "兼.职.刷.单" in told["x.y"].why.zh
    assert "没有出现" in {each.rule: each for each in checker.explain("早上好")}["x.y"].why.zh
    assert "交人判断" in {each.rule: each for each in checker.explain("兼职刷单")}["x.q"].why.zh


def test_check_takes_a_text_as_sent_now() -> None:
    edition = Edition(
        Standard.model_validate({"id": "s", "name": "s"}),
        (rule("x.y", WORDS, exempt=granted(phrases=["兼职刷单防骗课"])),),
        "1",
    )
    assert Checker(edition, NIGHT).check(["兼职刷单防骗课"])[0].findings == ()
    assert len(Checker(edition, NIGHT + dt.timedelta(days=1)).check(["兼职刷单防骗课"])[0].findings) == 1
