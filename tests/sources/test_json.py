"""JSON is cut into records anywhere and in any style exactly as the standard library would read it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.sources.json_records import Decoder
from qunjian.sources.json_stream import MalformedError, Walker, json_lines
from qunjian.sources.json_structure import element_bounds, value_end

texts = st.text(alphabet=st.sampled_from('a"\\{}[],: \n\té好🐼'), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(texts, values, max_size=4)


def _chunks(data: bytes, size: int) -> list[bytes]:
    return [data[n : n + size] for n in range(0, len(data), size)]


def _read(data: bytes, size: int, chunk: int) -> list[Any]:
    found: list[Any] = []
    for block in Walker(_chunks(data, chunk), frozenset({("messages",)}), size).blocks():
        got, rejects = Decoder(dict).elements(block.data, block.first, {}, broken=block.broken)
        assert not rejects
        assert block.first == len(found) + 1 or not all(found + got)
        found += got
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(records, max_size=6), st.sampled_from([None, 0, 1, 2, 4]), st.integers(1, 200), st.integers(1, 50),
    st.dictionaries(texts.filter(lambda t: t != "messages"), values, max_size=3), st.booleans(),
)  # fmt: skip
def test_any_document_any_cut(
    wanted: list[Any], indent: int | None, size: int, chunk: int, around: dict[str, Any], late: bool
) -> None:
    document = {"messages": wanted, **around} if late else {**around, "messages": wanted}
    data = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    assert _read(data, size, chunk) == wanted


@given(st.lists(values, max_size=6))
def test_elements(wanted: list[Any]) -> None:
    data = json.dumps(wanted, ensure_ascii=False).encode()[1:-1]
    assert [json.loads(data[a:b]) for a, b in element_bounds(data)] == wanted


@given(records, texts)
def test_the_end_of_a_value(record: Any, after: str) -> None:
    data = json.dumps(record).encode()
    assert value_end(data + after.encode()) == len(data)
    assert value_end(data[:-1]) == -1


def test_the_header_before_the_records_is_given() -> None:
    data = b'{"name": "x", "id": 7, "big": {"a": [1, "]"]}, "messages": [{}]}'
    (block,) = Walker([data], frozenset({("messages",)}), 100).blocks()
    assert msgspec.json.decode(block.context) == {"name": "x", "id": 7, "big": {"a": [1, "]"]}}


@pytest.mark.parametrize("data", [b"", b"hello", b'{"a"', b'{"a" 1}', b"{a: 1}", b'{"messages" [1]}'])
def test_what_is_not_json(data: bytes) -> None:
    with suppress(MalformedError):
        assert list(Walker([data], frozenset({("messages",)}), 10).blocks()) == []


def test_one_bad_record_costs_only_itself() -> None:
    data = b'{"a": 1}, {"a": }, {"a": "\xff"}, {"a": "\\ud800"}, {"a": "tab\there"}'
    cleaned: dict[str, int] = {}
    found, rejects = Decoder(dict).elements(data, 5, cleaned)
    assert found == [{"a": 1}, {"a": "\ufffd"}, {"a": "\ufffd"}, {"a": "tab\there"}]
    assert [(one.reason, one.at) for one in rejects] == [("bad_json", 6)]
    assert cleaned == {"bad_bytes": 1, "lone_surrogate": 1}


@given(st.lists(texts.map(lambda t: t.replace("\n", " ")), max_size=9), st.integers(1, 40), st.integers(1, 9))
def test_lines_stay_whole(lines: list[str], size: int, chunk: int) -> None:
    data = "".join(line + "\n" for line in lines).encode()
    parts = list(json_lines(_chunks(data, chunk), size))
    assert b"".join(part for _, part in parts) == data
    assert all(part.endswith(b"\n") for _, part in parts)
    assert [number for number, _ in parts] == [1 + data[: data.index(p, at)].count(b"\n") for at, p in _placed(parts)]


def _placed(parts: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    at, out = 0, []
    for _, part in parts:
        out.append((at, part))
        at += len(part)
    return out
