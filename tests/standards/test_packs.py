"""Packs come out of the cache as out of their files, and a changed or spoilt file or cache is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qunjian.model.problems import WrittenError
from qunjian.runs.standards import pack_folders
from qunjian.standards.packs import load_packs
from qunjian.standards.rules import load_rule


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUNJIAN_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(pack_folders()["privacy"], tmp_path / "privacy"))


def test_what_is_kept_equals_what_the_files_say(tmp_path: Path, pack: Path) -> None:
    folders = {"privacy": pack}
    first = load_packs(folders)
    (kept,) = (tmp_path / "cache").iterdir()
    assert load_packs(folders) == first == {"privacy": tuple(load_rule(path) for path in sorted(pack.glob("*.yaml")))}
    assert len(first["privacy"]) > 3
    kept.write_bytes(kept.read_bytes()[:-9])
    assert load_packs(folders) == first


def test_a_changed_file_is_read_again(tmp_path: Path, pack: Path) -> None:
    before = load_packs({"privacy": pack})["privacy"]
    path = pack / f"{before[0].id.partition('.')[2]}.yaml"
    text = path.read_text("utf-8")
    other = "minor" if before[0].severity != "minor" else "major"
    path.write_text(text.replace(f"severity: {before[0].severity}", f"severity: {other}"), "utf-8")
    assert load_packs({"privacy": pack})["privacy"][0].severity == other
    path.write_text(text + "nonsense: 1\n", "utf-8")
    for _ in range(2):
        with pytest.raises(WrittenError) as caught:
            load_packs({"privacy": pack})
        assert "nonsense" in str(caught.value)
    path.unlink()
    assert load_packs({"privacy": pack})["privacy"] == before[1:]
    assert list((tmp_path / "cache").iterdir())
