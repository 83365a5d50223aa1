"""The health of rules: hits, precision, overlap, silence and drift, counted by hand on a small chat."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import binomtest
from tests.cli.conftest import Command, message, write_chat
from tests.cli.test_backtesting import rule

from qunjian.insight.rule_health import Observed, Verdicts, health

TEXTS = ("老地方见", "老地方有人刷广告", "刷广告的请出去", "大家早上好", "老地方见", "今天吃什么", "老地方不去了", "好")


@pytest.fixture
def home(tmp_path: Path, qunjian: Command) -> Path:
    root = tmp_path / "w"
    assert qunjian("init", root).code == 0
    rules = [
        rule("own", "place", "minor", ["老地方"]), rule("own", "advert", "major", ["刷广告"]),
        rule("own", "silent", "major", ["从来没有人说过的话"]),
    ]  # fmt: skip
    for one in rules:
        path = root / "standards" / "packs" / "own" / f"{one['id'].partition('.')[2]}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
    text = json.dumps({"id": "ours", "name": "我们", "rules": {"packs": ["own"]}}, ensure_ascii=False)
    (root / "standards" / "ours.yaml").write_text(text, encoding="utf-8")
    chat = [message(n, 1 + n, 1, text) for n, text in enumerate(TEXTS, start=1)]
    assert qunjian("import", write_chat(tmp_path / "result.json", chat), "-w", root).code == 0
    return root


def of(found: dict, name: str) -> dict:
    return next(each for each in found["rules"] if each["rule"] == name)


def test_hits_overlap_and_rules_that_never_hit(home: Path, qunjian: Command) -> None:
    found = qunjian("standard", "health", "ours", "-w", home, "--json").json()
    assert found["messages"] == len(TEXTS)
    place, advert, silent = (of(found, f"own.{name}") for name in ("place", "advert", "silent"))
    assert [each["rule"] for each in found["rules"]] == ["own.place", "own.advert", "own.silent"]
    assert (place["health"]["hits"], place["health"]["per_1000"]) == (4, 500.0)
    limits = binomtest(4, 8).proportion_ci(method="wilson")  # by another library
    assert place["health"]["low"] == pytest.approx(limits.low * 1000)
    assert place["health"]["high"] == pytest.approx(limits.high * 1000)
    assert place["health"]["overlaps"] == [{"rule": "own.advert", "shared": 1, "share": 0.25}]
    assert advert["health"]["overlaps"] == [{"rule": "own.place", "shared": 1, "share": 0.5}]
    assert (silent["health"]["hits"], silent["health"]["most_per_1000"]) == (0, 3 / 8 * 1000)
    assert place["health"]["precision"] is None
    assert place["because"][1] == "no reviews yet"
    said = qunjian("standard", "health", "ours", "-w", home).out
    assert "还没有复核" in said
    assert "own.silent" in said


def test_precision_from_a_table_of_verdicts(home: Path, qunjian: Command, tmp_path: Path) -> None:
    table = tmp_path / "复核.csv"
    table.write_text(
        "消息编号,规则,结论\n1,own.place,属实\n2,own.place,误报\n5,own.place,确认\n7,own.place,不确定\n"
        "2,own.advert,误报\n2,own.advert,属实\n4,own.place,属实\n9,own.none,属实\n3,own.advert,也许\n",
        encoding="utf-8",
    )  # message 4 is no hit, own.none no rule, 也许 no verdict; the second word on message 2 stands
    found = qunjian("standard", "health", "ours", "-w", home, "--verdicts", table, "--json").json()
    assert (found["verdicts_used"], found["verdicts_unused"], found["rows_left_out"]) == (6, 2, 1)
    place, advert = of(found, "own.place")["health"], of(found, "own.advert")["health"]
    assert place["verdicts"] == {"confirmed": 2, "refuted": 1, "unsure": 1}
    known = binomtest(2, 3).proportion_ci(method="wilson")
    assert place["precision"] == pytest.approx(2 / 3)
    assert (place["precision_low"], place["precision_high"]) == pytest.approx((known.low, known.high))
    assert advert["verdicts"] == {"confirmed": 1, "refuted": 0, "unsure": 0}


def test_precision_from_reviews_of_an_earlier_run(home: Path, qunjian: Command) -> None:
    assert qunjian("inspect", "-w", home, "--standard", "ours").code == 0
    listed = [json.loads(line) for line in qunjian("findings", "-w", home, "--json").out.splitlines()]
    ids = [each["finding_id"] for each in listed if each["rule"] == "own.place"]
    reviews = [
        {"finding_id": name, "verdict": verdict, "reviewer": "王芳", "at": "2026-11-20T08:00:00Z"}
        for name, verdict in zip(ids, ("confirmed", "confirmed", "refuted"), strict=False)
    ]
    path = home / "decisions" / "review.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in reviews), encoding="utf-8")
    found = qunjian("standard", "health", "ours", "-w", home, "--json").json()
    assert of(found, "own.place")["health"]["verdicts"] == {"confirmed": 2, "refuted": 1, "unsure": 0}


def test_a_table_without_the_column_is_refused_in_a_sentence(home: Path, qunjian: Command, tmp_path: Path) -> None:
    table = tmp_path / "wrong.csv"
    table.write_text("编号,说法\n1,好\n", encoding="utf-8")
    result = qunjian("standard", "health", "ours", "-w", home, "--verdicts", table)
    assert result.code == 2
    assert "消息编号" in result.err


def test_a_week_of_many_hits_departs_and_a_week_of_many_messages_does_not() -> None:
    monday = dt.date(2026, 3, 2)  # ten weeks without a holiday before May
    days = [monday + dt.timedelta(days=n) for n in range(56)]
    busy = {day: 400 if day >= days[49] else 100 for day in days}
    steady = Counter({day: busy[day] // 20 for day in days})  # fifty in 1,000, whatever the messages
    burst = Counter({day: 5 if day < days[49] else 60 for day in days})  # three times as often in the last week
    found = health(
        {
            "a.steady": Observed(frozenset(), 0, steady, sum(busy.values())),
            "a.burst": Observed(frozenset(), 0, burst, sum(busy.values()), Verdicts()),
        },
        busy,
    )
    assert [each.first for each in found["a.burst"].drift] == [days[49]]
    assert found["a.steady"].drift == ()
    assert [week.per_1000 for week in found["a.steady"].weeks] == [50.0] * 8
    assert found["a.burst"].weeks[-1].per_1000 == 150.0
