"""What every reader must do, on every sample: parse as expected, and alike however it is cut, coded or bundled."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.sources.conftest import CASES, Case, Result, copied, of_bytes, parsed

from qunjian.model.errors import QunjianError
from qunjian.sources.document import memory_document
from qunjian.sources.registry import FORMATS, detect

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
ROWS = ("messages", "membership", "roster", "survey_answer")


@every_case
def test_parses_as_written_beside_the_sample(case: Case) -> None:
    result = parsed(case.detections())
    expected = case.expected
    assert result.read == expected["read"]
    assert result.rejects == expected["rejects"]
    _compare(result.messages, expected.get("messages", []))
    _compare(result.membership, expected.get("membership", []))
    _compare(result.states.get("roster", []), expected.get("roster", []))
    for state in ("survey_answer", "size_snapshot", "platform_count"):
        if state in expected:
            _compare(result.states.get(state, []), expected[state])
    if "communities" in expected:
        assert {row["community_id"]: row["name"] for row in result.states["community"]} == expected["communities"]
    if "channels" in expected:
        assert {row["channel_id"]: row["name"] for row in result.states["channel"]} == expected["channels"]
    for name in ("unknown_kinds", "cleaned"):
        if name in expected:
            assert getattr(result, name) == expected[name]
    if "export_stamp" in expected:
        assert result.stamp == expected["export_stamp"]


def _compare(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected, strict=True):
        for name, value in wanted.items():
            if name == "message_id" and value == "~":
                assert re.fullmatch("~[0-9a-f]{32}", row[name])
            else:
                assert row[name] == value, (name, row)


@every_case
def test_is_detected(case: Case) -> None:
    if case.forced:
        pytest.skip("an own mapping is named, not detected")
    formats = {detection.format for _, _, detection in case.detections() if detection.role == "messages"}
    assert formats == {case.expected["format"]}


@every_case
@pytest.mark.parametrize("size", [1, 13, 64, 333, 1000])
def test_any_slice_size_gives_the_same(case: Case, size: int) -> None:
    _same(parsed(case.detections(slice_bytes=size)), parsed(case.detections()))


def _same(one: Result, other: Result) -> None:
    assert one.messages == other.messages
    assert one.membership == other.membership
    assert (one.read, one.rejects, one.cleaned) == (other.read, other.rejects, other.cleaned)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_any_encoding_gives_the_same(case: Case, encoding: str) -> None:
    plain = parsed(case.detections())
    changed = []
    for number, document, _ in case.detections():
        with document.open() as stream:
            copy = copied(document, stream.read().decode("utf-8").encode(encoding))
        changed.append((number, copy, detect(copy, case.forced, (), case.options())))
    _same(parsed(changed), plain)


@every_case
@pytest.mark.parametrize("newline", ["\r\n"])
def test_windows_line_ends_give_the_same_messages(case: Case, newline: str) -> None:
    whole = parsed(case.detections())
    result = of_bytes(case, lambda data: data.replace(b"\n", newline.encode()))
    assert [row["message_id"] for row in result.messages] == [row["message_id"] for row in whole.messages]
    assert [row["text"] for row in result.messages] == [row["text"] for row in whole.messages]


@every_case
def test_a_cut_file_is_rejected_or_refused_but_never_invented(case: Case) -> None:
    whole = parsed(case.detections())
    ids = {row["message_id"] for row in whole.messages}
    for part in range(1, 12):
        try:
            result = of_bytes(case, lambda data, part=part: data[: len(data) * part // 12])
        except QunjianError as error:
            _said(error)
            continue
        native = [row["message_id"] for row in result.messages if not row["message_id"].startswith("~")]
        assert len(native) <= len(whole.messages)
        if "json" in case.name:
            assert set(native) <= ids


def _said(error: QunjianError) -> None:
    assert error.what.zh
    assert error.what.en


@every_case
def test_an_empty_file_holds_nothing(case: Case) -> None:
    for document in case.documents():
        empty = memory_document(document.name, b"")
        assert detect(empty).role == "ignored" or detect(empty).format.startswith("index:")
    try:
        result = of_bytes(case, lambda _: b"")
    except QunjianError as error:
        _said(error)
        return
    assert result.rows() == ([], [])


@every_case
def test_garbage_is_rejected_or_refused(case: Case) -> None:
    for junk in (b"\0" * 500, b"\xff\xfe\xfd" * 200, b"{" * 300, b"[[[[" * 90, b'"' * 301, b"[{},{},[],1,null]"):
        try:
            result = of_bytes(case, lambda _, junk=junk: junk)
        except QunjianError as error:
            _said(error)
        else:
            assert result.messages == []


@every_case
def test_rows_carry_what_the_lake_needs(case: Case) -> None:
    result = parsed(case.detections())
    for row in [*result.messages, *result.membership]:
        for name in ("scope", "message_id", "platform", "community_id", "sent_at", "kind", "content_hash"):
            assert row[name] is not None, name
        assert row["scope"].startswith(row["platform"])
        assert row["channel_id"] is not None
        assert len(row["content_hash"]) == 16


LEAST = 12  # cases a reader's samples hold: records whose parse, or rejection, was written by hand


def test_every_reader_has_samples_of_a_dozen_cases() -> None:
    held = dict.fromkeys(FORMATS, 0)
    for case in CASES:
        expected, reader = case.expected, case.name.split("/")[0]
        if reader in held:
            held[reader] += sum(expected["rejects"].values())
            held[reader] += sum(len(expected.get(kind, [])) for kind in ROWS)
    assert {reader: cases for reader, cases in held.items() if cases < LEAST} == {}
