"""Drafts of many documents built together give the rows and counts of each built by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.sources.columns import membership_batch, message_batch
from qunjian.sources.drafts import community_draft, membership_draft, message_draft
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Parsed

WORDS = st.text("ab群\0\ud800\x07\u200b", max_size=4)
NUMBERS = st.integers(0, 2**40)


@st.composite
def message_columns(draw: st.DrawFn, rows: int) -> dict[str, Any]:
    """Columns as readers make them: scalars, lists, arrays of Arrow or numpy, some absent."""

    def each(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    times = each(NUMBERS)
    columns: dict[str, Any] = {
        "scope": draw(st.sampled_from(["a", "b"])), "platform": "test", "community_id": draw(WORDS), "channel_id": "",
        "sent_at": draw(st.sampled_from([times, pa.array(times, pa.int64()), np.array(times, np.int64)])),
        "kind": draw(st.sampled_from(["text", ["image"] * rows])), "text": each(WORDS),
        "message_id": draw(st.sampled_from([None, [str(n) for n in range(rows)], pa.array(["7"] * rows)])),
        "account_id": each(st.none() | st.just("test:1")), "zone": draw(st.none() | st.just("Asia/Shanghai")),
        "attachments": draw(st.sampled_from([None, [[{"kind": "image", "name": "x", "file": "a/x"}], *[None] * rows]])),
    }  # fmt: skip
    if columns["attachments"] is not None:
        columns["attachments"] = columns["attachments"][:rows]
    for name in draw(st.sets(st.sampled_from(["zone", "account_id", "attachments", "message_id"]))):
        del columns[name]
    return columns


@settings(deadline=None)
@given(st.data())
def test_together_as_each_alone(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    drawn = [(data.draw(message_columns(rows)), rows) for rows in counts]
    for draft, batch, fact in (
        (message_draft, message_batch, "messages"),
        (membership_draft, membership_batch, "membership"),
    ):
        outcome = joined((n, Parsed(**{fact: draft(*each)})) for n, each in enumerate(drawn))  # type: ignore[arg-type]
        alone = [batch(columns, rows) for columns, rows in drawn]
        rows = [row for made, _ in alone for row in made.to_pylist()]
        whole = getattr(outcome, fact)
        assert ([] if whole is None else whole.to_pylist()) == rows
        assert [part.cleaned for part in outcome.parts] == [
            found if columns_rows[1] else {} for (_, found), columns_rows in zip(alone, drawn, strict=True)
        ]
        assert [getattr(part, fact) for part in outcome.parts] == counts


def test_states_together() -> None:
    one = Parsed(states={"community": community_draft("test", {"test:1": "甲\0"}, None)})
    two = Parsed(states={"community": community_draft("test", {"test:2": "乙", "test:3": ""}, "UTC")})
    outcome = joined([(0, one), (1, two)])
    rows = [(row["community_id"], row["name"], row["zone"]) for row in outcome.states["community"].to_pylist()]
    assert rows == [("test:1", "甲", None), ("test:2", "乙", "UTC"), ("test:3", "", "UTC")]
    assert [part.states for part in outcome.parts] == [{"community": 1}, {"community": 2}]
