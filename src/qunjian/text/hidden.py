"""Finds hidden words in a folded batch: every stream is sought, and each find is judged where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from qunjian.text.keys import FLAG
from qunjian.text.matching import SHORT, Place, sighting_of
from qunjian.text.plausible import Reading, reading, short_reading, trimmed
from qunjian.text.ragged import spread
from qunjian.text.seeking import Found, Seeker
from qunjian.text.streams import WRITTEN, Joins, Spelling, Stream, replaced, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from qunjian.text.folding import Folded
    from qunjian.text.lexicon import Lexicon
    from qunjian.text.matching import Sighting, WordKey


Wanted = Callable[[int, int], bool] | None
"""Which needle is wanted in which row; None: every needle in every row."""


class Finds(NamedTuple):
    """Words found in one stream, with the needle and the row of each."""

    needles: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    found: Found
    stream: Stream

    def of(self, wanted: Callable[[int, int], bool]) -> Finds:
        """Return those that are wanted."""
        pairs = zip(self.needles.tolist(), self.rows.tolist(), strict=True)
        some = np.array([wanted(needle, row) for needle, row in pairs], dtype=np.bool_)
        found = Found(self.found.words[some], self.found.starts[some], self.found.flags[some])
        return Finds(self.needles[some], self.rows[some], found, self.stream)


class HiddenWords:
    """Words that may be hidden, compiled once, used on any number of batches."""

    def __init__(self, words: Mapping[int, WordKey], lexicon: Lexicon) -> None:
        self.words = words
        self._lexicon = lexicon
        self._seeker = Seeker(lexicon)
        allowed = int(np.bitwise_or.reduce(lexicon.allowed))
        self._joins = Joins(lexicon.joins() if allowed & FLAG["split"] else frozenset())
        self._spelling = Spelling(lexicon.pieces()) if allowed & FLAG["pinyin"] else None
        self._pictured = bool(allowed & FLAG["emoji"])
        self._otherwise = bool(allowed & (FLAG["split"] | FLAG["pinyin"] | FLAG["emoji"]))

    def seek(self, folded: Folded, wanted: Wanted = None) -> list[Finds]:
        """Return what stands in the batch and is wanted, as arrays: nothing is judged yet."""
        if not len(self._lexicon.numbers):
            return []
        streams = [written(folded)]
        if self._otherwise:
            streams += replaced(folded, self._joins, self._spelling, pictured=self._pictured)
        finds = []
        for stream in streams:
            found = self._seeker.seek(stream)
            if len(found.words):
                rows = np.searchsorted(folded.starts, stream.first(found.starts), side="right") - 1
                finds.append(Finds(self._lexicon.numbers[found.words], rows, found, stream))
        if wanted is not None:
            finds = [left for each in finds if len((left := each.of(wanted)).rows)]
        return finds

    def sightings(self, finds: list[Finds], folded: Folded) -> Iterator[tuple[int, Sighting]]:
        """Return row and sighting of each find that holds, the surest where one place is seen in several ways."""
        best: dict[tuple[int, int, int], Sighting] = {}
        for each in finds:
            for nth, (row, text, places, meant) in enumerate(self.placed(each, folded)):
                sighting = self._judged(each, nth, folded, row, text, places, meant)
                if sighting is None:
                    continue
                key = row, sighting.needle, sighting.start
                if key not in best or _sure(best[key]) < _sure(sighting):
                    best[key] = sighting
        yield from _apart(best)

    def _judged(
        self, finds: Finds, nth: int, folded: Folded, row: int, text: str, places: list[Place], meant: str
    ) -> Sighting | None:
        needle, flags = int(finds.needles[nth]), int(finds.found.flags[nth])
        if flags & FLAG["repeat"]:
            entry = int(finds.found.words[nth])
            runs = self._lexicon.runs[self._lexicon.starts[entry] : self._lexicon.starts[entry + 1]].tolist()
            stand = [sum(text[at] == text[each.first] for at in range(each.first, each.last + 1)) for each in places]
            if all(often == need for often, need in zip(stand, runs, strict=True)):
                flags &= ~FLAG["repeat"]
        word = self.words[needle]
        read = (short_reading if len(word.folded) == SHORT else reading)(text, places, meant)
        if read is Reading.CHANCE:
            return None
        sighting = sighting_of(needle, word, folded, row, places, flags)
        if sighting is None or read is Reading.DISGUISE:
            return sighting
        return msgspec.structs.replace(sighting, doubtful=True)

    def placed(self, finds: Finds, folded: Folded) -> Iterator[tuple[int, str, list[Place], str]]:
        """Return of each find its row, the row's folded text, where the word's characters stand in it, and the word."""
        words, stream = finds.found.words, finds.stream
        lengths = self._lexicon.lengths[words].astype(np.int64)
        at = spread(finds.found.starts, lengths)
        meant = self._lexicon.characters[spread(self._lexicon.starts[words], lengths)]
        base = np.repeat(folded.starts[finds.rows], lengths)
        first, last = (stream.first(at) - base).tolist(), (stream.last(at) - base).tolist()
        itself = ((stream.codes[at] == meant) & (stream.how(at) == WRITTEN)).tolist()
        characters = "".join(map(chr, meant.tolist()))
        end = 0
        for row, word, length in zip(finds.rows.tolist(), words.tolist(), lengths.tolist(), strict=True):
            begin, end = end, end + length
            text = folded.row(row)
            places = [Place(first[place], last[place], itself[place]) for place in range(begin, end)]
            yield row, text, trimmed(text, places, *self._lexicon.ends(word)), characters[begin:end]


def _sure(sighting: Sighting) -> tuple[bool, float]:
    return not sighting.doubtful, sighting.confidence


def _apart(found: Mapping[tuple[int, int, int], Sighting]) -> Iterator[tuple[int, Sighting]]:
    """Return row and sighting, of those of one word that overlap the surest."""
    kept: dict[tuple[int, int], list[Sighting]] = {}
    for (row, needle, _), sighting in sorted(found.items(), key=lambda each: _sure(each[1]), reverse=True):
        others = kept.setdefault((row, needle), [])
        if all(sighting.end <= other.start or other.end <= sighting.start for other in others):
            others.append(sighting)
            yield row, sighting
