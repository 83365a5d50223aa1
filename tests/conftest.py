"""Fixtures every room shares: the private real data, and a Chromium, each skipped with a plain reason where absent."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import settings

# The same code is judged by the same examples on every machine, however busy; `--hypothesis-profile=search` draws
# new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")

PROJECT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("QUNJIAN_TEST_DATA", PROJECT.parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def _quiet_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the person's own workspace and language."""
    monkeypatch.delenv("QUNJIAN_WORKSPACE", raising=False)
    monkeypatch.setenv("QUNJIAN_LANG", "zh")


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function giving the unpacked folder of a real data set; skips where the set is absent."""
    unpacked: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name in unpacked:
            return unpacked[name]
        if (DATA / name).is_dir():
            unpacked[name] = DATA / name
            return unpacked[name]
        archive = DATA / f"{name}.tar.zst"
        if not archive.is_file():
            pytest.skip(f"real data set '{name}' is absent (set QUNJIAN_TEST_DATA to the folder that holds it)")
        target = tmp_path_factory.mktemp("real") / "sets"
        stream = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(archive.open("rb"))
        with tarfile.open(fileobj=io.BufferedReader(stream, 1 << 20), mode="r|") as tar:  # type: ignore[arg-type]
            tar.extractall(target, filter="data")
        unpacked[name] = target / name
        return unpacked[name]

    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; skips where none is installed."""
    named = os.environ.get("QUNJIAN_CHROMIUM")
    for candidate in (named, "chromium", "chromium-browser", "google-chrome", "chrome"):
        if candidate and (found := shutil.which(candidate)):
            return found
    pytest.skip("no Chromium is installed (Debian: apt-get install chromium; or set QUNJIAN_CHROMIUM)")
