"""Real imports killed with SIGKILL at random moments: nothing lost, doubled or half visible."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "kill_trials.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_killed_imports_leave_nothing_half_done() -> None:
    ran = subprocess.run([sys.executable, str(SCRIPT), "10"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert told["trials"] == 10
    assert told["killed"] >= 5
    assert (told["lost"], told["doubled"], told["half_visible"]) == (0, 0, 0)
