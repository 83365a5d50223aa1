"""Hostile files by the command line: the sound files of a folder are imported, each refused one is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.archive_cases import zipped
from tests.hostile.damage import KINDS, records

JSON = KINDS[0]


def export(seed: int) -> bytes:
    import random

    return JSON.document([JSON.written(one) for one in records(random.Random(seed))])


def imported(passage: Any, home: Path, source: Path) -> tuple[int, str, dict[str, Any]]:
    """Import into a new workspace; returns the exit code, what was said, and the report."""
    assert passage.qunjian("init", home / "w", home=home).returncode == 0
    done = passage.qunjian("import", source, "-w", home / "w", "--json", home=home)
    return done.returncode, done.stderr.decode(), json.loads(done.stdout) if done.stdout.strip() else {}


def test_the_rest_of_a_folder_is_imported(passage: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.json").write_bytes(export(1))
    (folder / "bomb.zip").write_bytes(zipped(("a.json", bytes(100 << 20))))
    (folder / "cut.zip").write_bytes(zipped(("a.json", export(2)))[:200])
    (folder / "mixed.zip").write_bytes(zipped(("good.json", export(3)), ("../evil.json", export(4))))
    (folder / "link.json").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe.json")
    code, _, report = imported(passage, tmp_path, folder)
    assert code == 2
    assert report["kept"] == 16
    assert report["rejected"] == {"unreadable_file": 5}
    assert report["read"] == 21
    named = {line["name"]: " ".join(line["warnings"]) for line in report["documents"] if line["rejected"]}
    assert {name: next(words for words in WORDS if words in said) for name, said in named.items()} == {
        "in/bomb.zip": "压缩炸弹", "in/cut.zip": "损坏", "in/mixed.zip/../evil.json": "指向压缩包之外",
        "in/link.json": "指向文件夹之外", "in/pipe.json": "设备或管道",
    }  # fmt: skip


WORDS = ("压缩炸弹", "损坏", "指向压缩包之外", "指向文件夹之外", "设备或管道")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bomb.zip", zipped(("a.json", bytes(100 << 20))),
         "解压后的大小超过上限（250 倍或 64 GB），像是压缩炸弹。如确认无误，请先自行解压"),
        ("cut.zip", zipped(("a.json", export(1)))[:100], "压缩包已损坏或不完整。请重新导出或重新下载"),
        ("deep.json", b"[" * 100_000, ""),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(200), "压缩包不能直接读。请先解压"),
        ("a.7z", b"", "压缩包不能直接读。请先解压"),
        ("renamed.dat", b"7z\xbc\xaf\x27\x1c" + bytes(200), "压缩包不能直接读。请先解压"),
        ("book.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), ""),
    ],
    ids=["bomb", "cut", "deep", "rar", "7z", "7z-renamed", "old-workbook"],
)  # fmt: skip
def test_one_refused_file_is_one_sentence(passage: Any, tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    code, said, report = imported(passage, tmp_path, tmp_path / name)
    assert code == 2
    assert report == {}
    assert len(said.strip().splitlines()) == 1
    assert name in said
    assert words in said
