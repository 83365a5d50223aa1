"""Where media files lie is remembered at import: beside the messages or in their archive, and never outside."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.media.made import code_picture, encoded, photo, put, telegram

from qunjian.runs.importing import Wish, import_files
from qunjian.sources.media import data_of
from qunjian.workspace import Workspace

PICTURE = encoded(photo(), "JPEG")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    session = workspace.lake.session()
    try:
        table = session.connection.execute(
            "SELECT message_id, number, kind, name, root, path, size, digest, absent FROM media ORDER BY 1, 2"
        ).to_arrow_table()
        return table.to_pylist()
    finally:
        session.close()


def test_a_folder_of_telegram(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "ChatExport"
    put(folder, "photos/photo_1@16-11-2026.jpg", PICTURE)
    put(folder, "files/价目表 (1).pdf", b"%PDF-1.4")
    outside = put(tmp_path, "secret.jpg", PICTURE)
    (folder / "photos" / "link.jpg").symlink_to(tmp_path / outside)
    telegram(folder, [
        {"text": "海报", "photo": "photos/photo_1@16-11-2026.jpg"},
        {"file": "files/价目表 (1).pdf", "file_name": "价目表.pdf", "mime_type": "application/pdf"},
        {"photo": "photos/gone.jpg"},
        {"photo": "../secret.jpg"},
        {"photo": "photos/link.jpg"},
        {"photo": "(File not included. Change data exporting settings to download.)"},
        {"text": "没有附件"},
    ])  # fmt: skip
    import_files(workspace, Wish((folder,)))
    found = rows(workspace)
    assert [(row["message_id"], row["name"], row["path"], row["absent"]) for row in found] == [
        ("1", "photo_1@16-11-2026.jpg", "photos/photo_1@16-11-2026.jpg", None),
        ("2", "价目表.pdf", "files/价目表 (1).pdf", None),
        ("3", "gone.jpg", "photos/gone.jpg", "absent"),
        ("4", "secret.jpg", "secret.jpg", "elsewhere"),
        ("5", "link.jpg", "photos/link.jpg", "absent"),
    ]
    assert found[0]["digest"] == hashlib.sha256(PICTURE).digest()
    assert found[0]["size"] == len(PICTURE)
    assert data_of(found[0]["root"], found[0]["path"]) == PICTURE
    (folder / "photos" / "photo_1@16-11-2026.jpg").unlink()
    assert data_of(found[0]["root"], found[0]["path"]) is None


def test_a_zip_of_whatsapp(workspace: Workspace, tmp_path: Path) -> None:
    chat = "12/1/25, 09:00 - 甲: 大家好\n12/1/25, 09:01 - 乙: IMG-20251201-WA0001.jpg (file attached)\n看这个\n"
    with zipfile.ZipFile(tmp_path / "WhatsApp Chat.zip", "w") as archive:
        archive.writestr("WhatsApp Chat with 书友.txt", chat)
        archive.writestr("IMG-20251201-WA0001.jpg", PICTURE)
    import_files(workspace, Wish((tmp_path / "WhatsApp Chat.zip",)))
    (found,) = rows(workspace)
    assert found["absent"] is None
    assert found["digest"] == hashlib.sha256(PICTURE).digest()
    assert data_of(found["root"], found["path"]) == PICTURE


def test_the_same_export_with_and_without_its_files_is_one_set_of_messages(
    workspace: Workspace, tmp_path: Path
) -> None:
    """No hash and no id depends on where the files lie."""
    said = [{"text": "码", "photo": "photos/a.png"}]
    telegram(tmp_path / "bare", said)
    telegram(tmp_path / "whole", said)
    put(tmp_path / "whole", "photos/a.png", encoded(code_picture("https://weixin.qq.com/g/x")))
    first = import_files(workspace, Wish((tmp_path / "bare",)))
    second = import_files(workspace, Wish((tmp_path / "whole",)))
    assert (first.total.kept, second.total.kept, second.total.edited) == (1, 0, 0)
    assert [row["absent"] for row in rows(workspace)].count(None) == 1


def test_undo_forgets_the_places(workspace: Workspace, tmp_path: Path) -> None:
    telegram(tmp_path / "a", [{"photo": "photos/a.png"}])
    put(tmp_path / "a", "photos/a.png", PICTURE)
    done = import_files(workspace, Wish((tmp_path / "a",)))
    assert len(rows(workspace)) == 1
    workspace.lake.undo(done.act_id)
    assert rows(workspace) == []
