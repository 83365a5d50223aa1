"""The compliance pack: whole, checkable with sha256sum, the same bytes again, nobody named where nobody shall be."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.reports.test_leaving import GROUPS, NAMES, SPAMMER, space

from qunjian.model.errors import BadInputError
from qunjian.runs.compliance_pack import compliance_pack
from qunjian.runs.report_scope import Wish
from qunjian.workspace import Workspace

__all__ = ["space"]
pytestmark = pytest.mark.slow
WEEK = Wish(period="2026-W46")


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_pack_adds_up_and_is_checked_by_sha256sum(space: Workspace, tmp_path: Path) -> None:
    review = {
        "verdict": "confirmed",
        "reviewer": NAMES[5],
        "at": "2026-11-16T09:00:00+08:00",
        "note": f"{SPAMMER} 认了",
    }
    first = compliance_pack(space, WEEK, "made now", {"audit.jsonl": b"{}\n"})
    found = rows(opened(first.body)["findings.csv"])
    assert len(found) == first.findings == 6  # by hand: each group, every 30th of the week's messages
    path = space.root / "decisions" / "review.jsonl"
    path.write_text(json.dumps({"finding_id": found[0]["finding"], **review}) + "\n", encoding="utf-8")
    try:
        pack = compliance_pack(space, WEEK, "made later", {"audit.jsonl": b"{}\n"})
        files = opened(pack.body)
        assert [row["standing"] for row in rows(files["findings.csv"])].count("confirmed") == 1
        assert [row["what"] for row in rows(files["decisions.csv"]) if row["kind"] == "review"] == ["confirmed"]
        masked = opened(compliance_pack(space, Wish(period="2026-W46", pseudonyms=True), "", {}).body)
        for name, body in masked.items():
            for told in (*NAMES, *GROUPS.values(), *GROUPS):
                assert told.encode() not in body, (name, told)
    finally:
        path.unlink()
    resting = [row for row in rows(files["clauses.csv"]) if "contact.wechat_id" in row["rules"].split()]
    assert all(row["findings"] == "6" and row["confirmed"] == "1" for row in resting)
    assert any(row["findings"] == "0" for row in rows(files["clauses.csv"]))
    assert sum(int(row["messages"]) for row in rows(files["coverage.csv"])) == pack.messages
    assert json.loads(files["standard.json"])["standard"]["id"] == "general"
    (tmp_path / "pack.zip").write_bytes(pack.body)
    shutil.unpack_archive(tmp_path / "pack.zip", tmp_path / "out")
    if shutil.which("sha256sum"):
        done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, check=False)
        assert done.returncode == 0
        (tmp_path / "out" / "findings.csv").write_bytes(b"changed")
        done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, check=False)
        assert done.returncode == 1
    assert set(files) - {"SHA256SUMS", "MADE.txt"} == {
        line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()
    }


def test_the_same_acts_make_the_same_bytes_whenever_it_is_made(space: Workspace) -> None:
    now = space.clock()
    later = Workspace.open(space.root, clock=lambda: now.replace(month=12))
    one, other = (compliance_pack(each, WEEK, "the same", {}) for each in (space, later))
    assert one.body == other.body
    assert one.seal == other.seal


def test_a_period_that_runs_or_was_never_inspected_is_refused(space: Workspace) -> None:
    with pytest.raises(BadInputError, match="not over yet"):
        compliance_pack(space, Wish(period="2026-W47"), "", {})
    with pytest.raises(BadInputError, match="not-there"):
        compliance_pack(space, Wish(period="2026-W46", standard="not-there"), "", {})
