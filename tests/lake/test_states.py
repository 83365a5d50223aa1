"""States are merged field by field: what a newer, partial list does not say stays as an older list said it."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lake.made import DAWN, feed, row

from qunjian.lake.lake import Lake
from qunjian.lake.records import DocumentEntry
from qunjian.model.schemas import COMMUNITY, MESSAGE, ROSTER

FULL = {"account_id": "t:1", "name": "林", "role": "admin", "joined_at": DAWN, "complete": True}


def _day(number: int) -> dt.datetime:
    return DAWN + dt.timedelta(days=number)


def _list(lake: Lake, day: int, *people: dict) -> None:
    rows = [{"platform": "t", "community_id": "t:g", "complete": False, **each} for each in people]
    with lake.importing() as act:
        feed(act, [], stamp=_day(day), states={"roster": pa.RecordBatch.from_pylist(rows, schema=ROSTER)})
        document = act.open_document(DocumentEntry("list.csv"))
        act.reading(document).include(read=0, export_stamp=_day(day))
        act.add(document, states={"roster": pa.RecordBatch.from_pylist(rows, schema=ROSTER)})
        act.close_document(document)
        act.commit()


def _roster(lake: Lake) -> list[dict]:
    session = lake.session()
    found = session.arrow(
        "SELECT account_id, name, role, joined_at, left_at, complete, observed_at FROM roster ORDER BY account_id"
    ).to_pylist()
    session.close()
    return found


def test_a_newer_partial_list_hides_nothing_of_the_full_one(lake: Lake) -> None:
    _list(lake, 1, FULL, {**FULL, "account_id": "t:2", "role": "member"})
    _list(lake, 5, {"account_id": "t:1", "role": "owner"})
    one, two = _roster(lake)
    assert (one["name"], one["role"], one["joined_at"]) == ("林", "owner", DAWN)
    assert one["complete"], "it stands in the newest full list"
    assert one["observed_at"] == _day(1)
    assert two["role"] == "member"


def test_who_is_missing_from_a_newer_full_list_is_gone_and_who_is_in_it_has_not_left(lake: Lake) -> None:
    _list(lake, 1, {**FULL, "left_at": _day(1)}, {**FULL, "account_id": "t:2"})
    _list(lake, 5, {"account_id": "t:1", "complete": True})
    (one,) = _roster(lake)
    assert (one["account_id"], one["left_at"], one["name"]) == ("t:1", None, "林")


_PERSON = st.fixed_dictionaries(
    {"account_id": st.sampled_from(["t:1", "t:2"])},
    optional={
        "name": st.sampled_from(["甲", "乙"]),
        "role": st.sampled_from(["owner", "member"]),
        "joined_at": st.sampled_from([_day(-3), _day(-2)]),
    },
)
_LISTS = st.lists(st.tuples(st.integers(0, 3), st.lists(_PERSON, min_size=1, max_size=3)), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lists=_LISTS, order=st.randoms(use_true_random=False))
def test_each_field_is_the_newest_that_was_said_whatever_the_order(lists: list, order) -> None:  # type: ignore[no-untyped-def]
    best: dict[tuple[str, str], tuple] = {}
    for day, people in lists:
        for person in people:
            for field in ("name", "role", "joined_at"):
                if person.get(field) is not None:
                    key = person["account_id"], field
                    best[key] = max(best.get(key, (-1,)), (day, person[field]))
    shuffled = list(lists)
    order.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder) / "lake")
        for day, people in shuffled:
            _list(lake, day, *people)
        for found in _roster(lake):
            for field in ("name", "role", "joined_at"):
                assert found[field] == best.get((found["account_id"], field), (0, None))[1]


def test_states_of_a_bundle_are_dated_each_by_its_own_document(lake: Lake) -> None:
    rows = [{"platform": "t", "community_id": "t:g", "name": name} for name in ("新名", "旧名")]
    with lake.importing() as act:
        for name, day in (("new.json", 9), ("old.json", 2)):
            document = act.open_document(DocumentEntry(name))
            act.add(document, pa.RecordBatch.from_pylist([row(f"m{day}", minute=day * 1440)], schema=MESSAGE))
            act.reading(document).include(read=1)
        act.add_states("community", pa.RecordBatch.from_pylist(rows, schema=COMMUNITY), [(0, 1), (1, 1)])
        for document in (0, 1):
            act.close_document(document)
        act.commit()
    session = lake.session()
    found = session.arrow("SELECT name, observed_at FROM community").to_pylist()
    session.close()
    assert found == [{"name": "新名", "observed_at": _day(9)}]
