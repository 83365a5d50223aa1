"""Times read by their places are what the patterns read, row for row."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.sources import times
from qunjian.sources.fixed_times import same_places

FORMS = (
    "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%d.%m.%Y", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S %z",
)  # fmt: skip
PARTS = {
    "%Y": ["2024", "0000", "1969", "2100", "20a4"], "%m": ["02", "12", "00", "13"], "%d": ["29", "31", "30", "00"],
    "%H": ["00", "23", "24", "7"], "%M": ["00", "59", "60"], "%S": ["00", "60", "61", "0:"],
    "%f": ["1", "123456", "0000009", "123456789", "1234567890"],
    "%z": ["Z", "z", "+00:00", "-0330", "+0800", "+08:00", "08:00", "+8:00"],
}  # fmt: skip


def _written(form: str) -> st.SearchStrategy[str]:
    pieces = [form[place : place + 2] if form[place] == "%" else form[place] for place in _places(form)]
    return st.tuples(*(st.sampled_from(PARTS[one]) if one in PARTS else st.just(one) for one in pieces)).map("".join)


def _places(form: str) -> list[int]:
    return [place for place in range(len(form)) if place == 0 or form[place - 1] != "%"]


@settings(deadline=None)
@given(st.data(), st.sampled_from(FORMS))
def test_as_the_patterns_read_them(data: st.DataObject, form: str) -> None:
    column = pa.array(data.draw(st.lists(_written(form) | st.sampled_from(["", "上午"]), max_size=4)), pa.string())
    got = times.wall_times(column, [form])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times, "same_places", lambda *_: None)
        wanted = times.wall_times(column, [form])
    assert got[0].to_pylist() == wanted[0].to_pylist()
    east, other = (one.to_pylist() if one is not None else [None] * len(column) for one in (got[1], wanted[1]))
    assert [one for one, at in zip(east, got[0].to_pylist(), strict=True) if at is not None] == [
        one for one, at in zip(other, got[0].to_pylist(), strict=True) if at is not None
    ]


def test_what_programs_write_is_read_by_places() -> None:
    found = same_places(pa.array(["2024-02-29T23:59:58.1234567+08:00"] * 2), FORMS[0])
    assert found is not None
    assert {code: number.tolist() for code, number in found.items()} == {
        "Y": [2024] * 2, "m": [2] * 2, "d": [29] * 2, "H": [23] * 2, "M": [59] * 2, "S": [58] * 2,
        "f": [123456] * 2, "z": [28_800] * 2,
    }  # fmt: skip
    assert same_places(pa.array(["2024-02-29 23:59", "2024-02-29 3:59"]), "%Y-%m-%d %H:%M") is None
    assert same_places(pa.array(["2024-02-29", None]), "%Y-%m-%d") is None
