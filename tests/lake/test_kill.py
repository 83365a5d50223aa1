"""Real acts killed with SIGKILL at random moments: nothing lost, doubled or half visible."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "kill_trials.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="forks processes and kills them: Linux only")
def test_killed_acts_leave_nothing_half_done() -> None:
    ran = subprocess.run([sys.executable, str(SCRIPT), "12"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert {kind: counts["trials"] for kind, counts in told["kinds"].items()} == dict.fromkeys(
        ("import", "undo", "compact", "erase"), 3
    )
    assert sum(counts["killed"] for counts in told["kinds"].values()) >= 4
    assert told["wrong"] == 0
