"""Files, folders, globs and archives become documents; caps refuse what would hurt the machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from qunjian.model.errors import BadInputError, LimitError
from qunjian.sources import caps
from qunjian.sources.document import Document
from qunjian.sources.finding import find_documents


def _content(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "导出"
    (folder / "二").mkdir(parents=True)
    (folder / "一.txt").write_text("甲", "utf-8")
    (folder / "二" / ".2312.json").write_text("[]", "utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def test_a_folder_is_walked_in_order_without_media(export: Path) -> None:
    assert [d.name for d in find_documents([export])] == ["导出/一.txt", "导出/二/.2312.json"]


def test_a_glob_and_a_file(export: Path) -> None:
    assert [d.name for d in find_documents([export / "*.txt"])] == ["一.txt"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as error:
        find_documents([tmp_path / "nothing"])
    assert "nothing" in error.value.where


def _zip(entries: dict[str, bytes], *, flag: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tar(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


ENTRIES = {"群/一.txt": "甲".encode(), "../../etc/passwd": b"root", "a.png": b"x"}
WANTED = {"群/一.txt": "甲".encode()}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", _zip(ENTRIES)),
        ("x.tar", _tar(ENTRIES)),
        ("x.tar.gz", gzip.compress(_tar(ENTRIES))),
        ("x.tgz", gzip.compress(_tar(ENTRIES))),
        ("x.tar.zst", zstandard.compress(_tar(ENTRIES))),
    ],
    ids=["zip", "tar", "tar.gz", "tgz", "tar.zst"],
)
def test_archives_give_their_members_and_write_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = find_documents([tmp_path / name])
    sound = [d for d in found if d.refusal is None]
    assert {d.name: _content(d) for d in sound} == {f"{name}/{inner}": body for inner, body in WANTED.items()}
    assert [_content(d) for d in reversed(sound)] == [_content(d) for d in sound][::-1]
    assert [d.name for d in found if d.refusal] == [f"{name}/../../etc/passwd"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.txt.gz", gzip.compress(b"hi")), ("a.txt.zst", zstandard.compress(b"hi"))],
    ids=["gz", "zst"],  # bytes would make the id, and gzip writes the time into them
)
def test_a_compressed_file_is_that_file(tmp_path: Path, name: str, packed: bytes) -> None:
    (tmp_path / name).write_bytes(packed)
    (found,) = find_documents([tmp_path / name])
    assert (found.name, _content(found)) == ("a.txt", b"hi")
    assert found.digest() == hashlib.sha256(b"hi").hexdigest()


def test_names_of_a_chinese_windows_zip(tmp_path: Path) -> None:
    data = _zip({"x" * 6: b"1"}).replace(b"x" * 6, "群聊天".encode("gb18030"))
    (tmp_path / "a.zip").write_bytes(data)
    assert [d.name for d in find_documents([tmp_path / "a.zip"])] == ["a.zip/群聊天"]


def test_nested_archives_have_a_floor(tmp_path: Path) -> None:
    data = _zip({"t.txt": b"1"})
    for _ in range(2):
        data = _zip({"in.zip": data})
    (tmp_path / "ok.zip").write_bytes(data)
    assert [d.name for d in find_documents([tmp_path / "ok.zip"])] == ["ok.zip/in.zip/in.zip/t.txt"]
    (tmp_path / "deep.zip").write_bytes(_zip({"in.zip": data}))
    (deep,) = find_documents([tmp_path / "deep.zip"])
    assert isinstance(deep.refusal, LimitError)
    assert deep.name == "deep.zip/in.zip/in.zip/in.zip"


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "FREE_BYTES", 1 << 20)
    (tmp_path / "b.zip").write_bytes(_zip({"big.txt": bytes(8 << 20)}))
    (bomb,) = find_documents([tmp_path / "b.zip"])
    with pytest.raises(LimitError):
        _content(bomb)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(bytes(8 << 20)))
    (found,) = find_documents([tmp_path / "b.txt.gz"])
    with pytest.raises(LimitError):
        _content(found)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "MAX_ENTRIES", 3)
    for name, data in (
        ("a.zip", _zip({str(n): b"" for n in range(5)})),
        ("a.tar", _tar({str(n): b"" for n in range(5)})),
    ):
        (tmp_path / name).write_bytes(data)
        (found,) = find_documents([tmp_path / name])
        assert isinstance(found.refusal, LimitError)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.txt.gz", "a.txt.zst"])
def test_a_damaged_archive_is_said_to_be_damaged(tmp_path: Path, name: str) -> None:
    whole = {"a.zip": _zip(ENTRIES), "a.tar": _tar(ENTRIES), "a.tar.gz": gzip.compress(_tar(ENTRIES))}.get(name)
    packed = whole or (gzip.compress(b"hello" * 99) if name.endswith("gz") else zstandard.compress(b"hello" * 99))
    (tmp_path / name).write_bytes(packed[: len(packed) // 2] if "tar" not in name else b"\x01" * 600)
    with pytest.raises(BadInputError):
        [_content(document) for document in find_documents([tmp_path / name])]


def test_reading_to_the_end_yields_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc" * 99_999)
    (found,) = find_documents([tmp_path / "a.txt"])
    _content(found)
    assert found.digest() == hashlib.sha256(b"abc" * 99_999).hexdigest()
