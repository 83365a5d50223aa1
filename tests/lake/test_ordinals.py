"""Equal fingerprints are numbered within their document, however its rows are cut into slices and bundles."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lake.made import bring, messages, row, state

from qunjian.lake.lake import Lake
from qunjian.lake.ordinals import Ordinals
from qunjian.lake.records import DocumentEntry


def _naive(ids: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    named = []
    for one in ids:
        if one.startswith("~"):
            seen[one] = seen.get(one, 0) + 1
            one = f"{one}.{seen[one]}"
        named.append(one)
    return named


_IDS = st.lists(
    st.sampled_from([*(f"~{n << 120:032x}" for n in range(1, 5)), "~" + "f" * 32, "native", "7"]), max_size=60
)


@settings(deadline=None)
@given(_IDS, st.lists(st.integers(0, 60), max_size=5))
def test_slices_do_not_matter(ids: list[str], cuts: list[int]) -> None:
    ordinals, got = Ordinals(), []
    edges = sorted({0, len(ids), *(min(cut, len(ids)) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        got += ordinals.number(pa.array(ids[start:end], pa.string())).to_pylist()
    assert got == _naive(ids)


def test_many_fingerprints_over_many_slices() -> None:
    chance = random.Random(7)
    ids = [f"~{chance.randrange(300) << 100:032x}" for _ in range(5000)]
    ordinals, got = Ordinals(), []
    for start in range(0, len(ids), 64):
        got += ordinals.number(pa.array(ids[start : start + 64])).to_pylist()
    assert got == _naive(ids)


@pytest.mark.parametrize("shuffled", [False, True])
def test_large_runs_wait_in_files_and_are_asked_by_time(
    shuffled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qunjian.lake.ordinals._LARGEST_RUN", 256)
    chance = random.Random(11)
    told = [(second, chance.randrange(3)) for second in range(2000) for _ in range(chance.randrange(1, 4))]
    if shuffled:
        chance.shuffle(told)
    ids = [f"~{second * 7 + one << 100:032x}" for second, one in told]
    times = np.array([second for second, _ in told])
    ordinals, got = Ordinals(tmp_path / "runs"), []
    for start in range(0, len(ids), 50):
        piece = slice(start, start + 50)
        got += ordinals.number(pa.array(ids[piece]), times=times[piece]).to_pylist()
    assert got == _naive(ids)
    assert len(list((tmp_path / "runs").iterdir())) > 5


def test_a_malformed_fingerprint_is_refused() -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        Ordinals().number(pa.array(["~12"]))


def test_three_equal_stickers_in_one_second_stay_three(lake: Lake) -> None:
    sticker = row("~", "[微笑]", kind="sticker")
    bring(lake, [sticker] * 3)
    assert len(state(lake)) == 3
    again = bring(lake, [sticker] * 4)  # an overlapping export that saw one more
    assert (again.total.kept, again.total.duplicate) == (1, 3)


def test_documents_bundled_together_are_numbered_apart(lake: Lake) -> None:
    same = row("~", "早")
    with lake.importing() as act:
        numbers = [act.open_document(DocumentEntry(f"{n}.txt")) for n in range(4)]
        # Document 1 begins in the first bundle and goes on in the second.
        act.add_together("message", messages([same] * 5), [(0, 2), (1, 3)])
        act.add_together("message", messages([same] * 4), [(1, 1), (2, 2), (3, 1)])
        for number, rows in zip(numbers, (2, 4, 2, 1), strict=True):
            act.reading(number).include(read=rows)
            act.close_document(number)
        counts = act.commit()
    assert len(state(lake)) == 4
    assert [d.counts.kept for d in counts.documents] == [2, 2, 0, 0]
    assert counts.total.duplicate == 5
    assert "5 records repeat" in counts.warnings[0]
