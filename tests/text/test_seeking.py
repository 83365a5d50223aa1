"""What a pair may begin is worked out once and remembered: memory changes no find, however small, full or old it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.naive_seeking import Naive, entries_of

from qunjian.text import pair_memory
from qunjian.text.folding import Folded
from qunjian.text.keys import USUAL, resembling, shapes, sounds
from qunjian.text.lexicon import Lexicon
from qunjian.text.matching import Word
from qunjian.text.scanning import Scanner
from qunjian.text.seeking import Seeker
from qunjian.text.streams import Joins, Spelling, replaced, written

_WORDS = ("加微信", "刷单返利", "兼职日结", "妈妈好骗", "六合彩", "代开发票")
_PIECES = (
    *_WORDS, "家唯心", "刷单返禾刂", "兼zhi日结", "6合彩", "妈妈好片", "代 开发票", "刷", "单", "返", "利", "加", "微",
    "心", "，", "a",
)  # fmt: skip
_TEXTS = st.lists(st.lists(st.sampled_from(_PIECES), max_size=6).map("".join), min_size=1, max_size=8)
_LARGE = Scanner([Word(word, USUAL) for word in _WORDS])


@pytest.mark.parametrize(("slots", "answers"), [(2, 1 << 22), (6, 8)])
def test_memory_changes_no_find(slots: int, answers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_memory, "_SLOTS", slots)
    monkeypatch.setattr(pair_memory, "_MOST_ANSWERS", answers)
    monkeypatch.setattr(pair_memory, "_AT_ONCE", 3)
    small = Scanner([Word(word, USUAL) for word in _WORDS])

    @settings(max_examples=60, deadline=None)
    @given(_TEXTS)
    def same(texts: list[str]) -> None:
        whole = _LARGE.scan(Folded(texts))
        assert small.scan(Folded(texts)) == whole
        assert {row: seen for row, text in enumerate(texts) if (seen := small.scan(Folded([text])).get(0))} == whole

    same()


def test_literal_words_stand_where_they_are_written() -> None:
    texts = ["加微信", "请加微信六合彩", "微信加", "六合彩 加微信 六合彩"]
    found = _LARGE.scan(Folded(texts))
    assert {row: [each.start for each in seen] for row, seen in found.items()} == {0: [0], 1: [1, 4], 3: [0, 4, 8]}


_ENTRIES = entries_of(
    [*(Word(word, USUAL) for word in _WORDS), Word("加QQ群", (*USUAL, "initials")), Word("超级赌博", ("shape",))]
)
_LEXICON = Lexicon.of(_ENTRIES)
_SEEKER, _NAIVE = Seeker(_LEXICON), Naive(_ENTRIES)


def _forms(character: str) -> list[str]:
    """Return some characters that may stand for one, of each kind of disguise."""
    heard = [each for number in sounds().readings.get(character, ()) for each in sounds().read_so[number][:4]]
    return [character, *heard, *shapes().get(character, "")[:14:3], *resembling().get(character, "")[:90:30]]


_DISGUISED = st.sampled_from([each.folded for each in _ENTRIES]).flatmap(
    lambda word: st.tuples(*(st.sampled_from(_forms(each)) for each in word)).map("".join)
)
_HIDDEN = st.lists(st.one_of(_DISGUISED, st.sampled_from(_PIECES)), min_size=1, max_size=4).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(_HIDDEN, min_size=1, max_size=3))
def test_the_fast_way_finds_what_the_plain_one_does(texts: list[str]) -> None:
    folded = Folded(texts)
    joins, spelling = Joins(_LEXICON.joins()), Spelling(_LEXICON.pieces())
    for stream in (written(folded), *replaced(folded, joins, spelling, pictured=True)):
        found = _SEEKER.seek(stream)
        rows = zip(_LEXICON.numbers[found.words].tolist(), found.starts.tolist(), found.flags.tolist(), strict=True)
        seen = list(rows)
        assert len(set(seen)) == len(seen)
        assert set(seen) == _NAIVE.sought(stream)
