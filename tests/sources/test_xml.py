"""XML by a mapping: attributes, children, what stands around a record; and what is refused, safely."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.model.errors import BadInputError, LimitError, QunjianError
from qunjian.model.problems import WrittenError
from qunjian.sources.document import memory_document
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks
from qunjian.text.cleaning import clean_text

PAGE = """
id: my_xml
name: {zh: 某 XML, en: some XML}
platform: im
format: xml
xml: {records: "log.*.m"}
fields:
  message_id: "@id"
  community: context.@room
  account: by.@uid
  name: by
  text: body
  detail: "."
  reply_to: context.topic
time: {from: "@at", formats: [epoch_s]}
"""
WHOLE = (
    b'<log made="x"><day room="hall"><topic>tea</topic><m id="1" at="1700000000"><by uid="7">Ann</by>'
    b"<body><p>one</p> two</body><body>three</body></m></day>"
    b'<night room="yard"><m id="2" at="1700000060"/></night></log>'
)


def read(data: bytes, page: str = PAGE, size: int = 4096) -> list[dict[str, Any]]:
    mapping = parse_mapping(page.encode(), "page")
    document = memory_document("a.xml", data)
    detection = detect(document, mapping.id, (mapping,), Options(slice_bytes=size))
    rows: list[dict[str, Any]] = []
    for task in tasks([(0, document, detection)]):
        outcome = run_task(task)
        rows += outcome.messages.to_pylist() if outcome.messages is not None else []
    return rows


@pytest.mark.parametrize("size", [1, 4096])
def test_attributes_children_and_what_stands_around(size: int) -> None:
    one, two = read(WHOLE, size=size)
    assert (one["message_id"], one["community_id"], one["account_id"]) == ("1", "im:hall", "im:7")
    assert (one["name_then"], one["text"], one["reply_to"]) == ("Ann", "one two\nthree", "tea")
    assert (two["message_id"], two["community_id"], two["text"], two["reply_to"]) == ("2", "im:yard", "", None)


BOMB = (
    b'<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<log><day room="h"><m id="1" at="1700000000"><body>&b;</body></m></day></log>'
)
OUTSIDE = (
    b'<!DOCTYPE log SYSTEM "http://127.0.0.1:9/"><log><day room="h"><m id="1" at="1"><body>x</body></m></day></log>'
)
FILE = (
    b'<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/hostname">]><log><day room="h"><m id="1" at="1700000000">'
    b"<body>&x;</body></m></day></log>"
)


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, FILE, b"<!DOCTYPE log><log/>"])
def test_a_dtd_is_refused_before_anything_is_read(data: bytes) -> None:
    with pytest.raises(BadInputError, match="DTD"):
        read(data)


@pytest.mark.parametrize("data", [WHOLE[:60], WHOLE + b"<more/>", WHOLE.replace(b"two", b"&nbsp;"), b"no xml at all"])
def test_what_is_no_whole_xml_is_refused_with_its_line(data: bytes) -> None:
    with pytest.raises(BadInputError, match="XML"):
        read(data)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(LimitError, match="200"):
        read(b"<a>" * 100_000)


def test_a_record_without_end_is_refused() -> None:
    with pytest.raises(LimitError, match="64 MB"):
        read(b'<log><d room="h"><m id="1" at="1"><body>' + b"x" * (66 * 2**20))


def test_control_characters_are_taken_out() -> None:
    (row, _) = read(WHOLE.replace(b"three", b"th\x08r\x00ee"))
    assert row["text"].endswith("three")


def test_a_mapping_without_records_is_told() -> None:
    with pytest.raises((WrittenError, QunjianError), match="records"):
        parse_mapping(PAGE.replace('xml: {records: "log.*.m"}', "").encode(), "page")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.integers(1, 200))
def test_reads_what_the_standard_library_reads(said: list[tuple[str, str]], size: int) -> None:
    inner = "".join(
        f'<m id="{n}" at="{1700000000 + n}"><by uid="u">{escape(name)}</by><body>{escape(text)}</body></m>'
        for n, (name, text) in enumerate(said)
    )
    data = f'<log><d room="h">{inner}</d></log>'.encode()
    wanted = [(m.get("id"), (m.findtext("body") or "").strip()) for m in ElementTree.fromstring(data).iter("m")]
    assert [(row["message_id"], row["text"] or "") for row in read(data, size=size)] == [
        (id_, _cleaned(text)) for id_, text in wanted
    ]


def _cleaned(text: str) -> str:
    return clean_text(text)[0]
