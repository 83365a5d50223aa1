"""Acts: one writer, all or nothing, counts that add up, and a refusal that says who holds the lock."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.lake.made import DAWN, bring, feed, messages, row, state

from qunjian.lake.lake import Lake
from qunjian.lake.records import DocumentEntry
from qunjian.lake.tables import files
from qunjian.model.errors import BadInputError, ConservationError, LockedError, UnknownNameError, WorkspaceError
from qunjian.model.schemas import FINDING

ROWS = [row(str(n), minute=n) for n in range(5)]


def test_a_second_import_of_the_same_file_keeps_nothing(lake: Lake) -> None:
    first, second = bring(lake, ROWS), bring(lake, ROWS)
    assert (first.total.kept, first.total.duplicate) == (5, 0)
    assert (second.total.kept, second.total.duplicate) == (0, 5)
    assert second.communities["t:g"].duplicate == 5
    assert len(state(lake)) == 5


def test_the_newest_observed_content_wins_whatever_the_order(lake: Lake) -> None:
    bring(lake, [row("1", "新")], stamp=DAWN.replace(day=9))
    late = bring(lake, [row("1", "旧")], stamp=DAWN.replace(day=3))
    assert (late.total.kept, late.total.edited) == (1, 1)
    assert [r["text"] for r in state(lake)] == ["新"]
    lake.undo(lake.acts("import")[0].act_id)
    assert [r["text"] for r in state(lake)] == ["旧"]


@pytest.mark.parametrize("tick", [0, -3600], ids=["still", "set_back"])
def test_acts_stay_in_the_order_they_were_written_whatever_the_clock_says(tmp_path: Path, tick: int) -> None:
    hours = itertools.count(step=tick)
    lake = Lake.create(tmp_path / "lake", clock=lambda: DAWN + dt.timedelta(seconds=next(hours)))
    written = [bring(lake, [row(str(n), minute=n)]).act_id for n in range(12)]
    assert [act.act_id for act in lake.acts("import")] == written


def test_undo_keeps_what_another_import_claims(lake: Lake) -> None:
    bring(lake, ROWS)
    bring(lake, ROWS[2:])
    first, second = (act.act_id for act in lake.acts("import"))
    undone = lake.undo(first)
    assert (undone.removed, undone.copied) == (2, 3)
    assert [r["message_id"] for r in state(lake)] == ["2", "3", "4"]
    lake.undo(second)
    assert state(lake) == []


def test_undo_of_what_is_not_there(lake: Lake) -> None:
    bring(lake, ROWS)
    done = lake.acts("import")[0].act_id
    with pytest.raises(UnknownNameError):
        lake.undo(done[:-1] + "x")
    lake.undo(done)
    with pytest.raises(BadInputError, match="already undone"):
        lake.undo(done)


def test_an_import_without_commit_never_was(lake: Lake) -> None:
    with lake.importing() as act:
        feed(act, ROWS)
    assert lake.acts() == []
    assert state(lake) == []
    assert not (lake.root / "staging").exists()


def _fails_half_way(lake: Lake) -> None:
    with lake.importing() as act:
        feed(act, ROWS)
        act.add_together("message", messages(ROWS), [(0, 1)])


def test_an_import_that_raises_never_was(lake: Lake) -> None:
    with pytest.raises(ValueError, match="the runs"):
        _fails_half_way(lake)
    assert state(lake) == []
    bring(lake, ROWS)
    assert len(state(lake)) == 5


def test_records_that_go_missing_stop_the_import(lake: Lake) -> None:
    with lake.importing() as act:
        document = act.open_document(DocumentEntry("lossy.json"))
        act.add(document, messages(ROWS))
        act.reading(document).include(read=6)  # the reader saw six; five came
        act.close_document(document)
        with pytest.raises(ConservationError, match=r"lossy.json.*read 6, kept 5"):
            act.commit()
    assert state(lake) == []


def test_a_document_left_open_stops_the_import(lake: Lake) -> None:
    with lake.importing() as act:
        document = act.open_document(DocumentEntry("cut.json"))
        act.add(document, messages(ROWS))
        act.reading(document).include(read=5)
        with pytest.raises(ConservationError):
            act.commit()


def test_a_second_writer_in_this_process_is_refused(lake: Lake) -> None:
    with lake.importing(), pytest.raises(LockedError, match="is writing to this workspace"):
        bring(lake, ROWS)
    bring(lake, ROWS)


def test_another_process_is_refused_until_the_holder_is_killed(lake: Lake) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom qunjian.lake.lake import Lake\n"
        "with Lake.open(Path(sys.argv[1])).importing():\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(lake.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"pid {holder.pid}"):
            bring(lake, ROWS)
    finally:
        holder.kill()
        holder.wait()
    until = time.monotonic() + 5
    while True:
        try:
            bring(lake, ROWS)
            break
        except LockedError:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert len(state(lake)) == 5


def test_rows_of_an_act_whose_row_is_missing_are_not_seen_and_compaction_sweeps_them(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(lake, ROWS[:2])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("qunjian.lake.acting.write_act", killed)
        with pytest.raises(KeyboardInterrupt):
            bring(lake, ROWS)
    assert len(state(lake)) == 2
    lake.compact()
    session = lake.session()
    on_disk = session.connection.execute(f"SELECT count(*) FROM read_parquet('{lake.root}/message/*.parquet')")
    assert on_disk.fetchone()[0] >= 2  # old files stay for readers that still hold them
    session.close()
    assert lake.file_count("message") == 1
    assert len(state(lake)) == 2
    assert bring(lake, ROWS).total.kept == 3


def test_a_reader_sees_the_instant_it_opened(lake: Lake) -> None:
    bring(lake, ROWS[:2])
    before = lake.session()
    bring(lake, ROWS)
    assert before.arrow("SELECT count(*) AS n FROM message").to_pylist() == [{"n": 2}]
    assert before.arrow("SELECT count(*) AS n FROM document").to_pylist() == [{"n": 1}]
    before.close()


def test_findings_are_appended_as_an_act(lake: Lake) -> None:
    found = pa.RecordBatch.from_pylist([{"finding_id": "f1", "rule": "contact.wechat_id"}], schema=FINDING)
    act = lake.append("inspect", {"standard": "s"}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [found])})
    session = lake.session()
    assert session.arrow("SELECT finding_id, act_id FROM finding").to_pylist() == [
        {"finding_id": "f1", "act_id": act.act_id}
    ]
    session.close()
    assert lake.acts("inspect")[0].counts["rows"] == {"finding": 1}


def test_findings_of_undone_or_edited_messages_are_not_shown(lake: Lake) -> None:
    kept, edited, undone = (row(str(n), minute=n) for n in range(3))
    bring(lake, [kept, edited], stamp=DAWN)
    bring(lake, [undone])
    findings = [
        {"finding_id": one["message_id"], **{k: one[k] for k in ("scope", "message_id", "content_hash")}}
        for one in (kept, edited, undone)
    ]
    batch = pa.RecordBatch.from_pylist(findings, schema=FINDING)
    lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [batch])})
    bring(lake, [row("1", "改过", minute=1)], stamp=DAWN.replace(day=9))
    lake.undo(lake.acts("import")[1].act_id)
    session = lake.session()
    assert session.arrow("SELECT finding_id FROM finding").to_pylist() == [{"finding_id": "0"}]
    session.close()


def test_repeats_within_an_import_are_named(lake: Lake) -> None:
    counts = bring(lake, [*ROWS, ROWS[0], row("1", "另一个内容", minute=1)])
    assert (counts.total.kept, counts.total.duplicate, counts.total.edited) == (6, 1, 1)
    assert counts.warnings == ["2 条记录的消息在本次导入中已出现过 / 2 records repeat a message of this import"]


def test_many_acts_stay_few_files(lake: Lake) -> None:
    for n in range(45):
        lake.append("fill", {"n": n}, {})
    assert len(lake.acts()) == 45
    assert lake.file_count("act") < 18


def test_a_lake_of_a_newer_format_is_refused(lake: Lake) -> None:
    (lake.root / "format.json").write_text('{"format": 99}')
    with pytest.raises(WorkspaceError, match="newer"):
        Lake.open(lake.root)
    with pytest.raises(WorkspaceError):
        Lake.open(Path("nowhere"))


def test_capabilities_are_the_best_answer_of_all_documents(lake: Lake) -> None:
    bring(lake, ROWS)
    assert lake.capabilities("t:g").knows("replies") == "yes"
    assert lake.capabilities("t:g").knows("reads") == "no"
    assert lake.capabilities("elsewhere").knows("replies") == "no"


def test_a_lake_in_many_small_files_is_tidied_and_shows_the_same(lake: Lake) -> None:
    for number in range(18):
        bring(lake, [row(f"m{number}")])
    before = state(lake)
    assert lake.tidy()
    assert lake.file_count("message") == lake.file_count("claim") == 1
    assert state(lake) == before
    assert not lake.tidy()


def test_small_imports_leave_few_files_and_large_ones_are_seldom_rewritten(lake: Lake) -> None:
    """After each of 40 imports at most five small files stay, and the first, larger one is rewritten once or never."""
    bring(lake, [row(f"first{n}") for n in range(300)])
    largest = set(files(lake.root, "message"))
    most = kept = 0
    for number in range(40):
        bring(lake, [row(f"m{number}")])
        lake.tidy()
        most = max(most, *(lake.file_count(table) for table in ("message", "claim", "document")))
        kept += largest <= set(files(lake.root, "message"))
    assert most <= 5
    assert kept == 40
    assert len(state(lake)) == 340
    session = lake.session()
    shown = session.connection.execute("SELECT sql FROM duckdb_views() WHERE view_name = 'payload_message'").fetchall()
    session.close()
    assert "act_id IN" not in shown[0][0]  # no file holds anything else


def test_what_was_undone_goes_with_the_next_tidying(lake: Lake) -> None:
    gone = bring(lake, [row("gone")]).act_id
    for number in range(3):
        bring(lake, [row(f"m{number}")])
    lake.compact()
    lake.undo(gone)
    assert len(state(lake)) == 3  # a file of the compaction holds it still
    for number in range(3, 9):
        bring(lake, [row(f"m{number}")])
    assert lake.tidy()
    held = {one for path in files(lake.root, "message") for one in pq.read_table(path)["message_id"].to_pylist()}
    assert held == {f"m{number}" for number in range(9)} == {one["message_id"] for one in state(lake)}


def test_a_lake_that_another_process_writes_to_is_tidied_another_time(lake: Lake) -> None:
    for number in range(18):
        bring(lake, [row(f"m{number}")])
    with lake.importing():
        assert not lake.tidy()
    assert lake.file_count("message") == 18
