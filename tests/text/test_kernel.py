"""The compiled passes find what numpy and hyperscan find; without them, or while they are made, nothing changes."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunjian.model.cache import keep
from qunjian.text import folding, pair_memory
from qunjian.text.folding import Folded, folded_rows, tables
from qunjian.text.kernel import buffers, loading
from qunjian.text.kernel.compiling import compiled
from qunjian.text.keys import USUAL, Key
from qunjian.text.matching import Sighting, Word
from qunjian.text.scanning import Needle, Pattern, Scanner
from qunjian.text.streams import written

pytestmark = pytest.mark.skipif(
    not loading.installed(), reason="the extra [kernel] is not installed: pip install 'qunjian[kernel]'"
)
# Every width of UTF-8, what folds to none, one and many characters, what stands between rows, and lone surrogates.
_TEXT = st.text(
    st.characters() | st.sampled_from("微信微信信息ＶＸvx1 ，②單\u200b\u202e\ufdfa\ufeffß👪\0\n\r"), max_size=40
)
_WRITTEN = st.lists(st.text(alphabet="微信加ＶXvx12 ，職职單\u200b\n\r", max_size=30), min_size=1, max_size=12)
_WORDS = st.lists(st.text(alphabet="微信加vx12 ，职單\n", min_size=1, max_size=5), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def passes() -> loading.Kernel:
    """Return the passes compiled here and now."""
    made = loading.linked(compiled())
    assert made is not None
    return made


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[loading._Waiting]:
    """Return the state of a process that has done nothing yet, and whose cache is empty."""
    monkeypatch.setenv("QUNJIAN_CACHE", str(tmp_path / "cache"))
    fresh = loading._Waiting()
    monkeypatch.setattr(loading, "_waiting", fresh)
    yield fresh
    if fresh.started is not None:
        fresh.started.wait()


def with_kernel(waiting: loading._Waiting, made: loading.Kernel | None) -> None:
    waiting.kernel, waiting.next = made, -1


def same_rows(texts: pa.Array | pa.ChunkedArray | list[str]) -> None:
    fast, plain = folded_rows(texts, tables()), folding._folded_rows(texts)
    assert fast is not None
    for one, other in zip(fast, plain, strict=True):
        assert (one is None) == (other is None)
        assert one is None or np.array_equal(one, other)


def test_folding_is_the_same(waiting: loading._Waiting, passes: loading.Kernel) -> None:
    with_kernel(waiting, passes)

    @settings(max_examples=200, deadline=None)
    @given(st.lists(_TEXT, min_size=1, max_size=8), st.integers(0, 3))
    def check(texts: list[str], first: int) -> None:
        if any("\ud800" <= each <= "\udfff" for text in texts for each in text):
            assert folded_rows(texts, tables()) is None
            return
        same_rows(texts)
        same_rows(pa.chunked_array([pa.array(texts, pa.string()), pa.array([None, "微信"], pa.string())]))
        if len(texts) > first:
            same_rows(pa.array(texts, pa.string()).slice(first))

    check()


@pytest.mark.parametrize(
    "broken",
    [b"\xff", b"\xc0\xaf", b"\xe5\xbe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5a\x80", b"\x80", b"\xf0\x80\x80"]
)  # fmt: skip
def test_what_is_no_utf8_is_left_to_numpy(broken: bytes, waiting: loading._Waiting, passes: loading.Kernel) -> None:
    with_kernel(waiting, passes)
    raw = pa.array([b"a" + broken, b"b"], pa.binary())
    column = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    assert folded_rows(column, tables()) is None
    assert Folded(column).rows == 2


def test_what_expands_beyond_measure_is_left_to_numpy(waiting: loading._Waiting, passes: loading.Kernel) -> None:
    with_kernel(waiting, passes)
    assert folded_rows(["\ufdfa" * 400], tables()) is None
    assert Folded(["\ufdfa" * 400]).row(0) == folding.fold("\ufdfa") * 400


def both(
    waiting: loading._Waiting, passes: loading.Kernel, needles: list[Needle], batches: list[list[str]]
) -> tuple[list[dict[int, list[Sighting]]], list[dict[int, list[Sighting]]]]:
    """Return what is seen without the passes, and with them; every batch twice: what is remembered changes nothing."""
    seen = []
    for made in (None, passes):
        with_kernel(waiting, made)
        scanner = Scanner(needles)
        assert (scanner._tree is not None) == (made is not None)
        seen.append([scanner.scan(Folded(batch)) for batch in (*batches, *batches)])
    return seen[0], seen[1]


def test_words_stand_in_the_same_places(
    waiting: loading._Waiting, passes: loading.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffers, "WORTH_PLANTING", 0)

    @settings(max_examples=150, deadline=None)
    @given(_WORDS, _WRITTEN)
    def check(words: list[str], texts: list[str]) -> None:
        plain, fast = both(waiting, passes, [*map(Word, words), Pattern("加.{0,3}信")], [texts, texts[:1]])
        assert fast == plain

    check()


@pytest.mark.parametrize("slots", [2, 6, 20])
def test_hidden_words_are_found_alike(
    slots: int, waiting: loading._Waiting, passes: loading.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffers, "WORTH_PLANTING", 0)
    monkeypatch.setattr(pair_memory, "_SLOTS", slots)
    words = ("加微信", "刷单返利", "妈妈好骗", "六合彩", "代开发票", "vx123", "0.1折")
    needles: list[Needle] = [*(Word(word, USUAL) for word in words), Word("六合彩六", ("literal", "digit")), Word("单")]
    pieces = (
        *words,
        "家唯心",
        "刷刷单返禾刂",
        "加  微微信",
        "6合彩",
        "⑥合采",
        "妈妈妈好片",
        "代 开發票",
        "刷，單",
        "走召",
        " ",
    )
    texts = st.lists(st.lists(st.sampled_from(pieces), max_size=5).map("".join), min_size=1, max_size=8)

    @settings(max_examples=60, deadline=None)
    @given(texts)
    def check(batch: list[str]) -> None:
        plain, fast = both(waiting, passes, needles, [batch, batch[:1]])
        assert fast == plain

    check()


def test_streams_are_the_same(waiting: loading._Waiting, passes: loading.Kernel) -> None:
    @settings(max_examples=150, deadline=None)
    @given(_WRITTEN)
    def check(texts: list[str]) -> None:
        with_kernel(waiting, None)
        folded = Folded(texts)
        plain = written(folded)
        with_kernel(waiting, passes)
        for one, other in zip(written(folded), plain, strict=True):
            assert (one is None) == (other is None)
            assert one is None or np.array_equal(one, other)

    check()


def test_a_word_is_told_where_it_stands_as_often_as_it_stands(
    waiting: loading._Waiting, passes: loading.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffers, "WORTH_PLANTING", 0)
    with_kernel(waiting, passes)
    seen = Scanner([Word("信"), Word("微信"), Word("信微信"), Word("微信")]).scan(Folded(["微信微信", "", "信" * 3000]))
    assert [(each.needle, each.start, each.end) for each in seen[0]] == [
        (1, 0, 2), (3, 0, 2), (2, 1, 4), (0, 1, 2), (1, 2, 4), (3, 2, 4), (0, 3, 4),
    ]  # fmt: skip
    assert [each.start for each in seen[2]] == list(range(3000))  # more than there was room for at first


@pytest.mark.parametrize("keys", [("literal",), ("literal", "digit"), USUAL])
def test_real_posts(
    keys: tuple[Key, ...],
    waiting: loading._Waiting,
    passes: loading.Kernel,
    real_data: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buffers, "WORTH_PLANTING", 0)
    files = sorted((real_data("weibo_ced_zh")).rglob("*.json"))[:40]
    texts = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()][:4000]
    chance = random.Random(3)
    cuts = [(text, chance.randrange(max(1, len(text) - 6))) for text in texts for _ in range(3)]
    words = sorted({word for text, at in cuts if (word := text[at : at + chance.randint(1, 6)].strip())})
    assert len(words) > 2000
    plain, fast = both(waiting, passes, [Word(word, keys) for word in words], [texts[:1500], texts[1500:]])
    assert fast == plain
    assert sum(map(len, fast)) > 1000


def test_passes_are_compiled_meanwhile(waiting: loading._Waiting) -> None:
    assert loading.kernel(loading._WORTH_COMPILING - 1) is None
    assert waiting.started is None  # too little to do
    assert loading.kernel(1) is None
    assert waiting.started is not None
    assert not waiting.started.wait()
    assert loading.kernel(loading._AGAIN) is not None
    assert loading.kernel(1) is not None


def test_a_damaged_cache_is_done_without(waiting: loading._Waiting) -> None:
    assert loading.cached() is None
    keep(loading.name(), b"not what belongs here")
    assert loading.cached() is None
    keep(loading.name(), msgspec.msgpack.encode(loading.Compiled({"fold": 0}, b"")))
    assert loading.cached() is None


def test_a_cache_that_cannot_be_written_is_done_without(waiting: loading._Waiting) -> None:
    place = Path(os.environ["QUNJIAN_CACHE"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where the folder should be")
    assert loading.kernel(loading._WORTH_COMPILING) is None
    assert waiting.started is None
    assert Folded(["微信"]).row(0) == "微信"


def test_one_process_compiles(waiting: loading._Waiting) -> None:
    mark = Path(os.environ["QUNJIAN_CACHE"]) / f"{loading.name()}.begun"
    mark.parent.mkdir()
    mark.touch()
    assert loading.kernel(loading._WORTH_COMPILING) is None
    assert waiting.started is None
