"""Groups of openers: counts by hand, one planted effect, many groups without one, empty and tiny tables."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from qunjian.insight.starters import FAMILIES, KIND_TITLES, Starter, group_title, hour_bands, length_bands, starters
from qunjian.model.language import Phrase
from qunjian.model.schemas import KINDS

START = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
SCHEMA = pa.schema([
    ("community_id", pa.string()), ("scope", pa.string()), ("message_id", pa.string()), ("account_id", pa.string()),
    ("sent_at", pa.timestamp("us", "UTC")), ("kind", pa.string()), ("text", pa.string()),
    ("mentions", pa.list_(pa.string())), ("people", pa.int64()), ("posts", pa.int64()), ("hour", pa.int32()),
    ("weekend", pa.bool_()), ("open", pa.bool_()),
])  # fmt: skip


def opener(text: str | None, people: int = 1, hour: int = 9, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "community_id": "x:a", "scope": "x", "message_id": "1", "account_id": "ann", "sent_at": START, "kind": "text",
        "text": text, "mentions": None, "people": people, "posts": people, "hour": hour, "weekend": False,
        "open": False,
    }  # fmt: skip
    return row | more


def of(
    rows: list[dict[str, object]], topics: dict[str, tuple[str, ...]] | None = None
) -> dict[tuple[str, str], Starter]:
    return {(one.family, one.group): one for one in starters(pa.Table.from_pylist(rows, SCHEMA), topics or {})}


def test_counted_by_hand():
    rows = [
        opener("第三章读完了吗", 3, 9),
        opener("顶", 1, 9),
        opener("今晚 20:00 开会 https://a.example/x", 2, 20, mentions=["x:bob"]),
        opener(None, 1, 23, kind="image"),
        opener("没有人知道的最后一条", 1, 23, open=True),
    ]
    found = of(rows, {"reading": ("第三章", "书单")})
    counts = {key: (one.n, one.started) for key, one in found.items()}
    assert counts == {
        ("kind", "text"): (3, 2), ("kind", "image"): (1, 0),
        ("length", "0-5"): (1, 0), ("length", "6-15"): (2, 2),
        ("form", "question"): (1, 1), ("form", "link"): (1, 1), ("form", "numbers"): (1, 1),
        ("form", "mention"): (1, 1), ("form", "filler"): (1, 0),
        ("topic", "reading"): (1, 1), ("topic", "-"): (2, 1),
        ("hour", "09-11"): (2, 1), ("hour", "18-20"): (1, 1), ("hour", "21-23"): (1, 0),
    }  # fmt: skip
    assert {one.verdict for one in found.values()} == {"few"}
    assert (found["kind", "text"].low, found["kind", "text"].high) == pytest.approx(
        (0.2077, 0.9385), abs=1e-4
    )  # Wilson


def test_a_planted_effect_is_found_and_an_hour_alone_is_not_taken_for_it():
    """Questions are joined 60 in 100 against 30; links only stand in a lively hour, and are no better than it."""
    random = np.random.default_rng(3)
    rows = []
    for _ in range(1500):
        hour = int(random.choice((9, 15)))
        question, link = random.random() < 0.3, hour == 15 and random.random() < 0.5
        chance = (0.2 if hour == 9 else 0.5) + (0.3 if question else 0)
        text = "这一章讲的是什么呢" if question else "这一章讲的是海边小镇的故事"
        rows.append(opener(text + (" https://a.example" if link else ""), 2 if random.random() < chance else 1, hour))
    found = of(rows)
    question, link = found["form", "question"], found["form", "link"]
    assert question.verdict == "starts"
    assert question.difference_low is not None
    assert question.difference_low < 0.3 < (question.difference_high or 0)
    assert link.share > found["kind", "text"].share + 0.05  # only by its hour
    assert link.difference_low is not None
    assert link.difference_low < 0 < (link.difference_high or 0)
    assert found["hour", "14-17"].verdict == "starts"
    assert found["hour", "09-11"].verdict == "flat"


def test_without_any_effect_little_is_claimed():
    random = np.random.default_rng(11)
    texts = ("顶", "多少钱？", "书单第 3 本", "https://a.example", "今天读到第二章的结尾，很喜欢那段对话", "好")
    claimed = 0
    for _ in range(60):
        rows = [
            opener(str(random.choice(texts)), int(random.integers(1, 3)), int(random.integers(0, 24)))
            for _ in range(300)
        ]
        claimed += any(one.verdict in ("starts", "flat") for one in of(rows).values())
    assert claimed <= 9  # 5 % of 60 worlds is 3; more than 9 has a chance under 1 in 500


def test_nothing_and_all_alike():
    assert starters(SCHEMA.empty_table(), {}) == []
    alike = of([opener("第三章读完了", 2, 9 + number % 2) for number in range(60)])
    assert {one.verdict for one in alike.values()} <= {"few", "unclear"}
    assert alike["kind", "text"].share == 1


def test_every_group_has_a_name():
    assert set(KIND_TITLES) == set(KINDS) - {"system", "recall"}
    names = {"reading": Phrase("读书", "Reading")}
    one = Starter("x:a", "topic", "reading", 1, 1, 1, 1, 1, None, None, None, None, "few")
    assert group_title(one, names).en == "Reading"
    assert length_bands() == ("0-5", "6-15", "16-40", "41-100", "101-")
    assert hour_bands()[0] == "00-05"
    assert hour_bands()[-1] == "21-23"
    assert len(FAMILIES) == 5
