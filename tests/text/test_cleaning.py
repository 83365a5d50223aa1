"""Border cleaning: what goes, what stays, what is counted; the column way equals the row way."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.text.cleaning import clean, clean_text, clean_values

_ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
_DIRTY = st.text(
    alphabet=st.sampled_from("ab微信\0\x01\x1b\x7f\x85\x9f\r\n\t\u200b\ufffd\ud800\udfff한é "), max_size=20
)


def by_hand(text: str) -> str:
    """A second way to the same: one character after the other."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    joined = joined.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in joined if unicodedata.category(c) != "Cc" or c in "\t\n")


@pytest.mark.parametrize(
    ("text", "cleaned", "counts"),
    [
        ("加我\0微信", "加我微信", {"nul": 1}),
        ("a\x1b[31mb\x85", "a[31mb", {"control": 2}),
        ("一\r\n二\r三", "一\n二\n三", {"carriage_return": 2}),
        ("\ud83d\ude00", "😀", {}),
        ("x\ud83dy", "x\ufffdy", {"lone_surrogate": 1}),
        ("零\u200b宽 \u202e tab\t", "零\u200b宽 \u202e tab\t", {}),
    ],
)
def test_examples(text: str, cleaned: str, counts: dict[str, int]) -> None:
    assert clean_text(text) == (cleaned, counts)


@settings(deadline=None)
@given(_DIRTY | _ANY)
def test_every_text_equals_the_plain_way_and_can_be_stored(text: str) -> None:
    cleaned, counts = clean_text(text)
    assert cleaned == by_hand(text)
    assert clean_text(cleaned) == (cleaned, {})
    assert pa.array([cleaned])[0].as_py() == cleaned
    assert all(count > 0 for count in counts.values())


@settings(deadline=None)
@given(
    st.lists(st.none() | _DIRTY.filter(lambda t: not any(0xD800 <= ord(c) < 0xE000 for c in t)), max_size=12),
    st.integers(0, 3),
)
def test_a_column_equals_its_rows(texts: list[str | None], skipped: int) -> None:
    column = pa.array(texts, pa.string()).slice(min(skipped, len(texts)))
    rows = column.to_pylist()
    cleaned, counts = clean(column)
    assert cleaned.to_pylist() == [None if row is None else clean_text(row)[0] for row in rows]
    assert clean_values(rows) == (cleaned.to_pylist(), counts)


def test_surrogates_that_got_into_a_column_as_bytes() -> None:
    raw = b"ok\xed\xa0\x80!"
    column = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0" + len(raw).to_bytes(4, "little")), pa.py_buffer(raw)]
    )
    assert clean(column)[0].to_pylist() == ["ok\ufffd!"]


def test_a_clean_column_comes_back_itself() -> None:
    column = pa.array(["大家好", None, "line\nbreak\ttab", "안녕 \xa0é"])
    assert clean(column)[0] is column
