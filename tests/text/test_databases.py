"""Kept scan databases: read back whole, made again when they are broken or were made for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from qunjian.model.cache import keep, kept
from qunjian.text import databases
from qunjian.text.databases import REGEX, Databases, cached, compiled

EXPRESSIONS = [(3, "加微信".encode(), 0), (5, rb"v[0-9]{3}", REGEX)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUNJIAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(databases, "_WORTH_KEEPING", -1.0)
    return tmp_path / "cache"


def seen(found: Databases | None) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    assert found is not None
    assert found.database is not None
    text = "来加微信 V123".encode()
    found.database.scan(
        text, match_event_handler=lambda number, _start, end, _flags, _context: places.append((number, end))
    )
    return places


# 来 takes bytes 0–3, the word bytes 3–12, then a space and V123.
PLACES = [(3, 12), (5, 17)]


def test_what_was_kept_sees_the_same(folder: Path) -> None:
    assert cached(EXPRESSIONS) is None
    assert seen(compiled(EXPRESSIONS)) == PLACES
    assert seen(cached(EXPRESSIONS)) == PLACES
    assert [path.name.startswith(databases.FAMILY) for path in folder.iterdir()] == [True]


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "another's", "no database"])
def test_a_broken_file_is_not_used_and_is_made_again(folder: Path, harm: str) -> None:
    compiled(EXPRESSIONS)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    middle = len(whole) // 2
    broken = {
        "cut": whole[:middle],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "empty": b"",
        "another's": b"\0" * len(whole),
    }
    if harm == "no database":
        keep(path.name, b"\x92\xc4\x04dead\x90")  # whole, and MessagePack of the right shape
    else:
        path.write_bytes(broken[harm])
    assert cached(EXPRESSIONS) is None
    assert seen(compiled(EXPRESSIONS)) == PLACES
    assert seen(cached(EXPRESSIONS)) == PLACES


def test_other_expressions_flags_or_versions_have_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(EXPRESSIONS)
    assert cached([*EXPRESSIONS[:1], (5, rb"v[0-9]{4}", REGEX)]) is None
    assert cached([*EXPRESSIONS[:1], (5, rb"v[0-9]{3}", 0)]) is None
    assert cached([(4, EXPRESSIONS[0][1], 0), EXPRESSIONS[1]]) is None
    monkeypatch.setattr(databases, "version", lambda _: "999")
    assert cached(EXPRESSIONS) is None


def test_refused_expressions_are_remembered() -> None:
    refused = (7, rb"(a)\1", 0)  # hyperscan knows no back references
    assert compiled([*EXPRESSIONS, refused]).refused == (7,)
    again = cached([*EXPRESSIONS, refused])
    assert again is not None
    assert again.refused == (7,)
    assert seen(again) == PLACES


def test_only_the_newest_files_of_a_family_stay(folder: Path) -> None:
    for number in range(6):
        keep(f"some-{number}", b"%d" % number, family="some-", most=3)
    assert sum(path.name.startswith("some-") for path in folder.iterdir()) == 3
    assert kept("some-5") == b"5"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("QUNJIAN_CACHE", str(tmp_path / "file"))
    assert seen(compiled(EXPRESSIONS)) == PLACES
    assert cached(EXPRESSIONS) is None
