"""Every record read is accounted for and no source's message is lost; what breaks this stops the import."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lake.made import bring, messages, row, state

from qunjian.lake.lake import Lake
from qunjian.lake.order import OrderWatch
from qunjian.lake.records import DocumentEntry
from qunjian.model.errors import ConservationError
from qunjian.model.records import Reject

ROWS = [row(f"m{n}", f"话{n}", minute=n) for n in range(6)]
_ROW = st.builds(lambda key, text, who: row(f"m{key}", text, minute=key, account=who),
                 st.integers(0, 6), st.sampled_from(["一", "二"]), st.sampled_from(["t:1", "t:2"]))  # fmt: skip
_PRINTED = st.builds(lambda minute: row("~", "哈哈", minute=minute, account="t:9"), st.integers(0, 2))
_FILE = st.tuples(st.lists(st.one_of(_ROW, _PRINTED), max_size=12), st.integers(0, 4))


def _bring(lake: Lake, files: list, *, lie: int = 0) -> list:
    with lake.importing() as act:
        for rows, refused in files:
            document = act.open_document(DocumentEntry("x.json"))
            act.add(document, messages(rows))
            rejects = [Reject("bad_time", n + 1, "坏的一行") for n in range(refused)]
            act.reading(document).include(read=len(rows) + refused + lie, rejects=rejects)
            act.close_document(document)
        return act.commit().documents


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(imports=st.lists(st.lists(_FILE, min_size=1, max_size=3), min_size=1, max_size=3), erased=st.booleans())
def test_whatever_is_imported_adds_up_and_the_merge_is_no_smaller_than_its_largest_source(
    imports: list, erased: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder) / "lake")
        if erased:
            bring(lake, [row("gone", account="t:1")])
            lake.erase("t:1")
        largest = 0
        for files in imports:
            lines = _bring(lake, files)
            for line, (rows, refused) in zip(lines, files, strict=True):
                mine = [one for one in rows if not (erased and one["account_id"] == "t:1")]
                counts = line.counts
                assert counts.read == len(rows) + refused
                assert counts.kept + counts.duplicate + sum(counts.rejected.values()) == counts.read
                assert counts.rejected.get("erased", 0) == len(rows) - len(mine)
                assert counts.rejected.get("bad_time", 0) == refused
                assert 0 <= counts.edited <= counts.kept
                native = {one["message_id"] for one in mine if one["message_id"][0] != "~"}
                printed = sum(one["message_id"][0] == "~" for one in mine)  # equal ones in a file stay apart
                largest = max(largest, len(native) + printed)
        held = [one for one in state(lake) if one["account_id"] in ("t:1", "t:2", "t:9")]
        assert len(held) >= largest


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(_FILE, min_size=1, max_size=3), lie=st.integers(-3, 3).filter(bool))
def test_any_miscount_of_a_reader_stops_the_import(files: list, lie: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder) / "lake")
        bring(lake, ROWS)
        before = state(lake)
        with pytest.raises(ConservationError):
            _bring(lake, files, lie=lie)
        assert state(lake) == before
        assert len(lake.acts("import")) == 1


@pytest.mark.parametrize("table", ["message", "claim"])
def test_rows_that_vanish_on_the_way_to_the_disk_stop_the_import(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """A staged file that lost a row between writing and commit: as a full disk or another program may do it."""
    bring(lake, ROWS[:2])
    from qunjian.lake import importing

    def losing(session, act, intake):  # type: ignore[no-untyped-def]
        settled = settle(session, act, intake)
        for path in act.staged.get(table, []):
            kept = pq.ParquetFile(path).read()
            if intake.fact == "message" and kept.num_rows:
                pq.write_table(kept.slice(1), path)
        return settled

    settle = importing.settle
    monkeypatch.setattr(importing, "settle", losing)
    with pytest.raises(ConservationError) as stopped:
        bring(lake, ROWS)
    assert "workspace is unchanged" in str(stopped.value)
    assert "工作区未变" in stopped.value.sentence("zh")
    assert len(state(lake)) == 2


def test_excerpts_keep_their_shape_and_lose_their_words(lake: Lake) -> None:
    with lake.importing() as act:
        document = act.open_document(DocumentEntry("x.json", digest="d", confidence=90, doubts=("也像 / also",)))
        rejects = [Reject("bad_time", 7, "2021-13-45 25:61 王小梅(12345678): 明天见")]
        act.reading(document).include(read=1, rejects=rejects, cleaned={"nul": 2}, unknown_kinds={"poll": 1})
        act.close_document(document)
        counts = act.commit()
    assert counts.documents[0].rejects == [("bad_time", 7, "2021-13-45 25:61 王**(12****78): 明**")]
    _, stored = lake.import_report(act.act_id)
    assert stored == counts


def test_an_undone_import_still_tells_and_an_unknown_one_names_the_nearest(lake: Lake) -> None:
    made = bring(lake, ROWS)
    lake.undo(made.act_id)
    _, stored = lake.import_report(made.act_id)
    assert stored == made
    with pytest.raises(Exception, match=made.act_id):
        lake.import_report(made.act_id[:-1])


_TIMES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b"]), st.integers(1, 2000)), max_size=80)


@settings(max_examples=60, deadline=None)
@given(rows=_TIMES, cut=st.integers(1, 7))
def test_the_order_is_watched_alike_however_the_rows_are_cut(rows: list, cut: int) -> None:
    rows = sorted(rows, key=lambda one: one[0])  # documents come one after the other
    made = [(n, row(str(i), minute=m, channel_id=c)) for i, (n, c, m) in enumerate(rows)]
    watch = OrderWatch()
    for start in range(0, len(made), cut):
        part = made[start : start + cut]
        watch.note(messages(r for _, r in part), pa.array([n for n, _ in part], pa.int32()).to_numpy())
    for document in {n for n, _, _ in rows}:
        own = [(c, m) for n, c, m in rows if n == document]
        ups = [(i + 2, y[1] - x[1]) for i, (x, y) in enumerate(itertools.pairwise(own)) if x[0] == y[0]]
        for found, sign in ((watch.orders[document].forward, 1), (watch.orders[document].back, -1)):
            clear = [(at, sign * step * 60) for at, step in ups if sign * step > 1]
            assert (found.steps, found.first) == (len(clear), clear[0][0] if clear else 0)
            assert found.largest == max((step for _, step in clear), default=0)
            stretches: list[list[int]] = []
            for at, _ in clear:
                if stretches and at - stretches[-1][-1] <= 16:
                    stretches[-1].append(at)
                else:
                    stretches.append([at])
            assert (found.stretches, found.covered) == (len(stretches), sum(one[-1] - one[0] + 1 for one in stretches))
            assert found.last == (clear[-1][0] if clear else 0)
        assert (watch.orders[document].unit, watch.orders[document].unnamed) == (60 if len(own) >= 3 else 0, 0)
