"""After any sequence of imports and undos the lake equals a fresh import of the surviving files, in any order."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lake.made import DAWN, feed, row, state

from qunjian.lake import compacting
from qunjian.lake.lake import Lake
from qunjian.model.errors import QunjianError
from qunjian.model.schemas import ROSTER

# A small world: five native keys with three contents each, and three fingerprints that may repeat in a file.
_NATIVE = st.builds(
    lambda key, text, extra: row(f"m{key}", text, minute=key, **extra),
    st.integers(0, 4),
    st.sampled_from(["一", "二", "三"]),
    st.sampled_from([{}, {"reply_to": "m0"}]),
)
_PRINTED = st.builds(lambda minute: row("~", "哈哈", minute=minute, account="t:9"), st.integers(0, 2))
_EXPORT = st.tuples(
    st.lists(st.one_of(_NATIVE, _PRINTED), max_size=12),
    st.one_of(st.none(), st.integers(0, 3)),  # the export's own stamp, in days; equal stamps happen
    st.sampled_from(["member", "admin"]),
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.lists(st.integers(0, 3), min_size=1, max_size=2)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("compact"), st.just(0)),
        st.tuples(st.just("tidy"), st.just(0)),
        st.tuples(st.just("killed"), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=8,
)


def _bring(lake: Lake, exports: list, chosen: list[int]) -> str:
    with lake.importing() as act:
        for number in chosen:
            rows, days, role = exports[number]
            stamp = None if days is None else DAWN + dt.timedelta(days=days)
            roster = pa.RecordBatch.from_pylist(
                [{"platform": "t", "community_id": "t:g", "account_id": "t:1", "role": role, "complete": False}],
                schema=ROSTER,
            )
            feed(act, rows, name=f"{number}.json", stamp=stamp, slice_rows=3, states={"roster": roster})
        counts = act.commit()
    assert counts.total.read == counts.total.kept + counts.total.duplicate
    return act.act_id


def _killed(lake: Lake, exports: list, chosen: list[int]) -> None:
    """Import, but die after the tables were written and before the act's own row: nothing of it may be seen."""

    def die(*_: object) -> None:
        raise OSError(5, "died")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qunjian.lake.acting.write_act", die)
        with pytest.raises(QunjianError):
            _bring(lake, exports, chosen)


def _roster(lake: Lake) -> list[dict]:
    session = lake.session()
    found = session.arrow("SELECT * EXCLUDE (act_id) FROM roster ORDER BY ALL").to_pylist()
    session.close()
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(exports=st.lists(_EXPORT, min_size=4, max_size=4), steps=_STEPS, order=st.randoms(use_true_random=False))
def test_any_history_equals_a_fresh_import_of_what_survives(exports: list, steps: list, order) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(compacting, "_MANY", 2)
        patch.setattr(compacting, "_FEW", 2)
        lake = Lake.create(Path(folder) / "lived")
        alive: dict[str, list[int]] = {}
        for step, value in steps:
            if step == "import":
                alive[_bring(lake, exports, value)] = value
            elif step == "undo" and alive:
                gone = sorted(alive)[value % len(alive)]
                lake.undo(gone)
                del alive[gone]
            elif step == "compact":
                lake.compact()
            elif step == "tidy":
                lake.tidy()
            elif step == "killed":
                _killed(lake, exports, [value])
        fresh = Lake.create(Path(folder) / "fresh")
        survivors = list(alive.values())
        order.shuffle(survivors)
        for chosen in survivors:
            shuffled = list(chosen)
            order.shuffle(shuffled)
            _bring(fresh, exports, shuffled)
        assert state(lake) == state(fresh)
        assert _roster(lake) == _roster(fresh)
        assert len({(r["scope"], r["message_id"]) for r in state(lake)}) == len(state(lake))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(exports=st.lists(_EXPORT, min_size=2, max_size=3))
def test_a_naive_reader_agrees(exports: list) -> None:
    """The state is what a reader of 15 lines would keep: per key the newest observed, then richer, then hash."""
    best: dict[str, tuple] = {}
    for rows, days, _ in exports:
        seen: dict[str, int] = {}
        newest = max((r["sent_at"] for r in rows), default=None)
        stamp = newest if days is None else DAWN + dt.timedelta(days=days)
        for made in rows:
            key = made["message_id"]
            if key.startswith("~"):
                seen[key] = seen.get(key, 0) + 1
                key = f"{key}.{seen[key]}"
            rank = (stamp, sum(v is not None for v in made.values()), made["content_hash"])
            best[key] = max(best.get(key, (stamp, -1, b"")), rank)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder) / "lake")
        _bring(lake, exports, list(range(len(exports))))
        assert {r["message_id"]: r["content_hash"] for r in state(lake)} == {k: v[2] for k, v in best.items()}
