"""Names somebody else gave to files: none leads elsewhere, none is refused by a file system, none hides another."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import SkipFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.console.conftest import World
from tests.console.ingest.made import send

from qunjian_console.ingest import staging
from qunjian_console.ingest.models import StagedFile, Upload
from qunjian_console.ingest.receiving import ToDisk

HOSTILE = {
    "../../etc/passwd": "etc/passwd",
    "/absolute.txt": "absolute.txt",
    "C:\\Windows\\x.txt": "C_/Windows/x.txt",
    "a//b/./c.txt": "a/b/c.txt",
    "CON.txt": "_CON.txt",
    "lpt1": "_lpt1",
    "trailing. ": "trailing",
    "\u202egnp.txt": "gnp.txt",
    "null\0byte.txt": "nullbyte.txt",
    'q"u<o>t|e?.csv': "q_u_o_t_e_.csv",
    "...": "file",
    "": "file",
    "群聊记录.txt": "群聊记录.txt",
}


@pytest.mark.parametrize(("written", "safe"), HOSTILE.items())
def test_a_hostile_name_becomes_a_harmless_one(written: str, safe: str) -> None:
    assert staging.safe_path(written) == safe


@given(st.text())
def test_no_name_leads_out_or_is_too_long(written: str) -> None:
    path = staging.safe_path(written)
    parts = PurePosixPath(path).parts
    assert parts
    assert ".." not in parts
    assert not PurePosixPath(path).is_absolute()
    assert not PureWindowsPath(path).is_absolute()
    assert not PureWindowsPath(path).drive
    assert len(path.encode()) <= 1000
    assert all(len(part.encode()) <= 200 and part == part.strip(" .") for part in parts)


def test_files_of_one_name_are_all_kept(world: World) -> None:
    names = ["a.txt", "A.TXT", "x/../a.txt", "a.txt/below.txt", "a (2).txt"]
    upload = send(world.client("owner"), {name: name.encode() for name in names})
    files = list(StagedFile.objects.filter(upload=upload))
    assert len({file.folded for file in files}) == len(names)
    contents = {(staging.folder_of(upload.pk) / file.place).read_bytes() for file in files}
    assert contents == {name.encode() for name in names}


def test_a_file_past_the_cap_is_dropped_and_the_next_one_taken(tmp_path: Path) -> None:
    folder = tmp_path / "arriving"
    folder.mkdir()
    handler = ToDisk(folder, most=10)
    handler.new_file("f0", "large", "text/plain", None)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"x" * 11, 0)
    assert handler.file_complete(11) is None
    handler.new_file("f1", "small", "text/plain", None)
    handler.receive_data_chunk(b"y" * 10, 0)
    handler.file_complete(10)
    assert handler.refused == ["large"]
    assert [path.read_bytes() for path in folder.iterdir()] == [b"y" * 10]


def test_too_much_for_the_disk_is_refused_before_it_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "SPARE_BYTES", 2**60)
    answer = world.client("owner").post(
        reverse("ingest:receive"), {"files": SimpleUploadedFile("a.txt", b"a")}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "磁盘" in answer.json()["error"]
    assert not Upload.objects.exists()


def test_what_was_not_taken_over_is_not_left_on_the_disk(world: World) -> None:
    client = world.client("owner")
    client.handler.enforce_csrf_checks = True
    answer = client.post(reverse("ingest:receive"), {"files": SimpleUploadedFile("a.txt", b"a")})
    assert answer.status_code == 403
    assert not Upload.objects.exists()
    assert not [path for path in staging.home().rglob("*") if path.is_file()]


def test_pictures_are_left_out_and_counted(world: World) -> None:
    upload = send(world.client("owner"), {"a.txt": b"a", "img/1.JPG": b"x", "Thumbs.db": b"x", "~$a.xlsx": b"x"})
    assert (upload.files_count, upload.left_out) == (1, 3)
