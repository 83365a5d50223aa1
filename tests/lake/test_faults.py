"""A disk that is full or faulty at any call: the old state whole, one sentence, and the next run goes well."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake.exceptions import DeltaError
from tests.lake.made import bring, row, state

from qunjian.lake.lake import Lake
from qunjian.model.errors import StorageError
from qunjian.model.mishaps import storage_error

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fault_trials.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="lets calls of the C library fail: Linux only")
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (Debian: apt-get install gcc libc6-dev)")
def test_failing_calls_change_nothing_and_are_told_in_one_sentence() -> None:
    command = [sys.executable, str(SCRIPT), "--sample", "4", "--errors", "ENOSPC,EIO", "--seed", "5"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    trials = json.loads(ran.stdout)["trials"]
    kinds = ("import", "undo", "compact", "erase")
    assert set(trials) == {f"{kind} {error}" for kind in kinds for error in ("ENOSPC", "EIO")}
    assert all(counts["calls"] > 50 for counts in trials.values())
    assert sum(counts["exit_2"] for counts in trials.values()) >= 16


def test_a_full_disk_is_told_with_the_state_of_the_workspace(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(lake, [row("1")])

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("qunjian.lake.acting.commit", full)
        with pytest.raises(StorageError, match="the disk is full; nothing was written and the workspace is as it was"):
            bring(lake, [row("2")])
    assert [r["message_id"] for r in state(lake)] == ["1"]
    assert bring(lake, [row("2")]).total.kept == 1


def test_an_error_after_the_act_became_visible_is_no_error(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    from qunjian.lake.visibility import write_act

    def late(*arguments: object) -> None:
        write_act(*arguments)  # type: ignore[arg-type]
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("qunjian.lake.acting.write_act", late)
    assert bring(lake, [row("1")]).total.kept == 1
    assert len(state(lake)) == 1


def test_errors_of_programs_are_not_called_errors_of_the_disk() -> None:
    assert storage_error(ValueError("No space left on device")) is None
    assert storage_error(KeyError("os error 28")) is None
    delta = storage_error(DeltaError("Kernel error: Unable to open file: Input/output error (os error 5)"))
    assert delta is not None
    assert delta.sentence("zh") == "磁盘读写出错。检查磁盘后重试"
    assert storage_error(DeltaError("Invalid table version")) is None
    told = storage_error(OSError("Generic LocalFileSystem error: Unable to rename file (os error 28)"))
    assert told is not None
    assert told.sentence("en") == "the disk is full. free some space and try again"
