"""Undo and erasure hold for media: no place, code or text read from a picture of the account is left on disk."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.media.made import code_picture, encoded, photo, put, telegram

from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.workspace import Workspace

CODE = "https://u.wechat.com/CANARYcode42"
NAMED = "联系 金丝雀七七 取货"
CANARIES = ("CANARYcode42", "canaryphoto", "金丝雀七七", "user90210777")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def filled(workspace: Workspace, folder: Path) -> str:
    put(folder, "photos/canaryphoto.png", encoded(code_picture(CODE)))
    put(folder, "photos/other.png", encoded(code_picture(NAMED)))
    put(folder, "photos/plain.jpg", encoded(photo(), "JPEG"))
    telegram(folder, [
        {"photo": "photos/canaryphoto.png", "from": "金丝雀七七", "from_id": "user90210777"},
        {"photo": "photos/other.png"},
        {"photo": "photos/plain.jpg"},
    ])  # fmt: skip
    return import_files(workspace, Wish((folder,))).act_id


def hits(root: Path) -> list[str]:
    """Return where a canary stands: in raw bytes of any file, or in any decoded Parquet value."""
    found = []
    for path in (each for each in root.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        found += [f"{path}: bytes {one}" for one in CANARIES if one.encode() in raw]
        if path.suffix == ".parquet":
            text = str(pq.read_table(path, partitioning=None).to_pylist())
            found += [f"{path}: value {one}" for one in CANARIES if one in text]
    return found


def test_erasure_takes_the_places_and_what_was_read(workspace: Workspace, tmp_path: Path) -> None:
    filled(workspace, tmp_path / "a")
    before = inspect(workspace)
    assert "contact.qr_personal" in before.findings["rule"]
    assert hits(workspace.root)
    workspace.lake.erase("telegram:user90210777")
    assert hits(workspace.root) == []
    after = inspect(workspace)
    assert "contact.qr_personal" not in after.findings["rule"]
    (media,) = after.media.values()
    assert (media.pictures, media.read, media.unread) == (3, 2, {"erased": 1})
    assert hits(workspace.root) == []


def test_an_import_of_the_erased_brings_nothing_back(workspace: Workspace, tmp_path: Path) -> None:
    filled(workspace, tmp_path / "a")
    inspect(workspace)
    workspace.lake.erase("telegram:user90210777")
    filled(workspace, tmp_path / "b")
    inspect(workspace)
    assert not [hit for hit in hits(workspace.root) if "金丝雀七七" not in hit]


def test_undo_and_compaction_leave_nothing_of_what_was_read(workspace: Workspace, tmp_path: Path) -> None:
    done = filled(workspace, tmp_path / "a")
    inspect(workspace)
    workspace.lake.undo(done)
    session = workspace.lake.session()
    try:
        for table in ("media", "media_reading"):
            assert session.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    finally:
        session.close()
    workspace.lake.compact()
    live = [path for table in ("media", "media_reading") for path in _live(workspace, table)]
    assert [row for path in live for row in pq.read_table(path, partitioning=None).to_pylist()] == []


def _live(workspace: Workspace, table: str) -> list[str]:
    from qunjian.lake.tables import files

    return files(workspace.lake.root, table)


def test_undo_keeps_what_another_import_brought_too(workspace: Workspace, tmp_path: Path) -> None:
    first = filled(workspace, tmp_path / "a")
    filled(workspace, tmp_path / "b")
    inspect(workspace)
    workspace.lake.undo(first)
    workspace.lake.compact()
    assert "contact.qr_personal" in inspect(workspace).findings["rule"]
