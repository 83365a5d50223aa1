"""Where a rejected record stood: its line or place in the file, also behind bad records, blank lines and comments."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.sources.document import memory_document
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks


def rejected(name: str, text: str, form: str | None = None, *, slice_bytes: int = 1 << 20) -> list[tuple[str, int]]:
    document = memory_document(name, text.encode())
    options = Options(zone="Asia/Shanghai", slice_bytes=slice_bytes)
    found = [(0, document, detect(document, form, (), options))]
    parts = [part for task in tasks(found) for part in run_task(task).parts]
    return sorted((one.reason, one.at) for part in parts for one in part.rejects)


META = '"meta":{"name":"群","platform":"qq","type":"group","groupId":"1"}'
HEADER = '{"_type":"header","chatlab":{"version":"0.0.2","exportedAt":1763600000},' + META + "}"
TIMELESS = '{"_type":"message","sender":"1","accountName":"甲","timestamp":null,"type":0,"content":"好"}'
GOOD = '{"_type":"message","sender":"1","accountName":"甲","timestamp":1763600000,"type":0,"content":"好"}'


@pytest.mark.parametrize("slice_bytes", [1, 200, 1 << 20])
@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([HEADER, GOOD, TIMELESS], [("no_time", 3)]),
        (
            [HEADER, "{bad", GOOD, TIMELESS, "{bad", TIMELESS],
            [("bad_json", 2), ("bad_json", 5), ("no_time", 4), ("no_time", 6)],
        ),
        ([HEADER, "", GOOD, "", "", TIMELESS], [("no_time", 6)]),
        ([HEADER, "# a comment", GOOD, TIMELESS], [("no_time", 4)]),
        ([HEADER, GOOD + GOOD, TIMELESS], [("bad_json", 2), ("no_time", 3)]),
    ],
)  # fmt: skip
def test_lines_are_counted_as_an_editor_counts_them(
    lines: list[str], wanted: list[tuple[str, int]], slice_bytes: int
) -> None:
    assert rejected("a.jsonl", "\n".join(lines), "chatlab", slice_bytes=slice_bytes) == wanted


LINES = ['{"a":1}', ' {"a":[{"b":{}},{}]} ', '{"a":"}{"}', '{"a":1}{"a":2}', '{"a":1} {"a":2}', '{"a":', "1}", "{", "}",
         "", "  ", '{"a":1},', "7", "# {}", '{"a":{}', ',"b":{}}']  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=7), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_each_line_is_one_record_or_one_reject_whatever_stands_in_it(lines: list[str], end: str, last: bool) -> None:
    """By hand: a line is a record when it is one whole object, else a reject; blank and commented ones are neither."""
    good, bad = [], []
    for place, line in enumerate(lines, 5):
        if line.strip() and not line.startswith("#"):
            try:
                (good if isinstance(json.loads(line), dict) else bad).append(place)
            except ValueError:
                bad.append(place)
    data = (end.join(lines) + (end if last else "")).encode()
    records, rejects = Decoder(dict).lines(data, 5, {})
    assert [place for _, place in zip(records, places(records, 5), strict=False)] == good
    assert [reject.at for reject in rejects] == bad


def test_places_in_an_array_count_the_bad_records_too() -> None:
    """Records 1 to 6 of a Slack day: the third is no record, the fifth says no type."""
    good = {"type": "message", "user": "U0AAAAAAA", "text": "好", "ts": "1714557600.000100"}
    rows = [good, good, 7, good, {**good, "type": ""}, good]
    assert rejected("general/2024-05-01.json", json.dumps(rows), "slack") == [("no_type", 5), ("wrong_type", 3)]


def test_rows_of_a_mapped_table_count_the_refused_rows_too() -> None:
    """Row 2 lacks columns; the time of row 4 is none."""
    good = '5485fa47\tFreeCodeCamp/a\t2016-09-17T00:00:0{n}.000Z\tu{n}\t甲\tm{n}\t"好"'
    lines = [good.format(n=1), "u\tv", good.format(n=3), good.format(n=4).replace("2016-09-17T00:00:04.000Z", "昨天")]
    assert rejected("a.tsv", "\n".join(lines), "mapping:gitter_tsv") == [("bad_time", 4), ("wrong_columns", 2)]
