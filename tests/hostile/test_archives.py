"""Hostile archives: what is sound in them is read, what is not is refused in one sentence, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile.archive_cases import Hostile, every

from qunjian.model.errors import QunjianError
from qunjian.sources import caps
from qunjian.sources.finding import find_documents

CASES = every()


@pytest.fixture(autouse=True)
def _small_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the caps small, so that a bomb need not be a gigabyte."""
    monkeypatch.setattr(caps, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(caps, "MAX_ENTRIES", 100)


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_read_and_refused_as_expected(case: Hostile, tmp_path: Path) -> None:
    (tmp_path / case.name).write_bytes(case.data)
    read: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    for document in find_documents([tmp_path / case.name]):
        try:
            with document.open() as stream:
                read[_inner(case, document.name)] = stream.read()
        except QunjianError as error:
            refused[_inner(case, document.name)] = _sentence(error)
    assert read == case.read
    assert set(refused) == set(case.refused)
    for name, words in case.refused.items():
        assert words in refused[name]
    assert [path.name for path in tmp_path.iterdir()] == [case.name]


def _sentence(error: QunjianError) -> str:
    """Return what is said, which must be one line that says where and what to do."""
    assert error.todo is not None
    assert error.where
    assert "\n" not in error.sentence("zh") + error.sentence("en")
    return error.sentence("zh")


def _inner(case: Hostile, name: str) -> str:
    if name == case.name:
        return ""
    return "^" if "/" not in name else name.removeprefix(f"{case.name}/")
