"""The runner: findings for every way to cut a batch, scopes, exemptions, reasons."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.rules import messages, rule

from qunjian.checks.contract import MessageContext
from qunjian.checks.runner import compile_rules
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.schemas import FINDING

RULES = [
    rule(
        "a.words", {"kind": "phrases", "words": ["加微信", "兼职刷单", "vx"]},
        exempt={"phrases": ["不要加微信"], "patterns": ["群规"]},
    ),
    rule("b.patterns", {"kind": "patterns", "patterns": ["保证.{0,4}(?:治愈|有效)"]}, severity="critical"),
    rule("c.contact", {"kind": "contact", "channels": ["wechat", "qq", "phone", "link", "qr_words"]}),
    rule("d.personal", {"kind": "personal_data", "types": ["id_card", "bank_card", "phone", "email"]}),
    rule("e.links", {"kind": "links", "classes": ["short", "netdisk"], "domains": ["bad.com"]}),
    rule("f.staff", {"kind": "phrases", "words": ["稳赚"]}, scope={"roles": ["staff"], "tags": ["理财"]}),
    rule("g.near", {"kind": "phrases", "words": ["日结"], "near": {"words": ["招聘", "兼职"], "within": 4}}),
    rule(
        "h.around", {"kind": "patterns", "patterns": ["全网最强"], "near": {"patterns": [r"\d元"], "within": 6}},
        exempt={"around": ["最强的?(?:队伍|阵容)"]},
    ),
]  # fmt: skip
INSPECTOR = compile_rules(RULES)
CONTEXT = MessageContext("s", "1")


def fired(text: str, **how: object) -> list[str]:
    return [each.rule for each in INSPECTOR.check([text], **how)[0]]  # type: ignore[arg-type]


_PIECES = st.sampled_from(
    [*"。 \n😀\u200b", "加微信", "加 微 信", "不要加微信", "群规", "兼職刷單", "vx", "保证三天治愈", "13812345678",
     "t.cn/abc", "日结", "兼职", "今天"]
)  # fmt: skip
_TEXTS = st.lists(st.none() | st.lists(_PIECES, max_size=5).map("".join), max_size=9)


@settings(deadline=None, max_examples=60)
@given(_TEXTS)
def test_findings_are_equal_for_every_batch_size(texts: list[str | None]) -> None:
    batch = messages(texts)
    whole = pa.Table.from_batches([INSPECTOR.inspect(batch, CONTEXT)])
    assert whole.schema == FINDING
    for size in (1, 2, 3):
        parts = [INSPECTOR.inspect(batch.slice(at, size), CONTEXT) for at in range(0, len(texts), size)]
        assert pa.Table.from_batches(parts, FINDING).to_pylist() == whole.to_pylist()


@settings(deadline=None, max_examples=60)
@given(_TEXTS)
def test_a_batch_says_what_check_says_of_each_text(texts: list[str | None]) -> None:
    findings = INSPECTOR.inspect(messages(texts), CONTEXT).to_pylist()
    verdicts = INSPECTOR.check([text or "" for text in texts])
    told = {(str(n), v.rule) for n, each in enumerate(verdicts) for v in each if v.rule != "f.staff"}
    assert {(each["message_id"], each["rule"]) for each in findings} == told
    for each in findings:
        text = texts[int(each["message_id"])] or ""
        assert all(0 <= span["start"] < span["end"] <= len(text) for span in each["spans"])


_NEAR = compile_rules(
    [
        *RULES,
        rule("n.other", {"kind": "phrases", "words": ["兼职", "微信"], "near": {"words": ["日结"], "within": 9}}),
        rule("n.vx", {"kind": "phrases", "words": ["vx"]}, when={"not": [{"contains": {"words": ["今天", "日结"]}}]}),
        rule(
            "n.today", {"kind": "patterns", "patterns": ["今.{0,4}[天日]"]},
            when={"near": {"words": ["微信"], "patterns": ["t\\.cn/\\w+"], "within": 12}},
        ),
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(_TEXTS)
def test_words_looked_for_near_faults_alone_tell_what_all_words_looked_for_everywhere_tell(
    texts: list[str | None],
) -> None:
    written = [text or "" for text in texts]
    assert _NEAR.check(written) == [[each for each in _NEAR.explain(text) if each.fired] for text in written]


def test_a_finding_says_what_it_must() -> None:
    (finding,) = INSPECTOR.inspect(messages(["大家好", "快来 兼職 刷 單 ，兼职刷单日"]), CONTEXT).to_pylist()
    assert finding["rule"] == "a.words"
    assert finding["severity"] == "major"
    assert finding["basis"] == "测试"
    assert finding["spans"] == [{"start": 3, "end": 9}, {"start": 11, "end": 15}]
    assert finding["transformations"] == []  # the surest of its hits
    assert finding["confidence"] == 1
    assert finding["message_id"] == "1"
    assert len(finding["finding_id"]) == 32


def test_exemptions() -> None:
    assert fired("大家加微信") == ["a.words", "c.contact"]
    assert "a.words" not in fired("请大家不要加微信")
    assert "a.words" in fired("不要加微信，都来加微信")
    assert "a.words" not in fired("群规：禁止加微信")


def test_an_exempting_pattern_must_overlap_the_hit() -> None:
    assert fired("全网最强，９元") == ["h.around"]
    assert fired("全网最强的队伍，9元") == []
    assert fired("全網最强陣容 9元") == []
    assert fired("全网最强，9元，送最强队伍贴纸") == ["h.around"]
    verdict = {each.rule: each for each in INSPECTOR.explain("全网最强阵容9元")}["h.around"]
    assert "最强的?(?:队伍|阵容)" in verdict.why.zh


def test_near_takes_patterns() -> None:
    assert fired("9元，全网最强") == ["h.around"]
    assert fired("全网最强") == fired("9元的东西大家都说是全网最强") == []


def test_scopes() -> None:
    texts = ["稳赚", "稳赚", "加微信", "加微信"]
    batch = messages(texts, account_id=["t:s", *["t:m"] * 3], kind=["text", "text", "system", "image"])
    context = MessageContext("s", "1", {"t:g": ("理财",)}, {("t:g", "t:s"): "staff"})
    found = {each["message_id"] for each in INSPECTOR.inspect(batch, context).to_pylist()}
    assert found == {"0", "3"}  # the caption of a picture is looked at, a notice of the platform is not
    batch = batch.slice(0, 3)
    assert INSPECTOR.inspect(batch, MessageContext("s", "1", {}, context.roles)).num_rows == 0
    assert fired("稳赚", role="staff") == ["f.staff"]
    assert fired("稳赚", role="staff", tags=("读书",)) == []


def test_near() -> None:
    assert "g.near" in fired("招聘，工资日结")
    assert "g.near" not in fired("招聘若干名人员，工资日结")
    assert "g.near" not in fired("工资日结")


def test_explain_gives_every_rule_a_reason() -> None:
    verdicts = {
        each.rule: each for each in INSPECTOR.explain("群规：大家不要加微信，身份证110105194912310021", tags=())
    }
    assert set(verdicts) == {each.id for each in RULES}
    assert "群规" in verdicts["a.words"].why.zh
    assert verdicts["c.contact"].fired
    assert "没有通过核验" in verdicts["d.personal"].why.zh
    assert "staff" in verdicts["f.staff"].why.en
    assert verdicts["b.patterns"].why.en == "nothing it looks for is there"
    phrase = {each.rule: each for each in INSPECTOR.explain("不要加微信")}["a.words"]
    assert "不要加微信" in phrase.why.zh


@pytest.mark.parametrize(
    ("detect", "said"),
    [
        ({"kind": "phrasez", "words": ["a"]}, "phrases"),
        ({"kind": "phrases", "word": ["a"]}, "words"),
        ({"kind": "phrases", "words": ["\u200b"]}, "比对"),
        ({"kind": "patterns", "patterns": ["(?!a)b"]}, "RE2"),
        ({"kind": "contact", "channels": ["wechta"]}, "wechat"),
        ({"kind": "links", "domains": ["http://x.com/a"]}, "example.com"),
        ({"kind": "links"}, "classes"),
    ],
)
def test_a_wrong_rule_is_refused_with_the_nearest_name(detect: dict, said: str) -> None:
    with pytest.raises((BadInputError, UnknownNameError)) as caught:
        compile_rules([rule("x.wrong", detect)])
    assert said in caught.value.sentence("zh")
    assert "x.wrong" in caught.value.sentence("zh")


def test_rules_that_share_words_stay_apart() -> None:
    inspector = compile_rules(
        [
            rule("a.one", {"kind": "phrases", "words": ["微信", "加微信"]}),
            rule("a.two", {"kind": "phrases", "words": ["信号", "微信"]}),
        ]
    )
    verdicts = inspector.check(["加微信号"])[0]
    assert [(v.rule, [(m.start, m.end) for m in v.matches]) for v in verdicts] == [
        ("a.one", [(0, 3), (1, 3)]),
        ("a.two", [(1, 3), (2, 4)]),
    ]


def test_nothing_in_nothing_out() -> None:
    assert INSPECTOR.inspect(messages([]), CONTEXT).num_rows == 0
    assert compile_rules([]).inspect(messages(["a"]), CONTEXT).num_rows == 0
    assert compile_rules([rule("x.old", {"kind": "phrases", "words": ["a"]}, lifecycle="retired")]).rules == ()
