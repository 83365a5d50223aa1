"""Two processes at once: each act as if it were alone, and the one that waits says for whom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.lake.made import bring, row

from qunjian.lake.lake import Lake
from qunjian.lake.lock import Patience
from qunjian.model.errors import OutdatedError
from qunjian.model.language import Phrase
from qunjian.model.schemas import FINDING
from qunjian.workspace import Workspace

QUNJIAN = [sys.executable, "-m", "qunjian"]
# Holds the lock until a line comes on its standard input; then imports one message of community t:g.
HOLDER = """
import sys
from pathlib import Path
from tests.lake.made import feed, row
from qunjian.lake.lake import Lake
with Lake.open(Path(sys.argv[1])).importing() as act:
    print('held', flush=True)
    sys.stdin.readline()
    feed(act, [row('held-1', '加我微信 abc12345')])
    act.commit()
"""


def _export(path: Path, first: int, after: int) -> Path:
    messages = [
        {"id": n, "type": "message", "date": "2026-11-01T10:00:00", "date_unixtime": str(1_793_000_000 + n),
         "from": "甲", "from_id": f"user{n % 7}", "text": f"第 {n} 条", "text_entities": []}
        for n in range(first, after)
    ]  # fmt: skip
    chat = {"name": "群", "type": "private_supergroup", "id": 4242, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")
    return path


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [*QUNJIAN, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | {"QUNJIAN_LANG": "en"})


@contextmanager
def _holding(root: Path) -> Iterator[subprocess.Popen[str]]:
    settings = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", HOLDER, str(root / "lake")]
    pipe = subprocess.PIPE
    holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=settings)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()


def _ids(root: Path) -> list[str]:
    session = Lake.open(root / "lake").session()
    found = session.connection.execute("SELECT message_id FROM message ORDER BY message_id").fetchall()
    session.close()
    return [one for (one,) in found]


def test_a_waiting_import_says_for_whom_and_goes_on_by_itself(tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "w").root
    with _holding(root) as holder:
        waiting = _start("import", "-w", root, _export(tmp_path / "a.json", 0, 5))
        assert waiting.stderr is not None
        said = waiting.stderr.readline()
        assert f"pid {holder.pid}" in said
        assert "import" in said
        assert "goes on by itself" in said
        holder.communicate("\n")
        assert holder.returncode == 0
        out, rest = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, out + rest
    assert _ids(root) == ["0", "1", "2", "3", "4", "held-1"]


def test_an_inspection_that_waited_inspects_what_came_meanwhile(tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "w").root
    bring(Lake.open(root / "lake"), [row("1", "你好")])
    with _holding(root) as holder:
        waiting = _start("inspect", "-w", root, "--json")
        assert waiting.stderr is not None
        assert f"pid {holder.pid}" in waiting.stderr.readline()
        holder.communicate("\n")
        out, rest = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, out + rest
    assert json.loads(out)["messages"] == 2


def test_the_lock_of_a_killed_process_is_taken_over_by_the_one_that_waits(tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "w").root
    told: list[Phrase] = []
    with _holding(root) as holder:
        began = time.monotonic()

        def tell(said: Phrase) -> None:
            told.append(said)
            holder.kill()

        lake = Lake.open(root / "lake", patience=Patience(60, tell))
        bring(lake, [row("1")])
        assert time.monotonic() - began < 30
        assert f"进程 {holder.pid}" in told[0].zh
    assert _ids(root) == ["1"]


def test_findings_of_a_state_that_is_gone_are_refused(lake: Lake) -> None:
    bring(lake, [row("1")])
    seen = lake.visible()
    import pyarrow as pa

    lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [])}, seen=seen)
    lake.undo(lake.acts("import")[0].act_id)
    with pytest.raises(OutdatedError):
        lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [])}, seen=seen)


@pytest.mark.slow
@pytest.mark.parametrize("others", [("import",), ("undo",), ("inspect",), ("compact",), ("import", "undo", "compact")])
def test_acts_at_once_end_as_one_after_the_other(tmp_path: Path, others: tuple[str, ...]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    root = workspace.root
    first = _start("import", "-w", root, "--json", _export(tmp_path / "a.json", 0, 40))
    done, _ = first.communicate(timeout=120)
    compact = (
        "import sys; from pathlib import Path; from qunjian.lake.lake import Lake; "
        "from qunjian.lake.lock import Patience; Lake.open(Path(sys.argv[1]), patience=Patience(90)).compact()"
    )
    started = [_start("import", "-w", root, _export(tmp_path / "b.json", 20, 80))]
    for each in others:
        if each == "import":
            started.append(_start("import", "-w", root, _export(tmp_path / "c.json", 60, 90)))
        elif each == "undo":
            started.append(_start("undo", "-w", root, json.loads(done)["import_id"]))
        elif each == "inspect":
            started.append(_start("inspect", "-w", root))
        else:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-c", compact, str(root / "lake")],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                )
            )  # fmt: skip
    for process in started:
        out, said = process.communicate(timeout=240)
        assert process.returncode == 0, out + said
    wanted = range(20 if "undo" in others else 0, 90 if "import" in others else 80)
    assert sorted(map(int, _ids(root))) == list(wanted)
