"""Quantities against a table written by hand: every way of writing a price, a span, a day; and what only looks so."""

import datetime as dt
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.folding import fold
from qunjian.text.numerals import read_number
from qunjian.text.quantities import quantities_in

TABLE = Path(__file__).with_name("quantities.tsv")
DAY = dt.date(2026, 11, 18)
ROWS = [
    line.split("\t") if "\t" in line else [line, ""]
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _value(written: str) -> Fraction:
    if written.count("-") == 2:
        return Fraction(dt.date.fromisoformat(written).toordinal())
    if written.endswith("d"):
        return Fraction(written[:-1]) * 86_400
    if written.endswith("h"):
        return Fraction(written[:-1]) * 3600
    return Fraction(written)


def _stated(written: str) -> list[tuple[str, Fraction, Fraction, str]]:
    found = []
    for each in filter(None, written.split("; ")):
        kind, value, *bound = each.split(" ")
        low, _, high = value.partition("..")
        found.append((kind, _value(low), _value(high or low), bound[0] if bound else "exact"))
    return found


def test_the_table_is_large_enough() -> None:
    assert len(ROWS) >= 150
    assert sum(not stated for _, stated in ROWS) >= 40


@pytest.mark.parametrize(("text", "stated"), ROWS, ids=[row[0] for row in ROWS])
@pytest.mark.parametrize("frame", ["{}", "你好，{}。", "通知（{}）"])
def test_a_quantity_is_read_as_the_table_says(frame: str, text: str, stated: str) -> None:
    found = quantities_in(fold(frame.format(text)), DAY)
    assert [(each.kind, each.low, each.high, each.bound) for each in found] == _stated(stated)


def test_without_the_day_of_the_message_relative_days_are_unknown() -> None:
    assert quantities_in("下周三") == []
    assert [each.kind for each in quantities_in("2026-11-05")] == ["date"]


@pytest.mark.parametrize(
    ("written", "value"),
    [("一百二", 120), ("三千五", 3500), ("一万二", 12000), ("两百五", 250), ("一百零二", 102), ("十", 10),
     ("二十", 20), ("一千零一十", 1010), ("一百一十一万", 1_110_000), ("二〇二六", 2026), ("1.2万", 12000)],
)  # fmt: skip
def test_numerals(written: str, value: int) -> None:
    found = read_number(written)
    assert found is not None
    assert found.low == found.high == value


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789一二三十百千万半块元天折点月日号周:：-~%¥.，满减第个小时a g", max_size=40))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = quantities_in(fold(text), DAY)
    assert all(0 <= each.start < each.end <= len(fold(text)) for each in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(each.low <= each.high for each in found)


@pytest.mark.parametrize("piece", ["9", "百", "3-", "满9减", "11月", "¥", "a1.", "第3", "1:", "9折", "https://a"])
def test_a_long_run_of_one_thing_takes_no_time(piece: str) -> None:
    began = time.process_time()
    quantities_in(piece * 20_000, DAY)
    assert time.process_time() - began < 5
